// What people did on a remote ticket since the last look: the difference between what it was and what it is, without what Picket did
// itself. Pure; any thread.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host-sim/psa/psa.hpp"
#include "host-sim/store/remote_tickets.hpp"
#include "picket/model.hpp"

namespace picket::psa {

// What Picket has sent for the ticket without knowing yet whether it came about; and what its body is known by.
struct SentByPicket {
  std::string ticket_token;  // signs the ticket's body; empty = not known
  std::vector<std::string> note_tokens;
  std::vector<std::string> priorities;  // names
  bool closes = false, reopens = false;
};

struct TechnicianAct {
  TicketEventKind kind = TicketEventKind::note;
  std::string author;      // empty = not known
  std::string text;        // the note, the closure note, the name of the priority or assignee
  std::optional<Time> at;  // nothing = not known

  bool operator==(const TechnicianAct&) const = default;
};

struct Comparison {
  std::vector<TechnicianAct> acts;  // those whose time is known in its order, then the others
  store::RemoteLink link;        // as it is from now on
};

// Members of `before` that are not known are taken over without an act. `notes` are all of the ticket, oldest first, read after `ticket`.
Comparison compare(const store::RemoteLink& before, const RemoteTicket& ticket, std::span<const RemoteNote> notes, const SentByPicket& own);

}  // namespace picket::psa
