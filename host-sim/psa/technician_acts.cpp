#include "host-sim/psa/technician_acts.hpp"

#include <algorithm>
#include <set>

#include "host-sim/psa/tokens.hpp"
#include "sdk/common/ascii.hpp"
#include "sdk/common/text.hpp"

namespace picket::psa {
namespace {

// The token by which a note looks like one of Picket's; empty if it does not.
std::string_view token_in(const RemoteNote& note, const SentByPicket& own) {
  if (const std::string_view signature = signature_of(note.text); !signature.empty()) return signature;
  for (const auto& token : own.note_tokens)
    if (holds_token(note.text, token)) return token;
  return {};
}

// The ids of the notes that Picket wrote. Of several with the same token the first is Picket's and the others are technicians', who quote
// it; a note that was known before is earlier than one that was not. The ticket's own token signs its body, which is the first note or none
// at all.
std::set<std::string_view> notes_of_picket(std::span<const RemoteNote> notes, const std::set<std::string_view>& known,
                                           const SentByPicket& own) {
  std::set<std::string_view> ids, tokens;
  for (const bool were_known : {true, false})
    for (const auto& note : notes) {
      if (known.contains(note.id) != were_known) continue;
      const std::string_view token = token_in(note, own);
      if (token.empty() || (token == own.ticket_token && &note != notes.data())) continue;
      if (tokens.insert(token).second) ids.insert(note.id);
    }
  return ids;
}

bool same_name(std::string_view a, std::string_view b) { return a == b || text::fold(a) == text::fold(b); }

// Updates one member of what is known; true if it was known and is different now.
template <class Value>
bool take_over(std::optional<Value>& known, const Value& value, bool (*same)(const Value&, const Value&)) {
  const bool changed = known && !same(*known, value);
  if (!known || *known != value) known = value;
  return changed;
}

}  // namespace

Comparison compare(const store::RemoteLink& before, const RemoteTicket& ticket, std::span<const RemoteNote> notes,
                   const SentByPicket& own) {
  Comparison result;
  result.link = before;
  store::RemoteLink& link = result.link;
  if (!ticket.number.empty()) link.number = ticket.number;
  if (!ticket.url.empty()) link.url = ticket.url;
  link.updated_at = ticket.updated_at;

  std::vector<TechnicianAct> undated;
  const auto act = [](TicketEventKind kind, std::string text) { return TechnicianAct{kind, {}, std::move(text), {}}; };
  const auto same_flag = [](const bool& a, const bool& b) { return a == b; };
  const auto same_text = [](const std::string& a, const std::string& b) { return same_name(a, b); };

  std::optional<TechnicianAct> closing;
  if (take_over<bool>(link.closed, ticket.closed, same_flag) && link.is_current) {
    if (!ticket.closed && !own.reopens) undated.push_back(act(TicketEventKind::reopened, {}));
    if (ticket.closed && !own.closes) closing = act(TicketEventKind::closed, std::string(ascii::trimmed(ticket.closure_note)));
  }
  if (!ticket.priority_name.empty() && take_over<std::string>(link.priority, ticket.priority_name, same_text) && link.is_current &&
      std::none_of(own.priorities.begin(), own.priorities.end(), [&](const auto& name) { return same_name(name, ticket.priority_name); }))
    undated.push_back(act(TicketEventKind::priority, ticket.priority_name));
  if (ticket.has_assignee && take_over<std::string>(link.assignee, ticket.assignee, same_text) && link.is_current)
    undated.push_back(act(TicketEventKind::assignee, ticket.assignee));

  std::set<std::string_view> seen(before.seen_notes.begin(), before.seen_notes.end());
  const std::set<std::string_view> of_picket = notes_of_picket(notes, seen, own);
  bool closing_is_listed = false;
  const RemoteNote* last_known = nullptr;  // the technicians' last note, if it was known before
  for (const auto& note : notes) {
    const bool is_old = before.notes_since && note.at && *note.at < *before.notes_since;
    const bool is_new = seen.insert(note.id).second && !is_old;
    if (is_new) link.seen_notes.push_back(note.id);
    const std::string_view words = ascii::trimmed(note.text);
    if (words.empty() || of_picket.contains(note.id)) continue;
    last_known = is_new ? nullptr : &note;
    if (!is_new) continue;
    if (closing && !closing_is_listed && words == closing->text) {
      closing->author = note.author;
      closing->at = note.at;
      result.acts.push_back(*closing);
      closing_is_listed = true;
    } else {
      result.acts.push_back({TicketEventKind::note, note.author, std::string(words), note.at});
    }
  }
  if (closing && !closing_is_listed && last_known != nullptr && ascii::trimmed(last_known->text) == closing->text) {
    // The last pull came between the note and the closing, so the vendor has the words already.
    closing->author = last_known->author;
    closing->text.clear();
  }
  result.acts.insert(result.acts.end(), undated.begin(), undated.end());
  if (closing && !closing_is_listed) result.acts.push_back(*closing);
  return result;
}

}  // namespace picket::psa
