// The cycle's ledger on the host's services, and the provider's cursors beside it. It stands between the life cycle, which knows no
// services, and sdk/provider, which knows no life cycle. Thread: one call at a time.
#pragma once
#include "sdk/common/time_text.hpp"
#include "sdk/lifecycle/cycle.hpp"
#include "sdk/lifecycle/walk.hpp"
#include "sdk/provider/provider.hpp"

namespace picket::lifecycle {

class ServiceLedger final : public Ledger {
 public:
  ServiceLedger(const Services& services, const Call& call) : services_(services), call_(call) {}

  std::vector<Alert> find_alerts(std::span<const std::string> external_ids) override { return services_.find_alerts(call_, external_ids); }
  std::vector<Mapping> find_mappings(std::span<const std::string> external_ids) override {
    return services_.find_mappings(call_, external_ids);
  }
  void apply(std::span<const ChangeSet> sets, const OnOutcome& on_outcome) override {
    services_.apply(call_, sets, [&](std::size_t index, ApplyOutcome&& o) {
      on_outcome(index, {o.status, std::move(o.ticket_id), std::move(o.message)});
    });
  }
  void progress(std::uint64_t done, std::uint64_t total) override {
    call_.progress(done, total);
    call_.check();
  }

  // The stream's cursor as a time. One in the future (a clock was wrong) is as good as none: it would hide everything until then. Throws
  // Error(invalid) for one that is no time.
  [[nodiscard]] std::optional<Time> time_cursor(const char* stream) const {
    const std::optional<std::string> value = services_.cursor(call_, stream);
    if (!value || value->empty()) return std::nullopt;
    const std::optional<Time> t = parse_time(*value);
    if (!t)
      throw Error(Status::invalid,
                  "the cursor \"" + std::string(stream) + "\" is \"" + *value + "\"; expected a time such as 2026-06-09T14:00:00Z", stream);
    return Walk::plausible(t, services_.now());
  }
  // Throws if the host does not write it.
  void set_cursor(const char* stream, std::string value) const {
    ChangeSet set;
    set.cursor_stream = stream;
    set.cursor_value = std::move(value);
    const ApplyOutcome outcome = services_.apply(call_, {&set, 1}).at(0);
    if (outcome.status != Status::ok)
      throw Error(outcome.status, "the cursor \"" + std::string(stream) + "\" could not be written: " + outcome.message);
  }

 private:
  const Services& services_;
  const Call& call_;
};

}  // namespace picket::lifecycle
