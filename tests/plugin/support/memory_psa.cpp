#include "tests/plugin/support/memory_psa.hpp"

#include <algorithm>
#include <stdexcept>

namespace picket::test {

std::string MemoryPsa::settings() {
  entered();
  return settings_json;
}

std::optional<std::string> MemoryPsa::cursor(std::string_view stream) {
  entered();
  const auto found = cursors.find(std::string(stream));
  return found == cursors.end() ? std::nullopt : std::optional(found->second);
}

void MemoryPsa::find_alerts(std::span<const std::string_view> ids, const std::function<void(const Alert&)>& visit) {
  entered();
  for (const auto id : ids)
    if (const auto found = alerts.find(std::string(id)); found != alerts.end()) visit(found->second);
}

void MemoryPsa::list_alerts(std::int32_t state, std::size_t limit, const std::function<void(const Alert&)>& visit) {
  entered();
  std::vector<const Alert*> listed;
  for (const auto& [id, alert] : alerts) {
    const bool wanted = state == PICKET_ALERTS_OPEN      ? !alert.resolved_at
                        : state == PICKET_ALERTS_FAILING ? alert.failures > 0
                                                         : alert.incomplete;
    if (wanted) listed.push_back(&alert);
  }
  std::sort(listed.begin(), listed.end(),
            [&](const Alert* a, const Alert* b) { return written_.at(a->external_id) < written_.at(b->external_id); });
  if (limit > 0 && listed.size() > limit) listed.resize(limit);
  for (const Alert* alert : listed) visit(*alert);
}

void MemoryPsa::find_mappings(std::span<const std::string_view> ids, const std::function<void(const Mapping&)>& visit) {
  entered();
  for (const auto id : ids)
    if (const auto found = mappings.find(std::string(id)); found != mappings.end()) visit(found->second);
}

void MemoryPsa::assets(std::span<const std::string_view> clients, const std::function<void(const Asset&)>& visit) {
  entered();
  for (const Asset& asset : all_assets)
    if (std::find(clients.begin(), clients.end(), asset.client_id) != clients.end()) visit(asset);
}

void MemoryPsa::apply(const host::Call& call, std::span<const ChangeSet> sets, const Outcome& outcome) {
  entered();
  for (std::size_t i = 0; i < sets.size(); ++i) {
    call.check();
    std::string ticket_id, message;
    const Status status = apply_one(sets[i], ticket_id, message);
    if (status == Status::ok) ++applied;
    if (status == Status::ok && on_effect) on_effect();
    outcome(i, status, ticket_id, message);
  }
}

Status MemoryPsa::apply_one(const ChangeSet& set, std::string& ticket_id, std::string& message) {
  if (refuse) message = refuse(set);
  if (!message.empty()) return Status::invalid;
  Alert next;
  if (set.alert) {
    const auto stored = alerts.find(set.alert->external_id);
    message = "the alert was written by somebody else";
    if ((stored == alerts.end() ? 0 : stored->second.revision) != set.alert->revision) return Status::conflict;
    next = *set.alert;
    ++next.revision;
    next.ticket_id = stored == alerts.end() ? "" : stored->second.ticket_id;
    message = "the alert has a ticket already";
    if (set.open_ticket && !next.ticket_id.empty()) return Status::conflict;
    message = "the title or body is empty";
    if (set.open_ticket && (set.open_ticket->title.empty() || set.open_ticket->body_markdown.empty())) return Status::invalid;
    message.clear();
    if (set.open_ticket) next.ticket_id = "T" + std::to_string(tickets.size() + 1);
    ticket_id = next.ticket_id;
  }
  const bool touches = set.open_ticket || !set.notes.empty() || set.ticket_action != TicketAction::keep || !set.priority_id.empty() ||
                       !set.body_markdown.empty() || set.restated_ticket;
  if (touches && ticket_id.empty()) {
    message = "there is no ticket to change";
    return Status::invalid;
  }
  if (set.alert) {
    written_[next.external_id] = ++writes_;
    alerts[next.external_id] = next;
  }
  if (set.mapping) mappings.try_emplace(set.mapping->external_id, *set.mapping).first->second.external_name = set.mapping->external_name;
  if (touches || set.asset_link) {
    Ticket& ticket = tickets[ticket_id];
    if (set.open_ticket) {
      ticket.draft = *set.open_ticket;
      ticket.body = set.open_ticket->body_markdown;
      ticket.priority_id = set.open_ticket->priority_id;
      ticket.first_notes = set.notes.size();
    }
    ticket.notes.insert(ticket.notes.end(), set.notes.begin(), set.notes.end());
    if (set.ticket_action == TicketAction::close) ticket.closed = true;
    if (set.ticket_action == TicketAction::close) ticket.status_id = set.status_id;
    if (set.ticket_action == TicketAction::reopen) ticket.closed = false;
    if (!set.priority_id.empty()) ticket.priority_id = set.priority_id;
    if (!set.body_markdown.empty()) ticket.body = set.body_markdown;
    if (set.restated_ticket) {
      ticket.draft.title = set.restated_ticket->title;
      ticket.draft.board_id = set.restated_ticket->board_id;
      ticket.body = set.restated_ticket->body_markdown;
      ticket.priority_id = set.restated_ticket->priority_id;
    }
    if (set.asset_link) ticket.asset_ids.push_back(set.asset_link->asset_id);
  }
  if (!set.cursor_stream.empty()) cursors[set.cursor_stream] = set.cursor_value;
  return Status::ok;
}

void MemoryPsa::add(const Alert& alert) {
  alerts[alert.external_id] = alert;
  written_[alert.external_id] = ++writes_;
}

std::vector<const Ticket*> MemoryPsa::tickets_of(const std::string& finding) const {
  std::vector<const Ticket*> found;
  for (const auto& [id, ticket] : tickets)
    if (ticket.draft.source_reference == finding) found.push_back(&ticket);
  return found;
}

const Ticket& MemoryPsa::ticket_of(const std::string& finding) const {
  const auto found = tickets_of(finding);
  if (found.size() != 1) throw std::runtime_error("the finding " + finding + " has " + std::to_string(found.size()) + " tickets");
  return *found.front();
}

}  // namespace picket::test
