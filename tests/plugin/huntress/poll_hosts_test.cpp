// Hosts and remediations: what is read for a ticket, with how many requests, and what is filled in afterwards.
#include "tests/plugin/huntress/bench.hpp"

using namespace huntress::test;
using namespace std::chrono_literals;
using picket::Status;

namespace {

void add_incidents_with_agents(Bench& b, std::int64_t first, std::int64_t last) {
  for (std::int64_t id = first; id <= last; ++id) b.vendor.add_incident(id, b.at(-10min))["agent_id"] = id;
}

std::optional<picket::HttpAnswer> fail_agents(const Asked& asked) {
  return asked.path.starts_with("/v1/agents") ? std::optional(answer(500)) : std::nullopt;
}

void add_remediations(Bench& b, std::int64_t incident, int count) {
  json::array all;
  for (int n = 1; n <= count; ++n)
    all.push_back({{"id", n},
                   {"type", "assisted"},
                   {"action", "Step " + std::to_string(n)},
                   {"status", "unapproved"},
                   {"parameters", json::array{}}});
  b.vendor.incident(incident)["remediations"] = std::move(all);
}

}  // namespace

TEST_CASE("few hosts are asked for one by one, after the tickets are open") {
  Started b;
  b.vendor.add_agents(1, 100);
  add_incidents_with_agents(b, 1, 5);
  bool asked_before_ticket = false;
  b.vendor.fault = [&](const Asked& asked) -> std::optional<picket::HttpAnswer> {
    if (asked.path.starts_with("/v1/agents") && b.psa.tickets.size() < 5) asked_before_ticket = true;
    return std::nullopt;
  };
  CHECK(b.poll().report.created == 5);
  CHECK_FALSE(asked_before_ticket);
  CHECK(b.vendor.count("/v1/agents?") + b.vendor.count("/v1/agents/") == 5);
  CHECK(contains(b.psa.ticket_of(3).body, "`PC-3`"));
  CHECK(b.psa.alert(3).device_name == "PC-3");
  CHECK_FALSE(b.psa.alert(3).incomplete);
  CHECK(b.psa.ticket_of(3).updates() == 0);
  b.clock.advance(5min);
  CHECK(b.poll().requests == 1);
}

TEST_CASE("many hosts are listed by the page, before the tickets open") {
  Started b;
  b.vendor.add_agents(1, 1000);
  add_incidents_with_agents(b, 1, 700);
  CHECK(b.poll().report.created == 700);
  CHECK(b.vendor.count("/v1/agents/") == 0);
  CHECK(b.vendor.count("/v1/agents") == 2);
  for (const std::int64_t id : {1, 500, 501, 700}) {
    CHECK(contains(b.psa.ticket_of(id).body, "`PC-" + std::to_string(id) + "`"));
    CHECK_FALSE(b.psa.alert(id).incomplete);
  }
}

TEST_CASE("the first poll of two thousand open incidents takes at most twenty requests") {
  Bench b;
  b.vendor.add_agents(1, 1000);
  for (std::int64_t id = 1; id <= 50; ++id) b.vendor.add_organization(1000 + id, "Organization " + std::to_string(id));
  for (std::int64_t id = 1; id <= 2000; ++id) {
    auto o = b.vendor.add_incident(id, b.at(-std::chrono::seconds{id * 60}));
    o["agent_id"] = 1 + id % 1000;
    o["organization_id"] = 1001 + id % 50;
  }
  const Polled polled = b.poll();
  CHECK(polled.status == Status::ok);
  CHECK(polled.report.created == 2000);
  CHECK(polled.requests <= 20);
  std::size_t incomplete = 0;
  for (const auto& [id, alert] : b.psa.alerts) incomplete += alert.incomplete ? 1 : 0;
  CHECK(incomplete == 0);
}

TEST_CASE("incidents without a host ask for none") {
  Started b;
  b.vendor.add_agents(1, 10);
  for (std::int64_t id = 1; id <= 20; ++id) b.vendor.add_incident(id, b.at(-10min));
  b.poll();
  CHECK(b.vendor.count("/v1/agents") == 0);
  CHECK(contains(b.psa.ticket_of(1).body, "## Affected organization"));
}

TEST_CASE("a host that cannot be read delays no ticket, and is filled in later") {
  Started b;
  b.vendor.add_agents(1, 20);
  for (const std::int64_t last : {3, 20}) {
    add_incidents_with_agents(b, last == 3 ? 1 : 4, last);
    b.vendor.fault = fail_agents;
    const Polled polled = b.poll();
    CHECK(polled.status == Status::ok);
    CHECK(polled.report.failed == 0);
    CHECK(b.psa.tickets.size() == static_cast<std::size_t>(last));
    CHECK(contains(b.psa.ticket_of(last).body, "could not be read from Huntress yet"));
    CHECK(b.psa.alert(last).incomplete);
    b.vendor.fault = nullptr;
    b.clock.advance(15min);
    b.poll();
    CHECK(contains(b.psa.ticket_of(last).body, "`PC-" + std::to_string(last) + "`"));
    CHECK_FALSE(b.psa.alert(last).incomplete);
    CHECK(b.psa.ticket_of(last).updates() == 0);
    b.clock.advance(5min);
  }
}

TEST_CASE("a host that Huntress does not know is given up with a word, one that fails again and again is asked for ever more rarely") {
  Started b;
  b.vendor.add_agents(2, 2);
  add_incidents_with_agents(b, 1, 2);
  b.vendor.fault = [](const Asked& asked) { return asked.path == "/v1/agents/2" ? std::optional(answer(500)) : std::nullopt; };
  b.poll();
  CHECK(contains(b.psa.ticket_of(1).body, "no details of this host (agent 1)"));
  CHECK_FALSE(b.psa.alert(1).incomplete);
  const std::size_t before = b.vendor.count("/v1/agents/2");
  for (int poll = 0; poll < 2 * 288; ++poll) {  // two days
    b.clock.advance(5min);
    b.poll();
  }
  CHECK(b.vendor.count("/v1/agents/2") - before <= 10);
  CHECK(contains(b.psa.ticket_of(2).body, "could not be read from Huntress yet"));
  b.vendor.fault = nullptr;
  b.clock.advance(24h);
  b.poll();
  CHECK(contains(b.psa.ticket_of(2).body, "`PC-2`"));
  CHECK_FALSE(b.psa.alert(2).incomplete);
  b.clock.advance(5min);
  CHECK(b.poll().requests == 1);
}

TEST_CASE("a host that was never asked for, for want of requests, is not given up") {
  Started b;
  b.request_limit = 12;  // a third is four requests in a poll
  b.vendor.add_agents(1, 30);
  const auto first_page_only = [](const Asked& asked) -> std::optional<picket::HttpAnswer> {
    return lists(asked, "agents") ? std::optional(answer(500)) : std::nullopt;
  };
  b.vendor.fault = first_page_only;
  add_incidents_with_agents(b, 1, 30);
  for (int poll = 0; poll < 25; ++poll) {
    b.poll();
    b.clock.advance(5min);
  }
  for (std::int64_t id = 1; id <= 30; ++id) {
    CAPTURE(id);
    CHECK(contains(b.psa.ticket_of(id).body, "`PC-" + std::to_string(id) + "`"));
  }
}

TEST_CASE("remediations beyond ten are filled in") {
  Started b;
  b.vendor.add_incident(1, b.at(-10min));
  add_remediations(b, 1, 15);
  CHECK(b.poll().report.created == 1);
  CHECK(b.vendor.count("/v1/incident_reports/1/remediations") == 1);
  CHECK(contains(b.psa.ticket_of(1).body, "15. Step 15"));
  CHECK_FALSE(contains(b.psa.ticket_of(1).body, "filled in"));
  CHECK_FALSE(b.psa.alert(1).incomplete);
  b.clock.advance(5min);
  b.change(1)["severity"] = "critical";
  CHECK(b.poll().report.noted == 1);
  CHECK_FALSE(contains(b.psa.ticket_of(1).notes.back(), "remediation"));
}

TEST_CASE("remediations that cannot be read are tried again until they can be") {
  Started b;
  b.vendor.add_incident(1, b.at(-10min));
  add_remediations(b, 1, 15);
  b.vendor.fault = [](const Asked& asked) { return asked.path.ends_with("/remediations") ? std::optional(answer(500)) : std::nullopt; };
  CHECK(b.poll().report.created == 1);
  CHECK(contains(b.psa.ticket_of(1).body, "10 of 15 are listed; the rest is filled in"));
  for (int poll = 0; poll < 6; ++poll) {
    b.clock.advance(5min);
    b.poll();
  }
  CHECK(b.psa.alert(1).incomplete);
  b.vendor.fault = nullptr;
  b.clock.advance(24h);
  b.poll();
  CHECK_FALSE(b.psa.alert(1).incomplete);
  CHECK(contains(b.psa.ticket_of(1).body, "15. Step 15"));
}

TEST_CASE("remediations and a host that come after the opening are filled in too") {
  Started b;
  b.vendor.add_agents(1, 1);
  b.vendor.add_incident(1, b.at(-10min));
  CHECK(b.poll().report.created == 1);
  CHECK(contains(b.psa.ticket_of(1).body, "No host is involved"));
  b.clock.advance(5min);
  add_remediations(b, 1, 15);
  b.change(1)["agent_id"] = 1;
  CHECK(b.poll().report.noted == 1);
  CHECK(contains(b.psa.ticket_of(1).body, "15. Step 15"));
  CHECK(contains(b.psa.ticket_of(1).body, "`PC-1`"));
  CHECK_FALSE(b.psa.alert(1).incomplete);
}

TEST_CASE("filling in stays within a third of the limit, however much there is") {
  Started b;
  for (std::int64_t id = 1; id <= 100; ++id) {
    b.vendor.add_incident(id, b.at(-10min));
    add_remediations(b, id, 12);
  }
  int polls = 0;
  std::size_t complete = 0;
  while (complete < 100 && polls < 20) {
    const Polled polled = b.poll();
    CHECK(polled.requests <= 20);
    ++polls;
    b.clock.advance(1min);
    complete = 0;
    for (const auto& [id, alert] : b.psa.alerts) complete += alert.incomplete ? 0 : 1;
  }
  CHECK(polls <= 8);
}

TEST_CASE("an asset that is the host is linked, at once or when the host is known") {
  Started b;
  b.psa.all_assets = {{"asset-3", "contoso", "pc-3", "SN3"}, {"asset-9", "contoso", "PC-9", ""}, {"asset-x", "fabrikam", "PC-4", ""}};
  b.vendor.add_agents(1, 20);
  add_incidents_with_agents(b, 1, 4);
  b.poll();
  CHECK(b.psa.ticket_of(3).asset_ids == std::vector<std::string>{"asset-3"});
  CHECK(b.psa.alert(3).asset_id == "asset-3");
  CHECK(b.psa.ticket_of(4).asset_ids.empty());
  b.clock.advance(5min);
  add_incidents_with_agents(b, 5, 15);
  b.poll();
  CHECK(b.psa.ticket_of(9).asset_ids == std::vector<std::string>{"asset-9"});
}
