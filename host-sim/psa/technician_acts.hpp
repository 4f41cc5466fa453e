// What technicians did on a remote ticket since the last pull: what differs from then and was not Picket's own doing. Pure; any thread.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host-sim/psa/psa.hpp"
#include "host-sim/psa/ticket_state.hpp"
#include "host-sim/store/remote_tickets.hpp"
#include "picket/model.hpp"

namespace picket::psa {

// What Picket has sent for the ticket with an outcome that is not known yet, and the token of the ticket's body.
struct SentByPicket {
  std::string ticket_token;  // empty = not known
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
  std::vector<TechnicianAct> acts;  // those whose time is known, in its order, then the others
  store::RemoteLink link;           // as it is now
};

// What `before` does not know is taken over without an act. `notes` are all notes of the ticket, oldest first, read after `ticket`.
Comparison compare(const store::RemoteLink& before, const RemoteTicket& ticket, StatusKind kind, std::span<const RemoteNote> notes,
                   const SentByPicket& own);

}  // namespace picket::psa
