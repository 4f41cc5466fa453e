#include "host-sim/sim/huntress/data.hpp"

#include <algorithm>
#include <map>

#include "host-sim/sim/huntress/times.hpp"
#include "host-sim/sim/server/rows.hpp"
#include "sdk/common/ascii.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::sim::huntress {
namespace {

constexpr std::size_t inline_remediations = 10;

std::string facet_text(const json::object& o, std::string_view name) { return json::text_at(o, name).value_or(""); }

std::string joined(const json::object& o, std::string_view name) {
  const json::array* list = json::array_at(o, name);
  std::string out;
  if (list)
    for (const auto& item : *list)
      if (item.is_string()) out += (out.empty() ? "" : "\n") + std::string(std::string_view(item.get_string()));
  return out;
}

std::optional<Time> time_at(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(name);
  return v && v->is_string() ? parse_time(v->get_string()) : std::nullopt;
}

// A row's values for filters and sorting. A row whose time is unreadable counts as changed now, so that lists still find it.
Row row_base(const std::string& key, const json::object& o, Time now) {
  Row row;
  row.key = key;
  row.id = json::integer_at(o, "id").value_or(0);
  row.updated = time_at(o, "updated_at").value_or(now);
  row.created = time_at(o, "created_at").value_or(time_at(o, "sent_at").value_or(row.updated));
  row.text = boost::json::serialize(o);
  return row;
}

// The API description requires three members that it does not define.
void fill_organization(json::object& o) {
  default_to(o, "key", json::value(ascii::slug(facet_text(o, "name"), '-')));
  default_to(o, "report_recipients", json::array());
  default_to(o, "logs_sources_count", json::value(0));
  default_to(o, "billable_identity_count", json::value(0));
  default_to(o, "sat_learner_count", json::value(0));
  default_to(o, "microsoft_365_tenant_id", json::value(""));
  default_to(o, "microsoft_365_users_count", json::value(0));
  default_to(o, "notify_emails", json::array());
}

json::object default_account() {
  return {{"id", 4401},
          {"name", "Demo MSP"},
          {"subdomain", "demomsp"},
          {"status", "enabled"},
          {"support_type", "huntress_supported"},
          {"neighborhood_watch", {{"edr", 10}, {"ispm", 10}, {"itdr", 10}, {"sat", 10}, {"siem", 10}}}};
}

json::object inline_form(const json::array& all) {
  const json::array items(all.begin(), all.begin() + std::min(inline_remediations, all.size()));
  return {{"total_count", all.size()}, {"has_more", all.size() > inline_remediations}, {"items", items}};
}

// As at the vendor, a change of status sets status_updated_at, and closing sets closed_at.
void follow_status(json::object& o, const json::object& given, const std::string& old_status) {
  const std::string status = facet_text(o, "status");
  if (status == old_status) return;
  const json::value at = o.contains("updated_at") ? o["updated_at"] : json::value(nullptr);
  if (!given.contains("status_updated_at")) o["status_updated_at"] = at;
  if (given.contains("closed_at")) return;
  if (status == "closed")
    o["closed_at"] = at;
  else
    o.erase("closed_at");
}

}  // namespace

Data::Data()
    : organizations_({"name", "key"}),
      agents_({"organization_id", "platform", "hostname", "os", "version"}),
      incidents_({"status", "severity", "platform", "organization_id", "agent_id", "indicator_types"}),
      account_(default_account()) {}

std::int64_t Data::account_id() const { return json::integer_at(account_, "id").value_or(0); }

void Data::merge_account(const json::object& given) {
  for (const auto& member : given) account_[member.key()] = member.value();
}

Table& Data::table(Kind kind) {
  switch (kind) {
    case Kind::organization: return organizations_;
    case Kind::agent: return agents_;
    case Kind::incident: break;
  }
  return incidents_;
}

std::string Data::apply(Kind kind, json::object given, Time now, const std::string& where) {
  Table& rows = table(kind);
  json::value times = std::move(given);
  resolve_times(times, now, where);
  given = std::move(times.get_object());
  const std::string key = given.contains("id") ? key_of(given["id"]) : std::to_string(rows.next_id());
  if (json::bool_at(given, "_delete").value_or(false)) {
    if (!rows.erase(key)) throw Error(Status::invalid, where + ".id: expected one that exists, " + key + " does not", "id");
    if (kind == Kind::incident) more_remediations_.erase(key);
    return key;
  }
  const Row* old = rows.find(key);
  json::object row;
  if (old) {
    row = json::parse_object(old->text, "row");
  } else {
    row["id"] = given.contains("id") ? given["id"] : json::value(rows.next_id());
    row["account_id"] = account_id();
    if (kind == Kind::incident) row["status"] = "sent";
    if (kind == Kind::agent) row["platform"] = "windows";
  }
  const std::string old_status = old ? facet_text(row, "status") : "";
  for (const auto& member : given)
    if (!member.key().starts_with('_')) row[member.key()] = member.value();
  if (!given.contains("updated_at")) row["updated_at"] = time_text(now);
  if (kind == Kind::incident) {
    if (!old) default_to(row, "sent_at", row["updated_at"]);
    follow_status(row, given, old_status);
    split_remediations(key, row, given);
  } else {
    if (!old) default_to(row, "created_at", row["updated_at"]);
    if (kind == Kind::organization) fill_organization(row);
  }
  erase_absent(row, given);
  put(kind, key, row, now);
  return key;
}

void Data::split_remediations(const std::string& key, json::object& incident, const json::object& given) {
  if (!given.contains("remediations")) return;
  more_remediations_.erase(key);
  const json::array* all = json::array_at(given, "remediations");
  if (!all) return;
  incident["remediations"] = inline_form(*all);
  if (all->size() > inline_remediations) more_remediations_[key] = boost::json::serialize(*all);
}

void Data::put(Kind kind, const std::string& key, const json::object& o, Time now) {
  Row row = row_base(key, o, now);
  switch (kind) {
    case Kind::organization: row.facets = {facet_text(o, "name"), facet_text(o, "key")}; break;
    case Kind::agent:
      row.facets = {facet_text(o, "organization_id"), facet_text(o, "platform"), facet_text(o, "hostname"), facet_text(o, "os"),
                    facet_text(o, "version")};
      break;
    case Kind::incident:
      row.facets = {facet_text(o, "status"),          facet_text(o, "severity"), facet_text(o, "platform"),
                    facet_text(o, "organization_id"), facet_text(o, "agent_id"), joined(o, "indicator_types")};
  }
  table(kind).put(std::move(row));
}

json::array Data::remediations(const Row& incident) const {
  const auto more = more_remediations_.find(incident.key);
  if (more != more_remediations_.end()) return std::move(json::parse(more->second, "remediations").as_array());
  const json::object o = json::parse_object(incident.text, "row");
  const json::object* inlined = json::object_at(o, "remediations");
  const json::array* items = inlined ? json::array_at(*inlined, "items") : nullptr;
  return items ? *items : json::array();
}

Table Data::remediation_table(const json::array& remediations, Time otherwise) {
  Table rows({"type", "status"});
  for (const auto& item : remediations) {
    if (!item.is_object()) continue;
    const json::object& o = item.get_object();
    Row row = row_base(o.contains("id") ? key_of(o.at("id")) : std::to_string(rows.next_id()), o, otherwise);
    row.facets = {facet_text(o, "type"), facet_text(o, "status")};
    rows.put(std::move(row));
  }
  return rows;
}

void Data::count_into_organizations() {
  std::map<std::string, std::int64_t> agents;
  std::map<std::string, std::int64_t> incidents;
  for (const Row* row : agents_.sorted("id")) ++agents[agents_.facet(*row, "organization_id")];
  for (const Row* row : incidents_.sorted("id")) ++incidents[incidents_.facet(*row, "organization_id")];
  std::vector<std::string> keys;
  for (const Row* row : organizations_.sorted("id")) keys.push_back(row->key);
  for (const auto& key : keys) {
    const Row old = *organizations_.find(key);
    json::object o = json::parse_object(old.text, "row");
    default_to(o, "agents_count", json::value(agents[key]));
    default_to(o, "incident_reports_count", json::value(incidents[key]));
    put(Kind::organization, key, o, old.updated);
  }
}

}  // namespace picket::sim::huntress
