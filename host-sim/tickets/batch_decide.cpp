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
  decision.status_id = decision.opens_in = reference.default_status(draft.board_id).id;
  decision.priority_id = draft.priority_id;
  decision.body = draft.body_markdown;
}

// The ticket as it is before the change set's notes, status, priority and body.
struct Before {
  std::string_view board_id, status_id;
  std::optional<Time> closed_at = std::nullopt;
};

Before known_ticket(const ChangeSet& set, const BatchFacts& facts, Decision& decision) {
  const auto found = facts.tickets.find(decision.ticket_id);
  if (found == facts.tickets.end())
    throw Error(Status::invalid, "the ticket of the finding " + set.alert->external_id + " does not exist any more");
  const KnownTicket& known = found->second;
  decision.thread_id = known.thread_id;
  decision.priority_changes = !set.priority_id.empty() && set.priority_id != known.priority_id;
  const std::string& new_body = set.restated_ticket && set.body_markdown.empty() ? set.restated_ticket->body_markdown : set.body_markdown;
  if (!new_body.empty()) decision.body = known.is_follow_up ? with_follow_up_link(known.body, new_body) : new_body;
  decision.body_changes = decision.body && decision.body != known.body;
  return {known.board_id, known.status_id, known.closed_at};
}

// A ticket that opened with little gets what it would have had. On another board it has the status there that stands for its own.
void decide_restated(const TicketDraft& draft, const ReferenceData& reference, Before& before, Decision& decision) {
  decision.restated = &draft;
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

// What is new of a finding whose ticket is closed must be seen all the same. Nothing: the ticket is not closed.
std::optional<ClosedTicketStep> closed_ticket_step(const ChangeSet& set, const BatchFacts& facts, const Decision& decision) {
  const auto closed = facts.closed.find(decision.ticket_id);
  if (closed == facts.closed.end() || set.ticket_action == TicketAction::close) return std::nullopt;
  return decide_closed_ticket(facts.closed_ticket_rules,
                              {.finding_is_open = !set.alert->resolved_at,
                               .has_notes = !set.notes.empty(),
                               .asks_to_reopen = set.ticket_action == TicketAction::reopen,
                               .closed_at = closed->second.followed.closed_at,
                               .closing_is_on_its_way = closed->second.closing_is_on_its_way},
                              facts.now);
}

// Turns the decided change of a closed ticket into the opening of its follow-up.
void decide_follow_up(const BatchFacts& facts, std::string_view board_id, Decision& decision) {
  const ClosedTicket& closed = facts.closed.at(decision.ticket_id);
  const TicketDraft restated = decision.restated == nullptr ? TicketDraft{} : *decision.restated;
  const auto restated_or = [](const std::string& text, const std::string& known) { return text.empty() ? known : text; };
  FollowedTicket followed = closed.followed;
  followed.title = restated_or(restated.title, followed.title);
  if (decision.body) followed.body_markdown = *decision.body;
  TicketDraft draft;
  draft.title = follow_up_title(followed);
  draft.body_markdown = follow_up_body(followed);
  draft.client_id = closed.client_id;
  draft.contact_id = closed.contact_id;
  draft.board_id = board_id;
  draft.priority_id = restated_or(decision.priority_id, closed.priority_id);
  draft.category_id = restated_or(restated.category_id, closed.category_id);
  draft.subcategory_id = restated_or(restated.subcategory_id, closed.subcategory_id);
  draft.source_reference = closed.source_reference;
  draft.url = closed.url;
  draft.attributes = follow_up_attributes(followed.attributes, decision.ticket_id);
  Decision opening;
  opening.set = decision.set;
  opening.known_alert = decision.known_alert;
  opening.ticket_id = store::new_uuid();
  opening.opens = true;
  opening.contact_id = draft.contact_id;
  opening.status_id = opening.opens_in = facts.reference.default_status(draft.board_id).id;
  opening.priority_id = draft.priority_id;
  opening.follow_up = FollowUp{decision.ticket_id, std::move(draft)};
  decision = std::move(opening);
}

void decide_closing(const ChangeSet& set, const ReferenceData& reference, const Before& before, Decision& decision) {
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
  }
}

void decide_status(const ChangeSet& set, const BatchFacts& facts, const Before& before, Decision& decision) {
  const std::optional<ClosedTicketStep> step = closed_ticket_step(set, facts, decision);
  if (!step) return decide_closing(set, facts.reference, before, decision);
  switch (*step) {
    case ClosedTicketStep::stays: return;
    case ClosedTicketStep::follow_up: return decide_follow_up(facts, before.board_id, decision);
    case ClosedTicketStep::reopens: break;
  }
  decision.status_id = facts.reference.default_status(before.board_id).id;
  decision.closing = Closing::reopens;
}

void decide_ticket(const ChangeSet& set, const BatchFacts& facts, Decision& decision) {
  if (set.open_ticket) {
    if (!decision.ticket_id.empty()) throw Error(Status::conflict, "the finding " + set.alert->external_id + " has a ticket already");
    decide_new_ticket(*set.open_ticket, facts, decision);
  }
  if (!touches_ticket(set)) return;
  if (decision.ticket_id.empty()) throw Error(Status::invalid, "the finding " + set.alert->external_id + " has no ticket to change");
  const std::string new_status = decision.status_id;
  Before before = decision.opens ? Before{set.open_ticket->board_id, new_status} : known_ticket(set, facts, decision);
  if (set.restated_ticket && !decision.opens) decide_restated(*set.restated_ticket, facts.reference, before, decision);
  if (!set.priority_id.empty()) {
    facts.reference.require_priority(set.priority_id);
    decision.priority_id = set.priority_id;
  }
  if (decision.opens && !set.body_markdown.empty()) decision.body = set.body_markdown;
  decide_status(set, facts, before, decision);
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
