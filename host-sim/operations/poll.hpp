// One poll of one connection. Thread: one.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "host-sim/operations/host_context.hpp"
#include "picket/model.hpp"

namespace picket::operations {

struct PollOptions {
  bool dry_run = false;  // nothing is written; `changes` tells what would be
  bool sweep = false;    // compare the whole open set now
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
};

enum class PollState { completed, error, skipped };
std::string_view name_of(PollState);

struct PollResult {
  std::string provider;
  std::string tenant;  // its name
  PollState state = PollState::completed;
  std::string skipped_reason;
  std::string error;           // the reason of PollState::error
  bool misconfigured = false;  // it is this host's set-up that has to be changed, not the vendor's or the database's state
  PollReport report;
  std::uint64_t requests = 0;
  std::chrono::milliseconds duration{0};
  std::vector<ChangeSet> changes;  // of a dry run
};

// Never throws for what concerns the poll itself: an unfinished set-up, a poll that is already running and a failing vendor are results.
// Throws Error for a provider or tenant that does not exist, or a database that cannot be used at all.
PollResult poll(HostContext&, const std::string& provider, const std::string& tenant, const PollOptions&);

}  // namespace picket::operations
