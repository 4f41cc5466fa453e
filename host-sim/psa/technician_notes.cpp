#include "host-sim/psa/technician_notes.hpp"

#include <set>

#include "host-sim/psa/tokens.hpp"
#include "sdk/common/ascii.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::psa {
namespace {

using Ids = std::set<std::string_view>;

// The token by which a note looks like one of Picket's; empty if it does not.
std::string_view token_in(const RemoteNote& note, const SentByPicket& own) {
  if (note.writer == Writer::person || note.writer == Writer::site) return {};
  if (const std::string_view signature = signature_of(note.text); !signature.empty()) return signature;
  for (const auto& token : own.note_tokens)
    if (holds_token(note.text, token)) return token;
  return {};
}

// The ids of the notes that Picket wrote. Of several with the same token the first is Picket's and the others are technicians', who quote
// it; a note that was known before is earlier than one that was not. The ticket's own token signs its body, which is the first note or none
// at all. Whatever has the same program's label as one of Picket's notes is Picket's too: some sites show a name instead of the client id.
Ids notes_of_picket(std::span<const RemoteNote> notes, const Ids& known, const SentByPicket& own) {
  Ids ids, tokens, labels;
  for (const bool were_known : {true, false})
    for (const auto& note : notes) {
      if (known.contains(note.id) != were_known) continue;
      const std::string_view token = token_in(note, own);
      if (token.empty() || (token == own.ticket_token && &note != notes.data()) || !tokens.insert(token).second) continue;
      ids.insert(note.id);
      if (note.writer == Writer::program) labels.insert(note.program);
    }
  for (const auto& note : notes)
    if (note.writer == Writer::picket || (note.writer == Writer::program && labels.contains(note.program))) ids.insert(note.id);
  return ids;
}

std::string shown_text(const RemoteNote& note, const std::string& ticket_url) {
  const std::string text(ascii::trimmed(note.text));
  if (!note.has_image) return text;
  return (text.empty() ? "(an image" : text + "\n\n(with an image") + "; see the ticket" + (ticket_url.empty() ? "" : ": " + ticket_url) +
         ")";
}

TechnicianAct correction_of(const RemoteNote& note, const std::string& ticket_url) {
  const std::string which = note.at ? "a note of " + format_time_for_people(*note.at) : "an earlier note";
  return {TicketEventKind::note, note.author, "Correction of " + which + ":\n\n" + shown_text(note, ticket_url), {}};
}

// Who added the entry that closed the ticket, which has the time of the closing; empty if that cannot be known.
std::string closer_of(const RemoteTicket& ticket, std::span<const RemoteNote> notes, const Ids& of_picket) {
  constexpr std::chrono::seconds tolerance{2};
  std::string name;
  for (const auto& note : notes)
    if (ticket.closed_at && note.at && !of_picket.contains(note.id) && !note.author.empty() && *note.at >= *ticket.closed_at - tolerance &&
        *note.at <= *ticket.closed_at + tolerance)
      name = note.author;
  return name;
}

}  // namespace

std::vector<TechnicianAct> acts_of_notes(store::RemoteLink& link, const RemoteTicket& ticket, std::span<const RemoteNote> notes,
                                         const SentByPicket& own, std::optional<TechnicianAct>& closing) {
  const std::vector<std::string> known = link.seen_notes;
  Ids seen(known.begin(), known.end());
  const Ids of_picket = notes_of_picket(notes, seen, own);
  std::vector<TechnicianAct> acts, corrections;
  const RemoteNote* last_known = nullptr;  // the technicians' last note, if it was known before
  for (const auto& note : notes) {
    const std::string_view words = ascii::trimmed(note.text);
    if (words.empty() && !note.has_image) continue;
    const bool is_old = link.notes_since && note.at && *note.at < *link.notes_since;
    const bool is_first = seen.insert(note.id).second;
    if (is_first) link.seen_notes.push_back(note.id);
    if (note.writer == Writer::site || of_picket.contains(note.id)) continue;
    std::string& known_digest = link.note_digests[note.id];
    const std::string digest = digest_of_words(words);
    const bool is_corrected = !known_digest.empty() && known_digest != digest;
    known_digest = digest;
    const bool is_new = is_first && !is_old;
    last_known = is_new ? nullptr : &note;
    if (is_corrected) corrections.push_back(correction_of(note, link.url));
    if (!is_new) continue;
    if (closing && !words.empty() && words == closing->text) {
      closing->author = note.author;
      closing->at = note.at;
      acts.push_back(*closing);
      closing.reset();
    } else {
      acts.push_back({TicketEventKind::note, note.author, shown_text(note, link.url), note.at});
    }
  }
  acts.insert(acts.end(), corrections.begin(), corrections.end());
  if (!closing) return acts;
  if (last_known != nullptr && !closing->text.empty() && ascii::trimmed(last_known->text) == closing->text) {
    // The last pull came between the note and the closing, so the vendor has the words already.
    closing->author = last_known->author;
    closing->text.clear();
  }
  if (closing->author.empty()) closing->author = closer_of(ticket, notes, of_picket);
  return acts;
}

}  // namespace picket::psa
