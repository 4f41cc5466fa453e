// What one change set writes, decided before anything is written. Pure but for the ids of new tickets; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "host-sim/tickets/batch_read.hpp"

namespace picket::tickets {

enum class Closing { stays, closes, reopens };

// The ticket that opens in the place of a closed one.
struct FollowUp {
  std::string of;  // the closed ticket's id
  TicketDraft draft;
};

// Borrows from the change set and the facts that it was made of.
struct Decision {
  const ChangeSet* set = nullptr;
  const KnownAlert* known_alert = nullptr;
  std::string ticket_id;  // the linked ticket, opened or known
  bool opens = false;
  std::optional<FollowUp> follow_up;  // if that is what opens
  // The ticket as it will be; for a known ticket only what changes.
  std::string contact_id, status_id, priority_id, thread_id;
  std::string opens_in;  // the status of a ticket that opens, before it is closed
  std::optional<std::string> body;
  const TicketDraft* restated = nullptr;  // its title, board and categories
  std::string own_note;                   // written after those of the change set
  Closing closing = Closing::stays;
  // Whether a remote PSA has to learn of it, for a known ticket.
  bool priority_changes = false, body_changes = false;

  // Of the ticket that opens.
  [[nodiscard]] const TicketDraft& draft() const { return follow_up ? follow_up->draft : *set->open_ticket; }
};

// Throws Error(invalid) or Error(conflict) for a change set that does not fit the facts.
[[nodiscard]] Decision decide(const ChangeSet& change_set, const BatchFacts& facts);

}  // namespace picket::tickets
