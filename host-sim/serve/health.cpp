#include "host-sim/serve/health.hpp"

#include <algorithm>

#include "sdk/common/time_text.hpp"

namespace picket::serve {
namespace {

json::value time_or_null(const std::optional<Time>& t) { return t ? json::value(format_time(*t)) : json::value(nullptr); }
json::value text_or_null(const std::string& s) { return s.empty() ? json::value(nullptr) : json::value(s); }

json::value queue_json(const std::optional<store::QueueState>& queue) {
  if (!queue) return nullptr;
  json::object o;
  o["waiting"] = queue->waiting;
  o["failing"] = queue->failing;
  o["given_up"] = queue->given_up;
  o["oldest"] = time_or_null(queue->oldest);
  o["last_error"] = text_or_null(queue->last_error);
  return o;
}

json::object connection_json(const ConnectionHealth& c, Time now) {
  json::object queues;
  queues["outbox"] = queue_json(c.outbox);
  queues["ticket_events"] = queue_json(c.events);
  json::object o;
  o["status"] = name_of(state_of(c, now));
  o["provider"] = c.provider;
  o["tenant"] = c.tenant;
  o["desk"] = text_or_null(c.psa);
  o["interval_seconds"] = (c.interval.count() + 999) / 1000;
  o["last_cycle"] = c.last ? json::value(to_json(*c.last)) : json::value(nullptr);
  o["queues"] = std::move(queues);
  o["last_error"] = text_or_null(c.last_error);
  o["last_error_at"] = time_or_null(c.last_error_at);
  o["next_cycle_at"] = time_or_null(c.next);
  return o;
}

}  // namespace

std::string_view name_of(HealthState state) {
  switch (state) {
    case HealthState::ok: return "ok";
    case HealthState::starting: return "starting";
    case HealthState::failing: break;
  }
  return "failing";
}

HealthState state_of(const ConnectionHealth& c, Time now) {
  constexpr int patience = 3;
  if (now - (c.last ? c.last->ended : c.since) > patience * c.interval) return HealthState::failing;
  if (!c.last) return HealthState::starting;
  return c.last->failed() ? HealthState::failing : HealthState::ok;
}

HealthState Health::state(Time now) const {
  if (!failure.empty()) return HealthState::failing;
  HealthState worst = idle.empty() ? HealthState::ok : HealthState::starting;
  for (const auto& [key, connection] : connections) worst = std::max(worst, state_of(connection, now));
  return worst;
}

json::object to_json(const Health& health, Time now) {
  json::object o;
  o["status"] = name_of(health.state(now));
  o["started_at"] = format_time(health.started);
  json::array warnings;
  for (const std::string& warning : health.warnings) warnings.emplace_back(warning);
  if (!health.idle.empty()) warnings.emplace_back(health.idle);
  o["warnings"] = std::move(warnings);
  if (!health.failure.empty()) o["failure"] = health.failure;
  if (health.connections.size() == 1) {
    for (auto& member : connection_json(health.connections.begin()->second, now))
      if (member.key() != "status") o[member.key()] = member.value();
    return o;
  }
  json::array connections;
  for (const auto& [key, connection] : health.connections) connections.push_back(connection_json(connection, now));
  o["connections"] = std::move(connections);
  return o;
}

}  // namespace picket::serve
