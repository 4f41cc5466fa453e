#include "host-sim/store/ticket_events.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <utility>

#include "host-sim/store/sequences.hpp"
#include "host-sim/store/uuid.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::store {
namespace {

constexpr std::array<std::pair<TicketEventKind, std::string_view>, 6> event_kind_names{{{TicketEventKind::created, "created"},
                                                                                        {TicketEventKind::note, "note"},
                                                                                        {TicketEventKind::priority, "priority"},
                                                                                        {TicketEventKind::assignee, "assignee"},
                                                                                        {TicketEventKind::closed, "closed"},
                                                                                        {TicketEventKind::reopened, "reopened"}}};

std::string_view name_of(TicketEventKind kind) {
  for (const auto& [k, name] : event_kind_names)
    if (k == kind) return name;
  throw Error(Status::internal, "the queue of ticket events knows no such kind");
}

TicketEventKind event_kind_of(std::string_view text) {
  for (const auto& [kind, name] : event_kind_names)
    if (name == text) return kind;
  throw Error(Status::internal, "the queue of ticket events holds the unknown kind \"" + std::string(text) + '"');
}

struct Finding {
  std::string integration_id, external_id;
};

// By ticket; where a ticket has several findings, its oldest.
// Several findings share a ticket where technicians merged theirs.
std::map<std::string, std::vector<Finding>, std::less<>> findings_of(Database& db, std::string_view tenant,
                                                                     std::span<const NewTicketEvent> events) {
  std::vector<std::string_view> tickets;
  for (const auto& event : events) tickets.push_back(event.ticket_id);
  std::sort(tickets.begin(), tickets.end());
  tickets.erase(std::unique(tickets.begin(), tickets.end()), tickets.end());
  std::map<std::string, std::vector<Finding>, std::less<>> findings;
  const Param before[] = {tenant};
  db.select_in(
      R"(SELECT ticket_id, integration_id, external_alert_id FROM rmm_alerts
        WHERE tenant = ? AND ticket_id IN (?...)
        ORDER BY created_at, alert_id)",
      before, tickets, 3, [&](std::span<Field> row) {
        findings[text_of(row[0])].push_back({text_of(row[1]), text_of(row[2])});
      });
  return findings;
}

}  // namespace

std::size_t queue_ticket_events(Database& db, std::string_view tenant, std::span<const NewTicketEvent> events, Time now) {
  if (events.empty()) return 0;
  const auto findings = findings_of(db, tenant, events);
  std::size_t count = 0;
  for (const auto& event : events)
    if (const auto found = findings.find(event.ticket_id); found != findings.end()) count += found->second.size();
  if (count == 0) return 0;
  std::int64_t position = take_numbers(db, tenant, "ticket_event", count, 1);
  const std::string created_at = format_time(now);
  std::deque<std::string> texts;
  std::vector<Param> rows;
  for (const auto& event : events) {
    const auto found = findings.find(event.ticket_id);
    if (found == findings.end()) continue;
    const std::string_view at = texts.emplace_back(format_time(event.at));
    for (const Finding& finding : found->second)
      rows.insert(rows.end(), {tenant, texts.emplace_back(finding.integration_id), texts.emplace_back(std::to_string(position++)),
                               texts.emplace_back(new_uuid()), event.ticket_id, texts.emplace_back(finding.external_id),
                               name_of(event.kind), param_or_null(event.author), param_or_null(event.text), param_or_null(event.before),
                               param_or_null(event.after), at, created_at});
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
  static const std::string sql = R"(SELECT q.event_id, q.external_alert_id, q.ticket_id, coalesce(r.remote_number, t.ticket_number),
      r.remote_url, q.kind, q.author, q.event_text, q.value_before, q.value_after, q.at, q.is_told
    FROM picket_ticket_events q
    JOIN tickets t ON t.tenant = q.tenant AND t.ticket_id = q.ticket_id
    LEFT JOIN picket_remote_tickets r ON r.tenant = q.tenant AND r.ticket_id = q.ticket_id AND r.is_current = true
    WHERE q.tenant = ? AND q.integration_id = ? AND )" +
                                 std::string(RetryQueue::is_due) + R"( AND NOT EXISTS
      (SELECT 1 FROM picket_ticket_events e
        WHERE e.ticket_id = q.ticket_id AND e.tenant = q.tenant AND e.picket_position < q.picket_position AND e.given_up_at IS NULL
          AND e.next_attempt_at > ? AND NOT (q.kind = 'note' AND e.failed_at IS NOT NULL))
    ORDER BY q.picket_position LIMIT ?)";
  for (auto& row : db.query<12>(sql, {tenant, integration_id, at, at, std::to_string(limit)})) {
    TicketEvent& event = events.emplace_back();
    event.event_id = text_of(row[0]);
    event.external_id = text_of(row[1]);
    event.ticket_id = text_of(row[2]);
    event.ticket_number = text_of(row[3]);
    event.ticket_url = text_of(row[4]);
    event.kind = event_kind_of(text_of(row[5]));
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

std::vector<TicketEventEntry> list_ticket_events(Database& db, std::string_view tenant) {
  std::vector<TicketEventEntry> entries;
  ticket_event_retry.list(db, tenant, "q.integration_id, q.kind, q.author, q.event_text, q.value_before, q.value_after", 6,
                          [&](QueuedItem&& item, std::span<Field> row) {
                            entries.push_back({std::move(item), text_of(row[0]), event_kind_of(text_of(row[1])), text_of(row[2]),
                                               text_of(row[3]), text_of(row[4]), text_of(row[5])});
                          });
  return entries;
}

void drop_ticket_events(Database& db, std::string_view tenant, std::string_view integration_id) {
  db.execute("DELETE FROM picket_ticket_events WHERE tenant = ? AND integration_id = ?", {tenant, integration_id});
}

QueueState ticket_event_queue(Database& db, std::string_view tenant, std::string_view integration_id) {
  const Param params[] = {tenant, integration_id};
  return ticket_event_retry.state(db, "q.tenant = ? AND q.integration_id = ?", params);
}

}  // namespace picket::store
