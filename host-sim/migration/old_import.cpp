#include "host-sim/migration/old_import.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "host-sim/psa/pull_cursor.hpp"
#include "host-sim/store/audit.hpp"
#include "host-sim/store/psa.hpp"
#include "host-sim/store/remote_tickets.hpp"
#include "host-sim/store/sequences.hpp"
#include "host-sim/store/uuid.hpp"
#include "sdk/common/json.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::migration {
namespace {

using store::Param;

constexpr std::string_view audit_action = "import.old-container";
constexpr std::int64_t first_ticket_number = 1001;  // of a tenant
// How far back the first pull looks for what technicians did: from a margin before the old container's last look, or from here.
constexpr auto longest_look_back = std::chrono::hours(7 * 24);
constexpr auto look_back_margin = std::chrono::hours(1);

struct Statuses {
  std::string open, closed;
};

Statuses statuses_of(store::Database& db, const ImportInto& into) {
  Statuses found;
  found.closed = into.defaults.closed_status_id;
  for (const store::Entity& status : store::list_entities(db, into.tenant, store::EntityKind::status)) {
    if (!status.board_id.empty() && status.board_id != into.defaults.board_id) continue;
    if (status.is_closed && found.closed.empty()) found.closed = status.id;
    if (!status.is_closed && (found.open.empty() || status.is_default)) found.open = status.id;
  }
  if (into.defaults.client_id.empty() || into.defaults.board_id.empty() || found.open.empty() || found.closed.empty())
    throw Error(Status::invalid,
                "the old container's links cannot be imported: the PSA has no default client, ticket type, open status or closed status");
  return found;
}

std::set<std::string> known_ids(store::Database& db, const std::string& sql, std::initializer_list<Param> before,
                                const std::vector<std::string_view>& ids) {
  std::set<std::string> known;
  db.select_in(sql, std::span<const Param>(before.begin(), before.size()), ids, 1,
               [&](std::span<store::Field> row) { known.insert(store::text_of(row[0])); });
  return known;
}

std::string metadata_of(const OldLink& link) {
  json::object metadata;
  metadata["imported"] = true;
  if (link.closed) {
    metadata["seen_comments"] = "all";
  } else {
    json::array seen;
    for (const std::string& id : link.comment_ids) seen.emplace_back(id);
    metadata["seen_comments"] = std::move(seen);
  }
  return json::to_string(metadata);
}

// The cases of one ticket in the PSA: one, as a rule.
using Tickets = std::map<std::string, std::vector<const OldLink*>>;

void write(store::Database& db, const ImportInto& into, const Tickets& old, const Statuses& statuses, Time now) {
  if (old.empty()) return;
  std::deque<std::string> texts;  // what the rows point to
  const auto text = [&](std::string s) -> const std::string& { return texts.emplace_back(std::move(s)); };
  const auto add = [](std::vector<Param>& rows, std::initializer_list<Param> row) { rows.insert(rows.end(), row); };
  const std::string at = format_time(now);
  std::int64_t number = store::take_numbers(db, into.tenant, "ticket", old.size(), first_ticket_number);
  std::vector<Param> tickets, alerts;
  std::vector<store::RemoteLink> remote;
  for (const auto& [remote_id, links] : old) {
    const std::string& ticket_id = text(store::new_uuid());
    const std::string& title = text("Imported: ticket " + remote_id);
    const bool is_closed = std::all_of(links.begin(), links.end(), [](const OldLink* link) { return link->closed; });
    const std::string& written = text(format_time(links.front()->at.value_or(now)));
    add(tickets, {into.tenant, ticket_id, text(std::to_string(number++)), title, "", into.defaults.client_id, into.defaults.board_id,
                  is_closed ? statuses.closed : statuses.open, into.provider, links.front()->case_id, written, at,
                  is_closed ? Param(written) : Param()});
    store::RemoteLink& r = remote.emplace_back();
    r.psa = into.psa;
    r.remote_id = remote_id;
    r.ticket_id = ticket_id;
    r.number = remote_id;
    r.closed = is_closed;
    if (is_closed) r.notes_since = now;
    for (const OldLink* link : links) {
      r.seen_notes.insert(r.seen_notes.end(), link->action_ids.begin(), link->action_ids.end());
      add(alerts, {into.tenant, text(store::new_uuid()), into.integration_id, link->case_id, ticket_id, "unknown", "imported", title,
                   text(metadata_of(*link)), link->closed ? Param(text(format_time(link->at.value_or(now)))) : Param(), at, at, "1"});
    }
  }
  db.insert_many("tickets",
                 "tenant, ticket_id, ticket_number, title, description, client_id, board_id, status_id, source, source_reference, "
                 "entered_at, updated_at, closed_at",
                 tickets);
  db.insert_many("rmm_alerts",
                 "tenant, alert_id, integration_id, external_alert_id, ticket_id, severity, status, message, metadata, resolved_at, "
                 "created_at, updated_at, picket_revision",
                 alerts);
  for (const store::RemoteLink& r : remote) store::put_remote_link(db, into.tenant, r, now);
}

}  // namespace

bool is_imported(store::Database& db, const std::string& tenant) {
  const auto rows = db.query<1>(R"(SELECT count(*) FROM picket_audit WHERE tenant = ? AND action = ?)", {tenant, audit_action});
  return store::integer_of(rows[0][0]) > 0;
}

OldImport import_old_links(store::Database& db, const ImportInto& into, const OldLinks& old, const std::string& file, Time now) {
  OldImport result;
  const Statuses statuses = statuses_of(db, into);
  store::Transaction transaction(db);
  if (is_imported(db, into.tenant)) return result;

  std::vector<std::string_view> cases, tickets;
  for (const OldLink& link : old.links) {
    cases.push_back(link.case_id);
    tickets.push_back(link.ticket_id);
  }
  const auto known_cases = known_ids(db,
                                     R"(SELECT external_alert_id
                   FROM rmm_alerts
                   WHERE tenant = ? AND integration_id = ? AND external_alert_id IN (?...))",
                                     {into.tenant, into.integration_id}, cases);
  const auto known_tickets = known_ids(db,
                                       R"(SELECT remote_id
                   FROM picket_remote_tickets
                   WHERE tenant = ? AND desk = ? AND remote_id IN (?...))",
                                       {into.tenant, into.psa}, tickets);
  Tickets unknown;
  for (const OldLink& link : old.links) {
    if (known_cases.contains(link.case_id) || known_tickets.contains(link.ticket_id)) {
      ++result.known;
      continue;
    }
    ++(link.closed ? result.closed : result.open);
    unknown[link.ticket_id].push_back(&link);
  }
  write(db, into, unknown, statuses, now);
  if (!psa::read_remote_cursor(db, into.tenant, into.psa)) {
    const Time since =
        std::max(now - longest_look_back, std::min(now, old.checkpoint.value_or(now - longest_look_back)) - look_back_margin);
    psa::write_remote_cursor(db, into.tenant, into.psa, {since, std::nullopt}, now);
  }
  store::write_audit(db, into.tenant, audit_action, file,
                     std::to_string(result.open) + " open, " + std::to_string(result.closed) + " closed, " + std::to_string(result.known) +
                         " known already",
                     now);
  transaction.commit();
  return result;
}

}  // namespace picket::migration
