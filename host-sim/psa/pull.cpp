#include <algorithm>
#include <map>

#include "host-sim/psa/psa_sync.hpp"
#include "host-sim/psa/pull_cursor.hpp"
#include "host-sim/psa/technician_writer.hpp"
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

std::vector<TicketToRead> changed_tickets(const SyncContext& work, Rows& rows) {
  std::vector<std::string_view> ids;
  for (const auto& [id, row] : rows) ids.push_back(id);
  std::vector<TicketToRead> tickets;
  for (auto& link : store::find_remote_links(work.db, work.tenant, work.psa.id(), ids)) {
    RemoteTicket& row = rows.at(link.remote_id);
    if (!is_as_last_seen(link, row)) tickets.push_back({std::move(link), std::move(row)});
  }
  return tickets;
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
  PullReport report;
  Rows rows;
  const Time complete_until =
      work.psa.changed_since(work.call, cursor.changed_since, [&](const RemoteTicket& row) { rows.insert_or_assign(row.id, row); });
  report.listed = rows.size();

  auto tickets = changed_tickets(work, rows);
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
