// A sample tenant with a local PSA, and helpers to apply change sets and to read the result.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host-sim/tickets/local_services.hpp"
#include "host-sim/store/tickets_query.hpp"
#include "tests/support/postgres/storages.hpp"

namespace picket::test {

struct Outcome {
  Status status = Status::internal;
  std::string ticket_id;
  std::string message;
};

struct TicketsFixture {
  explicit TicketsFixture(StorageUnderTest& under_test)
      : s(under_test),
        sample(make_sample_tenant(s.db)),
        connection{sample.tenant, sample.integration_id, "huntress", {{"incidents", "incidentCursor"}}},
        storage(s.db, connection),
        tickets(s.db, connection, clock, nullptr) {}

  std::string id(const std::string& kind, const std::string& name) const { return sample.id(s.db, kind, name); }
  std::string asset(const std::string& serial_number) const {
    return s.db.query<1>("SELECT asset_id FROM assets WHERE tenant = ? AND serial_number = ?", {sample.tenant, serial_number})
        .at(0)[0]
        .value();
  }

  std::vector<Outcome> apply(const std::vector<ChangeSet>& sets) {
    const host::Call call{clock};
    std::vector<Outcome> outcomes(sets.size());
    std::size_t next = 0;
    tickets.apply(call, sets, [&](std::size_t index, Status status, std::string_view ticket_id, std::string_view message) {
      if (index != next++) throw std::logic_error("outcomes out of order");
      outcomes.at(index) = {status, std::string(ticket_id), std::string(message)};
    });
    if (next != sets.size()) throw std::logic_error("outcomes are missing");
    return outcomes;
  }
  Outcome apply(const ChangeSet& set) { return apply(std::vector{set})[0]; }

  static Alert alert(const std::string& external_id, std::uint64_t revision = 0) {
    Alert a;
    a.external_id = external_id;
    a.revision = revision;
    a.severity = "high";
    a.status = "sent";
    a.message = "Malware on a host";
    a.metadata = "{\"n\": 1}";
    return a;
  }
  // A new finding with a ticket for Contoso on the Security board.
  ChangeSet opening(const std::string& external_id) const {
    ChangeSet set;
    set.alert = alert(external_id);
    set.open_ticket.emplace();
    set.open_ticket->title = "[Huntress] High";
    set.open_ticket->body_markdown = "Body of " + external_id;
    set.open_ticket->client_id = id("client", "Contoso, Ltd.");
    set.open_ticket->board_id = id("board", "Security");
    set.open_ticket->source_reference = external_id;
    return set;
  }
  // A later change of a finding.
  static ChangeSet changing(const std::string& external_id, std::uint64_t revision) {
    ChangeSet set;
    set.alert = alert(external_id, revision);
    return set;
  }

  std::optional<Alert> stored(const std::string& external_id) {
    std::optional<Alert> found;
    const std::string_view ids[] = {external_id};
    storage.find_alerts(ids, [&](const Alert& a) { found = a; });
    return found;
  }
  store::TicketDetails ticket_of(const std::string& external_id) {
    return store::show_ticket(s.db, sample.tenant, stored(external_id).value().ticket_id);
  }
  std::int64_t rows(const std::string& table) { return store::integer_of(s.db.query<1>("SELECT count(*) FROM " + table)[0][0]); }

  StorageUnderTest& s;
  host::SimulatedClock clock{test_start()};
  SampleTenant sample;
  tickets::LocalConnection connection;
  tickets::LocalStorage storage;
  tickets::LocalTickets tickets;
};

}  // namespace picket::test
