#include "host-sim/store/ticket_events.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <map>
#include <utility>

#include "host-sim/store/sequences.hpp"
#include "host-sim/store/uuid.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::store {
namespace {

constexpr std::array<std::pair<TicketEventKind, std::string_view>, 6> kind_names{{{TicketEventKind::created, "created"},
                                                                                  {TicketEventKind::note, "note"},
                                                                                  {TicketEventKind::priority, "priority"},
                                                                                  {TicketEventKind::assignee, "assignee"},
                                                                                  {TicketEventKind::closed, "closed"},
                                                                                  {TicketEventKind::reopened, "reopened"}}};

std::string_view name_of(TicketEventKind kind) {
  for (const auto& [k, name] : kind_names)
    if (k == kind) return name;
  throw Error(Status::internal, "the queue of ticket events knows no such kind");
}

TicketEventKind kind_of(std::string_view text) {
  for (const auto& [kind, name] : kind_names)
    if (name == text) return kind;
  throw Error(Status::internal, "the queue of ticket events holds the unknown kind \"" + std::string(text) + '"');
}

struct Finding {
  std::string integration_id, external_id;
};

// By ticket; where a ticket has several findings, its oldest.
std::map<std::string, Finding, std::less<>> findings_of(Database& db, std::string_view tenant, std::span<const NewTicketEvent> events) {
  std::vector<std::string_view> tickets;
  for (const auto& event : events) tickets.push_back(event.ticket_id);
  std::sort(tickets.begin(), tickets.end());
  tickets.erase(std::unique(tickets.begin(), tickets.end()), tickets.end());
  std::map<std::string, Finding, std::less<>> findings;
  const Param before[] = {tenant};
  db.select_in(
      "SELECT ticket_id, integration_id, external_alert_id FROM rmm_alerts WHERE tenant = ? AND ticket_id IN (?...) "
      "ORDER BY created_at, alert_id",
      before, tickets, 3, [&](std::span<Field> row) {
        std::string ticket_id = text_of(row[0]);
        findings.try_emplace(std::move(ticket_id), Finding{text_of(row[1]), text_of(row[2])});
      });
  return findings;
}

}  // namespace

std::size_t queue_ticket_events(Database& db, std::string_view tenant, std::span<const NewTicketEvent> events, Time now) {
  if (events.empty()) return 0;
  const auto findings = findings_of(db, tenant, events);
  const auto count = static_cast<std::size_t>(
      std::count_if(events.begin(), events.end(), [&](const NewTicketEvent& event) { return findings.contains(event.ticket_id); }));
  if (count == 0) return 0;
  std::int64_t position = take_numbers(db, tenant, "ticket_event", count, 1);
  const std::string created_at = format_time(now);
  std::deque<std::string> texts;
  std::vector<Param> rows;
  for (const auto& event : events) {
    const auto finding = findings.find(event.ticket_id);
    if (finding == findings.end()) continue;
    rows.insert(rows.end(),
                {tenant, finding->second.integration_id, texts.emplace_back(std::to_string(position++)), texts.emplace_back(new_uuid()),
                 event.ticket_id, finding->second.external_id, name_of(event.kind), param_or_null(event.author), param_or_null(event.text),
                 param_or_null(event.before), param_or_null(event.after), texts.emplace_back(format_time(event.at)), created_at});
  }
  db.insert_many("picket_ticket_events",
                 "tenant, integration_id, picket_position, event_id, ticket_id, external_alert_id, kind, author, event_text, value_before, "
                 "value_after, at, created_at",
                 rows);
  return count;
}

std::vector<TicketEvent> due_ticket_events(Database& db, std::string_view tenant, std::string_view integration_id, std::string_view psa,
                                           Time now, std::size_t limit) {
  const std::string at = format_time(now);
  std::vector<TicketEvent> events;
  for (auto& row : db.query<12>(
           "SELECT e.event_id, e.external_alert_id, e.ticket_id, coalesce(r.remote_number, t.ticket_number), r.remote_url, e.kind, "
           "e.author, e.event_text, e.value_before, e.value_after, e.at, e.is_told FROM picket_ticket_events e "
           "JOIN tickets t ON t.tenant = e.tenant AND t.ticket_id = e.ticket_id "
           "LEFT JOIN picket_remote_tickets r ON r.tenant = e.tenant AND r.ticket_id = e.ticket_id AND r.is_current = true "
           "WHERE e.tenant = ? AND e.integration_id = ? AND e.given_up_at IS NULL AND (e.next_attempt_at IS NULL OR e.next_attempt_at <= "
           "?) AND NOT EXISTS (SELECT 1 FROM picket_ticket_events w WHERE w.ticket_id = e.ticket_id AND w.tenant = e.tenant AND "
           "w.picket_position < e.picket_position AND w.given_up_at IS NULL AND w.next_attempt_at > ?) "
           "ORDER BY e.picket_position LIMIT ?",
           {tenant, integration_id, at, at, std::to_string(limit)})) {
    TicketEvent& event = events.emplace_back();
    event.event_id = text_of(row[0]);
    event.external_id = text_of(row[1]);
    event.ticket_id = text_of(row[2]);
    event.ticket_number = text_of(row[3]);
    event.ticket_url = text_of(row[4]);
    event.kind = kind_of(text_of(row[5]));
    event.desk = psa;
    event.author = text_of(row[6]);
    event.text = text_of(row[7]);
    event.before = text_of(row[8]);
    event.after = text_of(row[9]);
    event.at = time_of(row[10]);
    event.repeated = bool_of(row[11]);
  }
  return events;
}

std::uint64_t ticket_event_attempts(Database& db, std::string_view tenant, std::string_view event_id) {
  const auto rows = db.query<1>("SELECT attempts FROM picket_ticket_events WHERE tenant = ? AND event_id = ?", {tenant, event_id});
  return rows.empty() ? 0 : static_cast<std::uint64_t>(integer_of(rows[0][0]));
}

void mark_ticket_events(Database& db, std::string_view tenant, std::span<const std::string> event_ids, Time now) {
  const std::string at = format_time(now);
  for (const auto& id : event_ids)
    db.execute("UPDATE picket_ticket_events SET is_told = true, told_at = ? WHERE tenant = ? AND event_id = ?", {at, tenant, id});
}

void unmark_ticket_events(Database& db, std::string_view tenant, std::span<const std::string> event_ids) {
  for (const auto& id : event_ids)
    db.execute("UPDATE picket_ticket_events SET is_told = false WHERE tenant = ? AND event_id = ?", {tenant, id});
}

void finish_ticket_event(Database& db, std::string_view tenant, std::string_view event_id) {
  db.execute("DELETE FROM picket_ticket_events WHERE tenant = ? AND event_id = ?", {tenant, event_id});
}

void postpone_ticket_event(Database& db, std::string_view tenant, std::string_view event_id, std::string_view error, bool had_no_effect,
                           Time next_attempt_at) {
  db.execute(had_no_effect ? "UPDATE picket_ticket_events SET attempts = attempts + 1, last_error = ?, next_attempt_at = ?, "
                             "is_told = false WHERE tenant = ? AND event_id = ?"
                           : "UPDATE picket_ticket_events SET attempts = attempts + 1, last_error = ?, next_attempt_at = ? "
                             "WHERE tenant = ? AND event_id = ?",
             {error, format_time(next_attempt_at), tenant, event_id});
}

void give_up_ticket_event(Database& db, std::string_view tenant, std::string_view event_id, std::string_view error, Time now) {
  db.execute("UPDATE picket_ticket_events SET attempts = attempts + 1, last_error = ?, given_up_at = ? WHERE tenant = ? AND event_id = ?",
             {error, format_time(now), tenant, event_id});
}

void drop_ticket_events(Database& db, std::string_view tenant, std::string_view integration_id) {
  db.execute("DELETE FROM picket_ticket_events WHERE tenant = ? AND integration_id = ?", {tenant, integration_id});
}

QueueState ticket_event_queue(Database& db, std::string_view tenant, std::string_view integration_id) {
  auto row = db.query<4>(
                   "SELECT coalesce(sum(CASE WHEN given_up_at IS NULL THEN 1 ELSE 0 END), 0), "
                   "coalesce(sum(CASE WHEN given_up_at IS NULL AND attempts > 0 THEN 1 ELSE 0 END), 0), count(given_up_at), "
                   "min(CASE WHEN given_up_at IS NULL THEN created_at END) FROM picket_ticket_events WHERE tenant = ? AND integration_id = "
                   "?",
                   {tenant, integration_id})
                 .at(0);
  QueueState state;
  state.waiting = static_cast<std::uint64_t>(integer_of(row[0]));
  state.failing = static_cast<std::uint64_t>(integer_of(row[1]));
  state.given_up = static_cast<std::uint64_t>(integer_of(row[2]));
  state.oldest = time_of(row[3]);
  for (auto& failed : db.query<1>("SELECT last_error FROM picket_ticket_events WHERE tenant = ? AND integration_id = ? AND attempts > 0 "
                                  "ORDER BY CASE WHEN given_up_at IS NULL THEN 0 ELSE 1 END, given_up_at DESC, picket_position LIMIT 1",
                                  {tenant, integration_id}))
    state.last_error = text_of(failed[0]);
  return state;
}

std::chrono::seconds next_attempt_delay(std::uint64_t attempts) {
  constexpr std::chrono::seconds first{10};
  constexpr std::chrono::seconds longest{600};
  std::chrono::seconds delay = first;
  for (std::uint64_t i = 1; i < attempts && delay < longest; ++i) delay *= 2;
  return std::min(delay, longest);
}

}  // namespace picket::store
