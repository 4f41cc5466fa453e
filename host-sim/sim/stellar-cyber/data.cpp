#include "host-sim/sim/stellar-cyber/data.hpp"

#include <algorithm>
#include <array>

#include "host-sim/sim/server/refuse.hpp"
#include "host-sim/sim/server/rows.hpp"
#include "host-sim/sim/stellar-cyber/ids.hpp"
#include "host-sim/sim/stellar-cyber/times.hpp"
#include "sdk/common/list.hpp"

namespace picket::sim::stellar_cyber {
namespace {

constexpr const char* product = "System";  // who made a case, and who changed it when nobody did
constexpr const char* alert_index = "aella-ser-1700000000000";
constexpr std::array<std::string_view, 4> part_names{"summary", "observables", "alerts", "comments"};

std::string text(const json::object& o, std::string_view name) { return json::text_at(o, name).value_or(""); }

bool is_part(std::string_view name) { return contains(part_names, name); }

// {"name", "score"} as the document that a search would find; any other item stays as it is.
json::value alert_document(json::value given, const std::string& id) {
  if (!given.is_object() || given.get_object().contains("_source")) return given;
  json::object& o = given.get_object();
  const json::value name = o.contains("name") ? o["name"] : json::value(nullptr);
  const json::value score = o.contains("score") ? o["score"] : json::value(0);
  return {{"_id", id}, {"_index", alert_index}, {"_source", {{"xdr_event", {{"display_name", name}}}, {"event_score", score}}}};
}

// Sets and clears the times that belong to a status.
void follow_status(json::object& row, const json::object& given, const std::string& old_status) {
  const std::string status = text(row, "status");
  if (status == old_status) return;
  const json::value at = row.contains("modified_at") ? row["modified_at"] : json::value(nullptr);
  if (status != "New" && !given.contains("acknowledged")) default_to(row, "acknowledged", at);
  if (given.contains("closed") || is_closed(status) == is_closed(old_status)) return;
  if (is_closed(status))
    row["closed"] = at;
  else
    row.erase("closed");
}

template <class Names>
void only_known(const json::object& o, const Names& names, const std::string& prefix) {
  for (const auto& member : o) {
    if (contains(names, std::string_view(member.key()))) continue;
    refuse(prefix + std::string(member.key()), "none of this name (" + joined(names) + ")");
  }
}

}  // namespace

Act act_from(const json::object& o, const std::string& prefix) {
  static constexpr std::array<std::string_view, 7> names{"case", "user", "comment", "status", "severity", "assignee", "tags"};
  only_known(o, names, prefix);
  Act act;
  const json::value* which = o.if_contains("case");
  if (!which || !(which->is_string() || which->is_number())) refuse(prefix + "case", "a case's id or number");
  act.which = *which;
  act.user = text(o, "user");
  if (act.user.empty()) refuse(prefix + "user", "who does it");
  if (const json::value* comment = o.if_contains("comment")) {
    if (!comment->is_string()) refuse(prefix + "comment", "a text");
    act.comment = std::string(std::string_view(comment->get_string()));
  }
  act.change = case_change_from(o, prefix);
  if (!act.comment && act.change.empty()) refuse(prefix + "comment", "at least one of comment, status, severity, assignee, tags");
  return act;
}

void change_quirks(Quirks& quirks, const json::object& given, const std::string& prefix) {
  static constexpr std::array<std::string_view, 2> names{"comments_touch_case", "limit_max"};
  only_known(given, names, prefix);
  Quirks changed = quirks;
  if (const json::value* touch = given.if_contains("comments_touch_case")) {
    if (!touch->is_bool()) refuse(prefix + "comments_touch_case", "true or false");
    changed.comments_touch_case = touch->get_bool();
  }
  if (given.contains("limit_max")) {
    const auto n = json::integer_at(given, "limit_max");
    if (!n || *n < 1) refuse(prefix + "limit_max", "a whole number of at least 1");
    changed.limit_max = *n;
  }
  quirks = changed;
}

json::object to_json(const Quirks& quirks) {
  return {{"comments_touch_case", quirks.comments_touch_case}, {"limit_max", quirks.limit_max}};
}

Case* Data::find(const std::string& key) {
  const auto found = cases_.find(key);
  return found == cases_.end() ? nullptr : &found->second;
}

Case* Data::find_by(const json::value& id_or_number) {
  if (id_or_number.is_string()) return find(key_of(id_or_number));
  for (auto& [key, c] : cases_)
    if (c.row.contains("ticket_id") && c.row.at("ticket_id") == id_or_number) return &c;
  return nullptr;
}

Case* Data::find_given(const json::object& given) {
  if (const json::value* id = given.if_contains("_id")) return find(key_of(*id));
  const json::value* number = given.if_contains("ticket_id");
  return number && number->is_number() ? find_by(*number) : nullptr;
}

Case Data::new_case(json::object& given, Time now) {
  Case c;
  const std::int64_t number = json::integer_at(given, "ticket_id").value_or(highest_number_ + 1);
  highest_number_ = std::max(highest_number_, number);
  const Time made_at =
      json::integer_at(given, "created_at") ? Time{std::chrono::milliseconds{*json::integer_at(given, "created_at")}} : now;
  const json::value id = given.contains("_id") ? given["_id"] : json::value(object_id(made_at, ++made_));
  c.key = key_of(id);
  c.row = {{"_id", id},
           {"ticket_id", number},
           {"name", "Case " + std::to_string(number)},
           {"score", 50},
           {"severity", "Medium"},
           {"status", "New"},
           {"tags", json::array()},
           {"size", 0},
           {"assignee", ""},
           {"assignee_name", ""},
           {"created_by", product},
           {"version", 0}};
  return c;
}

std::string Data::apply(json::object given, Time now, const std::string& where) {
  json::value times = std::move(given);
  resolve_times(times, now, where);
  given = std::move(times.get_object());
  Case* old = find_given(given);
  if (json::bool_at(given, "_delete").value_or(false)) {
    if (!old) throw Error(Status::invalid, where + "._id: expected a case that exists", "_id");
    const std::string key = old->key;
    cases_.erase(key);
    return key;
  }
  Case c = old ? *old : new_case(given, now);
  json::object& row = c.row;
  const std::string old_status = old ? text(row, "status") : "New";
  c.changed_ms = old ? std::max(milliseconds_of(now), c.modified_ms() + 1) : milliseconds_of(now);
  take_parts(c, given, now);
  for (const auto& member : given)
    if (!is_part(member.key()) && (member.key() == "_id" || !member.key().starts_with('_'))) row[member.key()] = member.value();
  complete_tenant(row, given, !old);
  if (!given.contains("modified_at")) row["modified_at"] = c.changed_ms;
  if (!given.contains("modified_by")) row["modified_by"] = product;
  if (!given.contains("version")) row["version"] = json::integer_at(row, "version").value_or(0) + 1;
  default_to(row, "created_at", row["modified_at"]);
  follow_status(row, given, old_status);
  erase_absent(row, given);
  highest_number_ = std::max(highest_number_, c.number());
  std::string key = c.key;
  cases_.insert_or_assign(key, std::move(c));
  return key;
}

void Data::take_parts(Case& c, json::object& given, Time now) {
  if (given.contains("summary")) c.summary = given["summary"];
  if (given.contains("observables")) c.observables = given["observables"];
  if (json::value* alerts = given.if_contains("alerts"); alerts && alerts->is_array()) {
    c.alerts.clear();
    for (auto& alert : alerts->get_array())
      c.alerts.push_back(alert_document(std::move(alert), id_of_name(c.key + "/" + std::to_string(c.alerts.size()))));
    c.row["size"] = c.alerts.size();
  }
  if (const json::array* comments = json::array_at(given, "comments")) {
    c.comments.clear();
    for (const auto& item : *comments)
      c.comments.push_back(item.is_object() ? json::value(given_comment(c.key, item.get_object(), now)) : item);
  }
}

json::object Data::given_comment(const std::string& key, const json::object& given, Time now) {
  json::object comment = new_comment(key, "", product, json::integer_at(given, "created_at").value_or(milliseconds_of(now)));
  for (const auto& member : given) comment[member.key()] = member.value();
  if (given.contains("user") && given.at("user").is_string()) comment["user"] = users_.get_or_add(text(given, "user")).id;
  return comment;
}

void Data::complete_tenant(json::object& row, const json::object& given, bool is_new) {
  const bool named = given.contains("tenant_name");
  const bool identified = given.contains("cust_id");
  if (named && identified) return tenants_.put({text(given, "cust_id"), text(given, "tenant_name")});
  if (!named && !identified && !is_new) return;
  const Tenant& tenant = tenants_.of(text(given, "cust_id"), text(given, "tenant_name"));
  if (!identified) row["cust_id"] = tenant.id;
  if (!named) row["tenant_name"] = tenant.name;
}

void Data::modified(Case& c, const std::string& user, Time now) {
  c.changed_ms = std::max(milliseconds_of(now), c.modified_ms() + 1);
  c.row["modified_at"] = c.changed_ms;
  c.row["modified_by"] = user;
  c.row["version"] = json::integer_at(c.row, "version").value_or(0) + 1;
}

void Data::change(Case& c, const CaseChange& change, const std::string& user, Time now) {
  const User* assignee = change.assignee && !change.assignee->empty() ? users_.find(*change.assignee) : nullptr;
  if (change.assignee && !change.assignee->empty() && !assignee)
    throw Error(Status::invalid, "assignee: expected a user's id, or an empty text for nobody", "assignee");
  modified(c, user, now);
  json::object& row = c.row;
  if (change.severity) row["severity"] = *change.severity;
  if (change.assignee) {
    row["assignee"] = assignee ? assignee->id : "";
    row["assignee_name"] = assignee ? assignee->name : "";
  }
  if (!change.add_tags.empty() || !change.delete_tags.empty()) row["tags"] = changed_tags(json::array_at(row, "tags"), change);
  if (!change.status) return;
  const std::string old_status = text(row, "status");
  row["status"] = *change.status;
  follow_status(row, {}, old_status);
}

json::object Data::new_comment(const std::string& key, const std::string& text, const std::string& user, std::int64_t at) {
  const std::string id = object_id(Time{std::chrono::milliseconds{at}}, ++made_);
  return {{"_id", id}, {"case_id", key}, {"comment", text}, {"user", user}, {"created_at", at}, {"modified_at", at}};
}

json::object Data::comment(Case& c, const std::string& text, const std::string& user, Time now) {
  if (quirks_.comments_touch_case) modified(c, user, now);
  const std::int64_t at = quirks_.comments_touch_case ? c.changed_ms : milliseconds_of(now);
  json::object comment = new_comment(c.key, text, user, at);
  c.comments.push_back(json::value(comment));
  return comment;
}

std::string Data::act(const Act& act, Time now, const std::string& where) {
  Case* c = find_by(act.which);
  if (!c) throw Error(Status::invalid, where + "case: expected one that exists, " + key_of(act.which) + " does not", where + "case");
  const std::string user = users_.get_or_add(act.user).id;
  CaseChange changes = act.change;
  if (changes.assignee && !changes.assignee->empty()) changes.assignee = users_.get_or_add(*changes.assignee).id;
  if (act.comment) comment(*c, *act.comment, user, now);
  if (!changes.empty()) change(*c, changes, user, now);
  return c->key;
}

}  // namespace picket::sim::stellar_cyber
