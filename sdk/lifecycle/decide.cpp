#include "sdk/lifecycle/decide.hpp"

namespace picket::lifecycle {

Step decide(const Situation& s) {
  if (s.stale) return Step::nothing;
  if (s.state == FindingState::ignored) return s.known && s.changed ? Step::record : Step::nothing;
  if (s.state == FindingState::gone) {
    if (!s.known || !s.changed) return Step::nothing;
    return s.has_ticket ? Step::note : Step::record;
  }

  if (!s.has_ticket) {
    const bool wants_ticket = s.state == FindingState::open && s.target != Target::opted_out;
    if (wants_ticket) return Step::open_ticket;
    return s.known && !s.changed ? Step::nothing : Step::record;
  }

  if (!s.changed) return Step::nothing;
  const bool reopens = s.state == FindingState::open && s.was_resolved;
  if (s.state == FindingState::closed && s.auto_close) return Step::note_and_close;
  if (reopens && s.reopen) return Step::note_and_reopen;
  return Step::note;
}

std::string_view name_of(Step step) {
  switch (step) {
    case Step::nothing: return "nothing";
    case Step::record: return "record";
    case Step::open_ticket: return "open_ticket";
    case Step::note: return "note";
    case Step::note_and_close: return "note_and_close";
    case Step::note_and_reopen: break;
  }
  return "note_and_reopen";
}

}  // namespace picket::lifecycle
