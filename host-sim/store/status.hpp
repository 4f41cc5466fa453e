// What `picket status` shows of each connection. Thread: that of the Database.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/store/connections.hpp"
#include "host-sim/store/leases.hpp"
#include "host-sim/store/retry_queue.hpp"

namespace picket::store {

struct ConnectionStatus {
  Connection connection;
  std::string account_name;  // settings.accountName
  std::uint64_t organizations = 0;
  std::uint64_t unmapped_organizations = 0;
  std::uint64_t opted_out_organizations = 0;  // auto_create_tickets is off
  std::uint64_t alerts = 0;
  std::uint64_t open_alerts = 0;
  std::uint64_t failing_alerts = 0;
  std::uint64_t incomplete_alerts = 0;
  // Open alerts whose ticket is closed, or that have none. Those without one do not count while they do not fail and some organization is
  // opted out, because then they are taken for findings of such an organization: the next poll opens a ticket for all others.
  std::uint64_t without_open_ticket = 0;
  std::uint64_t tickets = 0;
  std::optional<LeaseHolder> lease;
  QueueState outbox;         // of its tickets
  QueueState ticket_events;  // for its vendor
};

// Of all connections (of a tenant, of a provider: empty = any), by tenant name and provider.
std::vector<ConnectionStatus> connection_status(Database& db, const host::Clock& clock, std::string_view tenant = {},
                                                std::string_view provider = {});

struct FailingFinding {
  std::string external_id;
  std::string message;
  std::uint32_t failures = 0;
  std::string metadata;  // the provider's snapshot, which says what went wrong
  std::optional<Time> updated_at;
};
// Those with the most failures first.
std::vector<FailingFinding> failing_findings(Database& db, std::string_view tenant, std::string_view integration_id, std::size_t limit);

}  // namespace picket::store
