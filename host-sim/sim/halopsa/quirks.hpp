// Behaviours of real sites that a simulated one has on demand: one table, and which of them are on. One thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/sim/halopsa/directory.hpp"
#include "host-sim/sim/halopsa/rights.hpp"

namespace picket::sim::halopsa {

enum class Quirk {
  silent_status,
  silent_update,
  late_status,
  late_list,
  late_changes,
  late_actions,
  lost_create_answer,
  lost_note_answer,
  closed_rests_in,
  note_reopens,
  note_sets_status,
  rule_sets_status,
  rule_sets_priority,
  rule_assigns,
  rewrites_html,
  sticky_closed,
  assigned_hidden,
  merged_hidden,
  rights_in_token,
  right_missing,
  required_on_close,
  required_on_create,
  tenant_in_token_url,
  system_entries,
  excludesys_ignored,
  records_changes,
  who_ignored,
  application_named,
  web_application,
  local_times,
  clock_skew
};

enum class QuirkValue {
  none,
  first_n,        // "=N", optional: only the first N occurrences
  each_nth,       // "=N", optional: each N-th occurrence
  seconds,        // "=30", "=2m"
  offset,         // "=-5h", "=90s"
  status,         // a status of the site
  priority,       // a priority of one of its SLAs
  agent,          // an agent of the site
  right,          // of rights_table(); several
  field,          // of a ticket, or a custom field's name; several
  optional_name,  // "=NAME", or nothing
};

struct QuirkRow {
  Quirk quirk;
  std::string_view name;
  QuirkValue value;
  std::string_view help;
};
std::span<const QuirkRow> quirk_table();
std::string quirk_form(const QuirkRow& row);  // "late-list=SECONDS"

class Quirks {
 public:
  // Switches one on, or changes its value: "silent-status", "late-list=30". A right or a field adds to those that are set. Throws
  // Error(invalid) that names the nearest quirk, right, status, priority or agent.
  void set(std::string_view text, const Directory& directory);
  // Switches it off; of several rights or fields only one if it is named ("right-missing=add-tickets").
  void clear(std::string_view text);

  bool has(Quirk quirk) const { return on_.contains(quirk); }
  std::string name(Quirk quirk) const;                       // its value; empty if there is none
  const std::vector<std::string>& names(Quirk quirk) const;  // its values
  std::chrono::microseconds time(Quirk quirk) const;         // zero if it is off
  Rights missing_rights() const;                             // that the API's agent does not have now

  // Whether this occurrence is affected. Counts: after its first N a quirk is off, and of each N only the last is affected.
  [[nodiscard]] bool take(Quirk quirk);

  std::vector<std::string> active() const;  // as they can be set

 private:
  struct Setting {
    std::vector<std::string> values = {};
    std::int64_t number = 0;  // N or microseconds; 0: every occurrence
    std::int64_t seen = 0;
  };
  std::map<Quirk, Setting> on_;
};

}  // namespace picket::sim::halopsa
