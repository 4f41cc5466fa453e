#include "plugin/huntress/snapshot.hpp"

#include <algorithm>
#include <set>

#include "sdk/common/time_text.hpp"

namespace huntress {

namespace json = picket::json;

namespace {

std::optional<Pending> pending_at(const json::object& pending, std::string_view key) {
  const json::object* part = json::object_at(pending, key);
  if (part == nullptr) return std::nullopt;
  Pending p;
  p.tries = static_cast<int>(json::integer_at(*part, "tries").value_or(0));
  if (const auto next = json::text_at(*part, "next")) p.next = picket::parse_time(*next);
  return p;
}

json::object to_json(const Pending& p) {
  json::object o{{"tries", p.tries}};
  if (p.next) o["next"] = picket::format_time(*p.next);
  return o;
}

}  // namespace

void Pending::failed(picket::Time now) {
  constexpr std::chrono::minutes first{10};
  constexpr int doublings_in_a_day = 7;
  next = now + first * (1 << std::min(tries, doublings_in_a_day));
  ++tries;
}

Incident Snapshot::noted() const {
  Incident noted = incident;
  if (unnoted_since) take_counts(noted, noted_counts);
  return noted;
}

std::string write_snapshot(const Snapshot& s) {
  json::object o = to_snapshot(s.incident);
  if (s.host.state == Host::State::known) o["host"] = to_json(s.host.agent);
  if (s.host.state == Host::State::gone) o["host"] = {{"gone", true}};
  if (!s.organization_name.empty()) o["organization_name"] = s.organization_name;
  if (!s.portal_url.empty()) o["portal_url"] = s.portal_url;
  json::object pending;
  if (s.pending_host) pending["host"] = to_json(*s.pending_host);
  if (s.pending_remediations) pending["remediations"] = to_json(*s.pending_remediations);
  if (!pending.empty()) o["pending"] = std::move(pending);
  if (s.unnoted_since) o["unnoted"] = {{"since", picket::format_time(*s.unnoted_since)}, {"counts", to_snapshot(s.noted_counts)}};
  return boost::json::serialize(o);
}

Snapshot read_snapshot(const picket::Alert& alert) {
  const json::object o = json::object_or_empty(alert.metadata);
  Snapshot s;
  s.incident = from_snapshot(alert.external_id, alert.severity, alert.status, alert.message, o);
  if (const json::object* host = json::object_at(o, "host")) {
    s.host.state = json::bool_at(*host, "gone").value_or(false) ? Host::State::gone : Host::State::known;
    s.host.agent = read_agent(*host);
  } else {
    s.host.state = s.incident.agent_id.empty() ? Host::State::none : Host::State::pending;
  }
  s.organization_name = json::text_at(o, "organization_name").value_or("");
  s.portal_url = json::text_at(o, "portal_url").value_or("");
  if (const json::object* pending = json::object_at(o, "pending")) {
    s.pending_host = pending_at(*pending, "host");
    s.pending_remediations = pending_at(*pending, "remediations");
  }
  if (const json::object* unnoted = json::object_at(o, "unnoted")) {
    s.unnoted_since = picket::parse_time(json::text_at(*unnoted, "since").value_or(""));
    if (const json::object* counts = json::object_at(*unnoted, "counts")) s.noted_counts = from_snapshot({}, {}, {}, {}, *counts);
  }
  return s;
}

void keep_fetched_remediations(Incident& now, const Incident& before) {
  std::set<std::string> listed;
  for (const Remediation& r : now.remediations) listed.insert(r.id);
  for (const Remediation& r : before.remediations) {
    if (now.remediations.size() >= now.remediation_count) break;
    if (!r.id.empty() && listed.insert(r.id).second) now.remediations.push_back(r);
  }
}

}  // namespace huntress
