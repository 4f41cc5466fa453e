#include "host-sim/serve/health.hpp"

#include <doctest/doctest.h>

using namespace picket;
using namespace picket::serve;
using namespace std::chrono_literals;

namespace {

const Time start{std::chrono::hours(1000)};

ConnectionHealth connection() {
  ConnectionHealth c;
  c.provider = "stellar-cyber";
  c.tenant = "default";
  c.psa = "HaloPSA";
  c.since = start;
  c.interval = 5min;
  return c;
}

CycleReport cycle(Time ended, bool failed = false) {
  CycleReport r;
  r.provider = "stellar-cyber";
  r.begun = ended - 1s;
  r.ended = ended;
  if (failed) r.errors.push_back({"reading Stellar Cyber", "it is away", false});
  return r;
}

}  // namespace

TEST_CASE("the state of a connection") {
  ConnectionHealth c = connection();
  CHECK(state_of(c, start + 1min) == HealthState::starting);
  CHECK(state_of(c, start + 16min) == HealthState::failing);
  c.last = cycle(start + 1min);
  CHECK(state_of(c, start + 2min) == HealthState::ok);
  CHECK(state_of(c, start + 15min) == HealthState::ok);
  CHECK(state_of(c, start + 17min) == HealthState::failing);
  c.last = cycle(start + 1min, true);
  CHECK(state_of(c, start + 2min) == HealthState::failing);
}

TEST_CASE("the worst connection is the state of all, and a failure of all is one") {
  Health health;
  CHECK(health.state(start) == HealthState::ok);
  health.idle = "nothing is served";
  CHECK(health.state(start) == HealthState::starting);
  CHECK(to_json(health, start).at("warnings").as_array().at(0) == "nothing is served");
  health.idle.clear();
  health.connections["a"] = connection();
  CHECK(health.state(start) == HealthState::starting);
  health.connections["b"] = connection();
  health.connections["b"].last = cycle(start, true);
  CHECK(health.state(start) == HealthState::failing);
  health.connections.clear();
  health.failure = "the database is away";
  CHECK(health.state(start) == HealthState::failing);
}

TEST_CASE("the health document") {
  Health health;
  health.started = start;
  health.warnings = {"careful"};
  ConnectionHealth c = connection();
  c.last = cycle(start + 1min, true);
  c.last_error = "it is away";
  c.last_error_at = start + 1min;
  c.next = start + 90s;
  c.outbox = store::QueueState{};
  c.outbox->waiting = 3;
  health.connections["pair"] = c;
  const json::object one = to_json(health, start + 70s);
  CHECK(one.at("status") == "failing");
  CHECK(one.at("provider") == "stellar-cyber");
  CHECK(one.at("desk") == "HaloPSA");
  CHECK(one.at("last_cycle").at("status") == "failed");
  CHECK(one.at("last_cycle").at("ended_at").is_string());
  CHECK(one.at("queues").at("outbox").at("waiting").to_number<int>() == 3);
  CHECK(one.at("queues").at("ticket_events").is_null());
  CHECK(one.at("last_error") == "it is away");
  CHECK(one.at("next_cycle_at").is_string());
  CHECK(one.at("warnings").as_array().size() == 1);
  health.connections["other"] = connection();
  const json::object two = to_json(health, start + 70s);
  CHECK(two.at("connections").as_array().size() == 2);
  CHECK(two.at("status") == "failing");
}
