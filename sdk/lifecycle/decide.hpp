// What is to be done about one finding: the life cycle as a decision table. Pure; any thread.
#pragma once
#include <string_view>

namespace picket::lifecycle {

enum class FindingState {
  open,     // somebody has to look at it
  closed,   // the vendor is done with it
  ignored,  // the vendor is removing it
  gone,     // the vendor does not know it any more
};

// Where a finding's ticket would go.
enum class Target {
  client,     // the mapped client
  fallback,   // no usable client is known: the fallback client and the triage board
  opted_out,  // the organization takes no tickets
};

struct Situation {
  FindingState state = FindingState::open;
  Target target = Target::client;
  bool known = false;         // we have an alert
  bool has_ticket = false;    // and it has a ticket
  bool changed = false;       // and the finding differs from what was last processed
  bool was_resolved = false;  // and it was closed at the vendor when last processed
  bool auto_close = false;    // setting autoCloseTickets
  bool reopen = true;         // setting reopenTickets
  bool stale = false;         // this is an older version than what was last processed

  bool operator==(const Situation&) const = default;
};

enum class Step {
  nothing,
  record,           // write the alert, no ticket
  open_ticket,      // open a ticket on the target (client or fallback)
  note,             // add a note of what changed
  note_and_close,   // and close it
  note_and_reopen,  // and reopen it
};

Step decide(const Situation&);

std::string_view name_of(Step);

}  // namespace picket::lifecycle
