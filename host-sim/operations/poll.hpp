// One poll of one connection: the findings that are new at the vendor become tickets, then the ticket events go to the vendor.
// Thread: one.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host-sim/operations/host_context.hpp"
#include "host-sim/operations/organizations.hpp"
#include "host-sim/operations/provider_run.hpp"
#include "host-sim/operations/ticket_events.hpp"
#include "picket/model.hpp"

namespace picket::operations {

struct PollOptions {
  bool dry_run = false;  // nothing is written; `changes` holds what would be
  bool sweep = false;    // compares the whole open set now
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
  ConnectionSecrets connection;
};

enum class PollState { completed, error, skipped };
std::string_view name_of(PollState);

struct PollResult {
  std::string provider;
  std::string tenant;  // its name
  PollState state = PollState::completed;
  std::string skipped_reason;
  std::string error;  // the reason of PollState::error
  Status error_status = Status::ok;
  bool misconfigured = false;                            // this host's set-up must be changed; waiting does not help
  std::optional<std::chrono::milliseconds> retry_after;  // as the vendor asked
  PollReport report;
  EventsReport events;
  std::string events_error;  // the findings were polled, but sending the events failed as a whole
  std::uint64_t requests = 0;
  std::chrono::milliseconds duration{0};
  std::vector<ChangeSet> changes;  // of a dry run
};

// An unfinished set-up, a poll that is already running and a failing vendor are results, not exceptions. Throws Error for a provider or
// tenant that does not exist, or a database that cannot be used at all.
[[nodiscard]] PollResult poll(HostContext&, const std::string& provider, const std::string& tenant, const PollOptions&);

struct SendResult {
  EventsReport events;
  std::string error;  // why sending failed as a whole
  std::optional<std::chrono::milliseconds> retry_after;
  std::uint64_t requests = 0;
};

// Sends the ticket events that are due to the vendor, without polling. Makes no request if there are none, or if another process works on
// the connection.
[[nodiscard]] SendResult send_ticket_events(HostContext&, const Target&, const ConnectionSecrets&);

}  // namespace picket::operations
