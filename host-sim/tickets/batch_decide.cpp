#include "host-sim/tickets/batch_decide.hpp"

#include "host-sim/store/uuid.hpp"

namespace picket::tickets {
namespace {

void require_mapped_client(const Mapping& mapping, const BatchFacts& facts) {
  if (!mapping.client_id.empty() && !facts.mappings.contains(mapping.external_id) && !facts.clients.contains(mapping.client_id))
    throw Error(Status::invalid, "the client " + mapping.client_id + " does not exist any more");
}

void require_asset(std::string_view asset_id, const BatchFacts& facts) {
  if (!facts.assets.contains(asset_id)) throw Error(Status::invalid, "the asset " + std::string(asset_id) + " does not exist any more");
}

void decide_alert(const Alert& alert, const BatchFacts& facts, Decision& decision) {
  if (const auto known = facts.alerts.find(alert.external_id); known != facts.alerts.end()) {
    decision.known_alert = &known->second;
    decision.ticket_id = known->second.ticket_id;
  }
  const std::uint64_t revision = decision.known_alert == nullptr ? 0 : decision.known_alert->revision;
  if (alert.revision != revision)
    throw Error(Status::conflict, "the finding " + alert.external_id + " was changed by another process in the meantime");
  if (!alert.asset_id.empty()) require_asset(alert.asset_id, facts);
}

void decide_new_ticket(const TicketDraft& draft, const BatchFacts& facts, Decision& decision) {
  const auto client = facts.clients.find(draft.client_id);
  if (client == facts.clients.end()) throw Error(Status::invalid, "the client " + draft.client_id + " does not exist any more", "client");
  const ReferenceData& reference = facts.reference;
  reference.require_board(draft.board_id);
  if (!draft.priority_id.empty()) reference.require_priority(draft.priority_id);
  if (!draft.category_id.empty()) reference.require_category(draft.category_id, draft.board_id);
  if (!draft.subcategory_id.empty()) reference.require_category(draft.subcategory_id, draft.board_id);
  if (!draft.contact_id.empty() && !facts.contacts.contains(draft.contact_id))
    throw Error(Status::invalid, "the contact " + draft.contact_id + " does not exist any more", "contact");
  decision.opens = true;
  decision.ticket_id = store::new_uuid();
  decision.contact_id = draft.contact_id.empty() ? client->second.primary_contact : draft.contact_id;
  decision.status_id = reference.default_status(draft.board_id).id;
  decision.priority_id = draft.priority_id;
  decision.body = draft.body_markdown;
}

// The ticket as it is before the change set's notes, status, priority and body.
struct Before {
  std::string_view board_id, status_id;
  bool has_closed_at = false;
};

Before known_ticket(const ChangeSet& set, const BatchFacts& facts, Decision& decision) {
  const auto found = facts.tickets.find(decision.ticket_id);
  if (found == facts.tickets.end())
    throw Error(Status::invalid, "the ticket of the finding " + set.alert->external_id + " does not exist any more");
  const KnownTicket& known = found->second;
  decision.thread_id = known.thread_id;
  decision.priority_changes = !set.priority_id.empty() && set.priority_id != known.priority_id;
  decision.body_changes = !set.body_markdown.empty() && set.body_markdown != known.body;
  return {known.board_id, known.status_id, known.has_closed_at};
}

// A ticket that opened with little gets what it would have had. On another board it has the status there that stands for its own.
void decide_restated(const TicketDraft& draft, const ReferenceData& reference, Before& before, Decision& decision) {
  decision.restated = &draft;
  if (!draft.body_markdown.empty()) {
    decision.body = draft.body_markdown;
    decision.body_changes = true;
  }
  if (!draft.priority_id.empty()) {
    reference.require_priority(draft.priority_id);
    decision.priority_id = draft.priority_id;
    decision.priority_changes = true;
  }
  const std::string_view board = draft.board_id.empty() ? before.board_id : draft.board_id;
  reference.require_board(board);
  if (!draft.category_id.empty()) reference.require_category(draft.category_id, board);
  if (!draft.subcategory_id.empty()) reference.require_category(draft.subcategory_id, board);
  const store::Entity& status = reference.status(before.status_id);
  before.board_id = board;
  if (status.board_id.empty() || status.board_id == board) return;
  const store::Entity* closed = status.is_closed ? reference.closed_status({}, board) : nullptr;
  decision.status_id = closed != nullptr ? closed->id : reference.default_status(board).id;
  before.status_id = decision.status_id;
}

void decide_status(const ChangeSet& set, const ReferenceData& reference, const Before& before, Decision& decision) {
  const bool in_closed_status = reference.status(before.status_id).is_closed;
  if (set.ticket_action == TicketAction::close && !in_closed_status) {
    if (const store::Entity* status = reference.closed_status(set.status_id, before.board_id)) {
      decision.status_id = status->id;
      decision.closing = Closing::closes;
    } else {
      // The change set is not refused, because the vendor's last words must reach the ticket.
      decision.own_note =
          "This ticket should have been closed, but its board has no closed status. Close it by hand, and give the board one.";
    }
  } else if (set.ticket_action == TicketAction::reopen && (in_closed_status || before.has_closed_at)) {
    // A remote PSA may not say which of its statuses are closed ones: then only the date of closing shows it.
    decision.status_id = reference.default_status(before.board_id).id;
    decision.closing = Closing::reopens;
  }
}

void decide_ticket(const ChangeSet& set, const BatchFacts& facts, Decision& decision) {
  if (set.open_ticket) {
    if (!decision.ticket_id.empty()) throw Error(Status::conflict, "the finding " + set.alert->external_id + " has a ticket already");
    decide_new_ticket(*set.open_ticket, facts, decision);
  }
  if (!touches_ticket(set)) return;
  if (decision.ticket_id.empty()) throw Error(Status::invalid, "the finding " + set.alert->external_id + " has no ticket to change");
  const std::string new_status = decision.status_id;
  Before before = decision.opens ? Before{set.open_ticket->board_id, new_status, false} : known_ticket(set, facts, decision);
  if (set.restated_ticket && !decision.opens) decide_restated(*set.restated_ticket, facts.reference, before, decision);
  if (!set.priority_id.empty()) {
    facts.reference.require_priority(set.priority_id);
    decision.priority_id = set.priority_id;
  }
  if (!set.body_markdown.empty()) decision.body = set.body_markdown;
  decide_status(set, facts.reference, before, decision);
}

}  // namespace

Decision decide(const ChangeSet& set, const BatchFacts& facts) {
  Decision decision;
  decision.set = &set;
  if (set.mapping) require_mapped_client(*set.mapping, facts);
  if (set.alert) decide_alert(*set.alert, facts, decision);
  if (set.asset_link) require_asset(set.asset_link->asset_id, facts);
  decide_ticket(set, facts, decision);
  return decision;
}

}  // namespace picket::tickets
