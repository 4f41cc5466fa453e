// The outcome of one cycle: a report for each step, and the errors. Plain values.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host-sim/operations/organizations.hpp"
#include "host-sim/operations/poll.hpp"
#include "host-sim/psa/psa_sync.hpp"
#include "sdk/common/json.hpp"

namespace picket::serve {

// A step that failed as a whole. Later steps that do not need it still run.
struct StepError {
  std::string step;  // "reading HaloPSA's directory"
  std::string message;
  bool is_misconfiguration = false;  // the configuration must be changed
};

struct CycleReport {
  std::string provider, tenant, psa;  // ids and name; PSA is empty where tickets live in the database
  Time begun{}, ended{};
  std::optional<operations::OrganizationSync> organizations;
  std::optional<operations::PollResult> poll;
  psa::DeliveryReport delivery;
  psa::PullReport pull;
  operations::EventsReport events;
  std::uint64_t vendor_requests = 0, psa_requests = 0;
  std::vector<StepError> errors;
  std::vector<std::string> steps_done;
  std::optional<std::chrono::milliseconds> retry_after;  // the longest of all

  bool failed() const { return !errors.empty(); }
  bool failed_in_part() const;  // some findings, deliveries or events failed and will be tried again
  bool did_something() const;
};

void add(psa::DeliveryReport& sum, const psa::DeliveryReport& more);

// "2 tickets opened, 1 note sent, ..."; empty if nothing was done and nothing failed.
std::string summary(const CycleReport&);
json::object to_json(const CycleReport&);

}  // namespace picket::serve
