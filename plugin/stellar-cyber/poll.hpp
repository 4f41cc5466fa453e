// One cycle: read the cases that were modified since the cursor, in ascending order, carry them into tickets page by page, try again what
// failed, and read what tickets still lack. Thread: one call at a time.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "plugin/stellar-cyber/api.hpp"
#include "plugin/stellar-cyber/settings.hpp"
#include "plugin/stellar-cyber/tickets.hpp"
#include "sdk/lifecycle/service_ledger.hpp"

namespace stellar {

class Poll {
 public:
  // Stream of picket_storage_1.cursor: cases are processed up to this modified_at.
  static constexpr const char* cases_stream = "cases";
  // When the list was last read to its end.
  static constexpr const char* listed_stream = "listed";

  Poll(const picket::Services&, const picket::Call&, const picket::Connection&, Session&, picket::PollReport&);

  void run(bool sweep);

 private:
  void walk();
  // Lists what was modified at `since` or later to its end, and processes each page.
  void walk_from(picket::Time since, picket::PollReport&, bool moves_cursor);
  // Both are false if a case could not even be recorded.
  [[nodiscard]] bool process_page(const std::vector<const picket::json::value*>& rows, picket::PollReport&, bool moves_cursor);
  [[nodiscard]] bool process(std::vector<picket::lifecycle::Finding>, picket::PollReport&, const picket::lifecycle::CursorRule&);
  void process_by_id(const std::vector<picket::Alert>&, picket::PollReport&);
  void retry_failing();
  void sweep();
  bool is_settled(picket::Time cursor) const;

  const picket::Services& services_;
  const picket::Call& call_;
  picket::PollReport& report_;
  Settings settings_;
  Api api_;
  picket::Time now_;
  Tickets tickets_;
  picket::lifecycle::ServiceLedger ledger_;
  std::unordered_set<std::string> seen_;  // ids that this poll has processed
};

}  // namespace stellar
