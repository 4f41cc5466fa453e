// One cycle: walk the list of incidents back to the cursor, carry what is new into tickets, try again what failed, sweep the open set
// when that is due, and fill in what tickets still lack. Thread: one call at a time.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "plugin/huntress/api.hpp"
#include "plugin/huntress/settings.hpp"
#include "plugin/huntress/tickets.hpp"
#include "sdk/lifecycle/service_ledger.hpp"
#include "sdk/lifecycle/walk.hpp"

namespace huntress {

class Poll {
 public:
  // Streams of picket_storage_1.cursor. `incidents` is the specification's incidentCursor.
  static constexpr const char* incidents_stream = "incidents";
  static constexpr const char* started_stream = "started";          // when the first poll listed all: the backfill reaches back from here
  static constexpr const char* sweep_stream = "sweep";              // when the last whole sweep ended
  static constexpr const char* position_stream = "sweep_position";  // the last id that an unfinished sweep read; empty = at the beginning

  Poll(const picket::Services&, const picket::Call&, const picket::Connection&, picket::PollReport&);

  void run(bool sweep_now);

 private:
  // A list that was read back to where it is known, or as far as it could be read.
  struct Listing {
    std::vector<picket::lifecycle::Finding> findings;    // each once; sorted(): in ascending order of their times
    std::unordered_map<std::string, std::size_t> by_id;  // where in findings, before they are sorted
    picket::Time until;
    bool complete = false;
    bool several_pages = false;
    bool loops = false;                  // the vendor repeated a page
    std::optional<picket::Error> error;  // why it is not complete
  };

  void walk();
  [[nodiscard]] Listing list(const std::optional<picket::Time>& cursor);
  [[nodiscard]] bool are_old(const std::vector<picket::lifecycle::Finding>&, picket::Time cursor);
  static Listing sorted(Listing&&);
  // False: the page of an idle poll did not reach back far enough.
  [[nodiscard]] bool list_pages(picket::lifecycle::Walk&, int first_page, Listing&);

  void retry_failing();

  [[nodiscard]] bool sweep_is_due(bool now) const;
  void sweep();
  [[nodiscard]] bool sweep_status(const std::string& status, std::unordered_set<std::string>& listed);
  void sweep_page(const Page&, std::unordered_set<std::string>& listed);
  [[nodiscard]] bool heal_missing(const std::unordered_set<std::string>& listed, const std::unordered_set<std::string>& swept_statuses);

  // False if a finding could not even be recorded.
  [[nodiscard]] bool process(std::vector<picket::lifecycle::Finding>, picket::PollReport&, const picket::lifecycle::CursorRule&);
  void process_healing(std::vector<picket::lifecycle::Finding>);
  void report_unreadable(const picket::json::value& row);
  std::size_t request_budget() const;

  const picket::Services& services_;
  const picket::Call& call_;
  picket::PollReport& report_;
  Settings settings_;
  Api api_;
  picket::Time now_;
  Tickets tickets_;
  picket::lifecycle::ServiceLedger ledger_;
  picket::Time horizon_;  // older incidents, unless known, are before the backfill
  std::uint64_t requests_before_;
  bool several_pages_ = false;
  bool swept_all_ = true;                 // false: something that a sweep found could not be recorded, so the next poll sweeps again
  std::unordered_set<std::string> seen_;  // ids that this poll has processed
  std::unordered_set<std::string> open_statuses_;  // words of open incidents that this poll has met
};

}  // namespace huntress
