#include <algorithm>
#include <map>

#include "host-sim/psa/psa_sync.hpp"
#include "host-sim/psa/pull_cursor.hpp"
#include "host-sim/psa/technician_writer.hpp"
#include "host-sim/store/outbox.hpp"
#include "host-sim/store/uuid.hpp"
#include "host-sim/tickets/comments.hpp"
#include "sdk/common/json.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::psa {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_delay = 24h;
constexpr std::size_t group_size = 16;  // tickets read together
constexpr int failing_groups_to_stop = 3;

using Rows = std::map<std::string, RemoteTicket, std::less<>>;  // by remote id

// The ticket cannot have changed since Picket last saw it.
bool is_as_last_seen(const store::RemoteLink& link, const RemoteTicket& row) {
  return row.updated_at_is_exact && !row.updated_at.empty() && row.updated_at == link.updated_at;
}

// A list of notes may show a new one late. A ticket that changed so lately is listed by the next pull, too.
bool may_grow(const RemoteTicket& row, Time complete_until) {
  constexpr auto soonest = 1min, latest = 10min;  // a time that is further ahead is that of another zone
  const auto changed = parse_time(row.updated_at);
  return changed && *changed > complete_until + soonest && *changed < complete_until + latest;
}

std::vector<TicketToRead> changed_tickets(const SyncContext& work, Rows& rows, Time complete_until) {
  std::vector<std::string_view> ids;
  for (const auto& [id, row] : rows) ids.push_back(id);
  std::vector<TicketToRead> tickets;
  for (auto& link : store::find_remote_links(work.db, work.tenant, work.psa.id(), ids)) {
    RemoteTicket& row = rows.at(link.remote_id);
    if (is_as_last_seen(link, row)) continue;
    const bool grows = may_grow(row, complete_until);
    tickets.push_back({std::move(link), std::move(row), grows});
  }
  return tickets;
}

// Writes on both tickets which one counts, and keeps the second one's link so that it is noted once.
void note_duplicate(const SyncContext& work, const store::RemoteLink& ours, const RemoteTicket& second, PullReport& report) {
  store::RemoteLink duplicate;
  duplicate.psa = ours.psa;
  duplicate.remote_id = second.id;
  duplicate.ticket_id = ours.ticket_id;
  duplicate.is_current = false;
  duplicate.number = second.number;
  duplicate.url = second.url;
  work.record([&](Time now) {
    store::put_remote_link(work.db, work.tenant, duplicate, now);
    const std::string comment = tickets::add_system_comment(
        work.db, work.tenant, ours.ticket_id, "This finding has a second ticket, " + second.number + ". Work on this one.", now);
    const store::NewOutboxItem item{ours.ticket_id, store::OutboxKind::note, json::to_string(json::object{{"comment_id", comment}})};
    store::add_outbox_items(work.db, work.tenant, {&item, 1}, now);
  });
  const NewRemoteNote note{store::new_token(), second.id,
                           "This ticket is a duplicate of " + ours.number + ". Work on that one, and close this one."};
  if (const auto replies = work.psa.add_notes(work.call, {&note, 1}); replies.at(0).outcome != Outcome::done)
    add_error(report.errors, "the duplicate " + second.number + " could not be noted: " + replies.at(0).message);
  const std::string what = "ticket " + second.number + " in " + work.psa.name() + " is a second one of the finding of ticket " +
                           ours.number + ": its creation was not answered and was repeated";
  add_error(report.errors, what);
  work.log.write(PICKET_LOG_WARNING, what);
}

// A creation without an answer was repeated, and the first one shows up after all. Both tickets and the operator learn of it.
void report_duplicates(const SyncContext& work, const Rows& rows, PullReport& report) {
  std::vector<std::string_view> tokens;
  for (const auto& [id, row] : rows)
    if (!row.token.empty()) tokens.push_back(row.token);
  for (const store::RemoteLink& ours : store::remote_links_by_token(work.db, work.tenant, work.psa.id(), tokens)) {
    for (const auto& [id, row] : rows) {
      const std::string_view ids[] = {id};
      if (row.token != ours.token || id == ours.remote_id || !row.merged_into.empty()) continue;
      if (store::find_remote_links(work.db, work.tenant, work.psa.id(), ids).empty()) note_duplicate(work, ours, row, report);
    }
  }
}

// A ticket that cannot be read keeps the cursor back, for a day at most.
PullCursor next_cursor(const PullCursor& cursor, Time complete_until, bool failed, Time now) {
  if (!failed || now - cursor.kept_back_since.value_or(now) >= longest_delay) return {complete_until, std::nullopt};
  return {cursor.changed_since, cursor.kept_back_since.value_or(now)};
}

}  // namespace

PullReport PsaSync::pull(const host::Call& call, store::Lease* lease) {
  const SyncContext work{psa_, db_, tenant_, clock_, log_, call, lease};
  const std::string psa = work.psa.id();
  const PullCursor cursor = begin_remote_cursor(work);
  begin_with_known_zone(work);
  PullReport report;
  Rows rows;
  const Time complete_until =
      work.psa.changed_since(work.call, cursor.changed_since, [&](const RemoteTicket& row) { rows.insert_or_assign(row.id, row); });
  report.listed = rows.size();

  report_duplicates(work, rows, report);
  auto tickets = changed_tickets(work, rows, complete_until);
  rows.clear();
  TechnicianWriter writer(work);
  int failing_groups = 0;
  for (std::size_t begin = 0; begin < tickets.size(); begin += group_size) {
    const std::size_t end = std::min(begin + group_size, tickets.size());
    if (failing_groups == failing_groups_to_stop) {
      report.failed += tickets.size() - begin;
      break;
    }
    work.call.check();
    const auto at = [&](std::size_t i) { return std::make_move_iterator(tickets.begin() + static_cast<std::ptrdiff_t>(i)); };
    auto result = writer.read({at(begin), at(end)});
    report.changed += result.changed;
    report.events += result.events;
    report.failed += result.failures.size();
    failing_groups = result.failures.size() == end - begin ? failing_groups + 1 : 0;
    for (auto& failure : result.failures) add_error(report.errors, std::move(failure));
  }

  const Time now = work.clock.now();
  const PullCursor next = next_cursor(cursor, complete_until, report.failed > 0, now);
  if (report.failed > 0 && !next.kept_back_since) {
    report.errors.insert(report.errors.begin(), std::to_string(report.failed) + " tickets could not be read in " + work.psa.name() +
                                                    " since " + format_time_for_people(*cursor.kept_back_since) +
                                                    "; what technicians did on them is sent to the vendor when they change again");
    work.log.write(PICKET_LOG_WARNING, report.errors.front());
  }
  work.record([&](Time) { write_remote_cursor(work.db, work.tenant, psa, next, now); });
  return report;
}

}  // namespace picket::psa
