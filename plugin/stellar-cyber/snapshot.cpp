#include "plugin/stellar-cyber/snapshot.hpp"

#include <algorithm>

#include "sdk/common/list.hpp"
#include "sdk/common/time_text.hpp"

namespace stellar {

namespace json = picket::json;

namespace {

template <class Texts>
json::array array_of(const Texts& texts) {
  json::array list;
  for (const std::string& text : texts) list.emplace_back(text);
  return list;
}

std::vector<std::string> texts_at(const json::object& o, std::string_view key) {
  std::vector<std::string> texts;
  if (const json::array* list = json::array_at(o, key))
    for (const json::value& v : *list)
      if (v.is_string()) texts.emplace_back(v.get_string());
  return texts;
}

json::array seen_comments(const Snapshot& s) {
  json::array list;
  for (const std::string& id : s.seen_comments) {
    const auto digest = s.comment_digests.find(id);
    if (digest == s.comment_digests.end())
      list.emplace_back(id);
    else
      list.push_back(json::object{{"id", id}, {"digest", digest->second}});
  }
  return list;
}

void read_seen_comments(const json::object& o, Snapshot& s) {
  for (std::string& id : texts_at(o, "seen_comments")) s.seen_comments.insert(std::move(id));
  const json::array* list = json::array_at(o, "seen_comments");
  if (list == nullptr) return;
  for (const json::value& v : *list) {
    const json::object* comment = v.if_object();
    const std::string id = comment == nullptr ? std::string() : json::text_at(*comment, "id").value_or("");
    if (id.empty()) continue;
    s.seen_comments.insert(id);
    if (const auto digest = json::text_at(*comment, "digest")) s.comment_digests[id] = *digest;
  }
}

json::object to_json(const Parts& parts) {
  json::object o;
  if (parts.summary) o["summary"] = *parts.summary;
  if (parts.observables) {
    json::object kinds;
    for (const Observables& observables : *parts.observables) kinds[observables.kind] = array_of(observables.values);
    o["observables"] = std::move(kinds);
  }
  if (parts.alerts) {
    json::array alerts;
    for (const CaseAlert& a : *parts.alerts)
      alerts.push_back(json::object{{"id", a.id}, {"index", a.index}, {"name", a.name}, {"score", a.score}});
    o["alerts"] = std::move(alerts);
  }
  return o;
}

Parts parts_from(const json::object& o) {
  Parts parts;
  parts.summary = json::text_at(o, "summary");
  if (const json::object* kinds = json::object_at(o, "observables")) parts.observables = read_observables(*kinds);
  if (const json::array* alerts = json::array_at(o, "alerts")) {
    parts.alerts.emplace();
    for (const json::value& v : *alerts)
      if (const json::object* a = v.if_object())
        parts.alerts->push_back({json::text_at(*a, "id").value_or(""), json::text_at(*a, "index").value_or(""),
                                 json::text_at(*a, "name").value_or(""), json::text_at(*a, "score").value_or("")});
  }
  return parts;
}

}  // namespace

void OwnValues::add(const std::string& value) {
  if (values_.empty() || values_.back() != value) values_.push_back(value);
}

void OwnValues::remove(const std::string& value) {
  const auto last = std::find(values_.rbegin(), values_.rend(), value);
  if (last != values_.rend()) values_.erase(std::next(last).base());
}

bool OwnValues::contains(const std::string& value) const { return picket::contains(values_, value); }

bool OwnValues::shows(const std::string& value) {
  const auto last = std::find(values_.rbegin(), values_.rend(), value);
  if (last == values_.rend()) return false;
  values_.erase(values_.begin(), last.base());
  return true;
}

Case Snapshot::noted() const {
  Case c = known;
  if (!unnoted_since) return c;
  c.score = noted_score;
  c.size = noted_size;
  return c;
}

std::string write_snapshot(const Snapshot& s) {
  json::object o = to_snapshot(s.known);
  if (!s.url.empty()) o["url"] = s.url;
  if (s.all_comments_seen)
    o["seen_comments"] = "all";
  else if (!s.seen_comments.empty())
    o["seen_comments"] = seen_comments(s);
  json::object own;
  if (!s.own_severities.values().empty()) own["severity"] = array_of(s.own_severities.values());
  if (!s.own_statuses.values().empty()) own["status"] = array_of(s.own_statuses.values());
  if (s.own_writes > 0) own["writes"] = s.own_writes;
  if (!own.empty()) o["own"] = std::move(own);
  if (s.unnoted_since) {
    json::object unnoted{{"since", picket::format_time(*s.unnoted_since)}, {"score", s.noted_score}};
    if (s.noted_size) unnoted["size"] = *s.noted_size;
    o["unnoted"] = std::move(unnoted);
  }
  json::array pending;
  if (s.parts_pending) pending.emplace_back("parts");
  if (s.comments_pending) pending.emplace_back("comments");
  if (!pending.empty()) o["pending"] = std::move(pending);
  if (s.parts_pending) o["parts"] = to_json(s.parts);
  if (s.imported) o["imported"] = true;
  return boost::json::serialize(o);
}

Snapshot read_snapshot(const picket::Alert& alert) {
  const json::object o = json::object_or_empty(alert.metadata);
  Snapshot s;
  s.known = from_snapshot(alert.external_id, o);
  s.url = json::text_at(o, "url").value_or("");
  s.all_comments_seen = json::text_at(o, "seen_comments").value_or("") == "all";
  read_seen_comments(o, s);
  if (const json::object* own = json::object_at(o, "own")) {
    s.own_severities = OwnValues(texts_at(*own, "severity"));
    s.own_statuses = OwnValues(texts_at(*own, "status"));
    s.own_writes = json::integer_at(*own, "writes").value_or(0);
  }
  for (const std::string& part : texts_at(o, "pending")) {
    if (part == "comments") s.comments_pending = true;
    if (part == "parts") s.parts_pending = true;
  }
  if (const json::object* unnoted = json::object_at(o, "unnoted")) {
    s.unnoted_since = picket::parse_time(json::text_at(*unnoted, "since").value_or(""));
    s.noted_score = json::text_at(*unnoted, "score").value_or("");
    s.noted_size = json::integer_at(*unnoted, "size");
  }
  if (const json::object* parts = json::object_at(o, "parts")) s.parts = parts_from(*parts);
  s.imported = json::bool_at(o, "imported").value_or(false);
  return s;
}

}  // namespace stellar
