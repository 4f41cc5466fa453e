#include "host-sim/psa/technician_acts.hpp"

#include <algorithm>

#include "host-sim/psa/technician_notes.hpp"
#include "sdk/common/ascii.hpp"
#include "sdk/common/text.hpp"

namespace picket::psa {
namespace {

bool same_name(std::string_view a, std::string_view b) { return a == b || text::fold(a) == text::fold(b); }

// Updates one member of what is known; true if it was known and is different now.
template <class Value>
bool learn(std::optional<Value>& known, const Value& value, bool (*same)(const Value&, const Value&)) {
  const bool changed = known && !same(*known, value);
  if (!known || *known != value) known = value;
  return changed;
}

}  // namespace

Comparison compare(const store::RemoteLink& before, const RemoteTicket& ticket, StatusKind kind, std::span<const RemoteNote> notes,
                   const SentByPicket& own) {
  Comparison result;
  result.link = before;
  store::RemoteLink& link = result.link;
  if (!ticket.number.empty()) link.number = ticket.number;
  if (!ticket.url.empty()) link.url = ticket.url;
  link.updated_at = ticket.updated_at;

  std::vector<TechnicianAct> undated;
  const auto act = [](TicketEventKind what, std::string text) { return TechnicianAct{what, {}, std::move(text), {}}; };
  const auto same_text = [](const std::string& a, const std::string& b) { return same_name(a, b); };

  std::optional<TechnicianAct> closing;
  const bool closed = is_closed(before, ticket, kind);
  const bool moved = before.closed && *before.closed != closed;
  // A note of ours that is under way may have reopened it; the delivery looks at that.
  const bool may_be_our_note = moved && !closed && !own.note_tokens.empty();
  if (!may_be_our_note) take_over(link, ticket, closed);
  if (moved && !may_be_our_note && link.is_current && ticket.merged_into.empty()) {
    if (!closed && !own.reopens) undated.push_back(act(TicketEventKind::reopened, {}));
    if (closed && !own.closes) closing = act(TicketEventKind::closed, std::string(ascii::trimmed(ticket.closure_note)));
  }
  if (!ticket.priority_name.empty() && learn<std::string>(link.priority, ticket.priority_name, same_text) && link.is_current &&
      std::none_of(own.priorities.begin(), own.priorities.end(), [&](const auto& name) { return same_name(name, ticket.priority_name); }))
    undated.push_back(act(TicketEventKind::priority, ticket.priority_name));
  if (ticket.has_assignee && learn<std::string>(link.assignee, ticket.assignee, same_text) && link.is_current)
    undated.push_back(act(TicketEventKind::assignee, ticket.assignee));

  result.acts = acts_of_notes(link, ticket, notes, own, closing);
  result.acts.insert(result.acts.end(), undated.begin(), undated.end());
  if (closing) result.acts.push_back(*closing);
  return result;
}

}  // namespace picket::psa
