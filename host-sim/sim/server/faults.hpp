// Faults on demand: which of the next requests fail, and how. One thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host-sim/sim/server/random.hpp"
#include "sdk/common/json.hpp"

namespace picket::sim {

enum class FaultKind { status, reset, slow, truncated, html, wrong_types, empty };

// Whether the request still takes effect. Faults that alter the real answer (slow, truncated, wrong_types) always do.
enum class FaultMoment { before, after };

struct Fault {
  std::string path;       // a prefix; empty: every path
  std::string method;     // empty: every method
  std::string kind_text;  // as it was given: "429", "slow"
  FaultKind kind = FaultKind::status;
  unsigned code = 0;  // for FaultKind::status
  FaultMoment moment = FaultMoment::before;
  std::int64_t times = 1;  // -1: for ever
  std::int64_t after = 0;  // lets this many matching requests pass first
  double probability = 1.0;
  std::optional<std::string> retry_after = std::nullopt;
  std::chrono::milliseconds delay{0};
};

// From the control interface's form; throws Error(invalid) that names the field and what is expected there.
Fault fault_from(const json::object& o);
json::object to_json(const Fault& fault);

class FaultPlan {
 public:
  explicit FaultPlan(std::uint64_t seed) : random_(seed) {}

  void add(Fault fault) { faults_.push_back(std::move(fault)); }
  void clear() { faults_.clear(); }
  const std::vector<Fault>& pending() const { return faults_; }

  // The fault that applies to this request, if any: the first in order of addition that is due.
  std::optional<Fault> take(std::string_view method, std::string_view path);

 private:
  std::vector<Fault> faults_;
  Random random_;
};

}  // namespace picket::sim
