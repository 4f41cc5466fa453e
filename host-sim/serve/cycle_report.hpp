// What one cycle of a pair came to: one report per step, and what went wrong where. Plain values.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host-sim/psa/psa_sync.hpp"
#include "host-sim/operations/organizations.hpp"
#include "host-sim/operations/poll.hpp"
#include "sdk/common/json.hpp"

namespace picket::serve {

// A step that failed as a whole; the steps after it were tried all the same, as far as they do not need it.
struct StepError {
  std::string step;  // "reading HaloPSA's directory"
  std::string message;
  bool of_the_configuration = false;  // a person has to change something
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
  std::optional<std::chrono::milliseconds> retry_after;  // the longest that was asked for

  bool failed() const { return !errors.empty(); }
  bool failed_in_part() const;  // some findings, deliveries or events; they are tried again
  bool did_something() const;
};

void add(psa::DeliveryReport& sum, const psa::DeliveryReport& more);

// "2 tickets opened, 1 note sent, ..."; empty if nothing was done and nothing failed.
std::string summary(const CycleReport&);
json::object to_json(const CycleReport&);

}  // namespace picket::serve
