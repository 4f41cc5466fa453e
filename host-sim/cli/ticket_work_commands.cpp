#include <algorithm>
#include <array>
#include <functional>

#include "host-sim/cli/commands.hpp"
#include "host-sim/cli/ticket_json.hpp"
#include "host-sim/tickets/technician.hpp"
#include "host-sim/store/outbox.hpp"
#include "host-sim/store/psa.hpp"
#include "host-sim/store/tickets_query.hpp"
#include "sdk/common/text.hpp"

namespace picket::cli {
namespace {

void require_local(store::Database& db, const std::string& tenant, const store::TicketRow& ticket) {
  if (!ticket.remote_psa.empty())
    throw Error(Status::invalid,
                "ticket " + ticket.number + " lives in " + title_of_psa(ticket.remote_psa) + " (number " + ticket.remote_number +
                    (ticket.remote_url.empty() ? "" : ", " + ticket.remote_url) + "); work on it there",
                "ticket");
  if (store::waits_to_be_opened(db, tenant, ticket.ticket_id))
    throw Error(Status::invalid, "ticket " + ticket.number + " is still to be opened in another PSA; work on it there then", "ticket");
}

using Act = std::function<bool(store::Database&, const tickets::Technician&, const store::TicketRow&)>;

// Lets `act` work on the ticket in one transaction, and prints the ticket afterwards. `was_done`, `was_so`: what to say of it when
// something changed, and when nothing did.
int work_on(HostContext& context, const Console& console, const TicketArguments& a, const std::string& was_done, const std::string& was_so,
            const Act& act) {
  store::Database& db = context.db();
  const store::Tenant tenant = store::find_tenant(db, a.tenant);
  const Time now = context.now();
  store::Transaction transaction(db);
  const store::TicketRow ticket = store::show_ticket(db, tenant.id, a.number).row;
  require_local(db, tenant.id, ticket);
  const bool changed = act(db, {tenant.id, a.author, now, now}, ticket);
  transaction.commit();
  console.print(
      {{"tenant", tenant.name}, {"changed", changed}, {"ticket", ticket_json(store::show_ticket(db, tenant.id, ticket.ticket_id).row)}},
      "Ticket " + ticket.number + (changed ? " " + was_done : " " + was_so + ": nothing changed") + "\n");
  return done;
}

struct Change {
  std::string key, value;
};

Change change_of(const std::string& assignment) {
  auto [key, value] = split_assignment(assignment, "KEY=VALUE");
  constexpr std::array<std::string_view, 2> keys{"priority", "assignee"};
  if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
    const std::string near = text::nearest(key, keys);
    throw Error(
        Status::invalid,
        "a ticket has no \"" + key + "\" to be set; " + (near.empty() ? "there are priority and assignee" : "did you mean " + near + "?"),
        key);
  }
  return {key, value};
}

}  // namespace

int tickets_note(HostContext& context, const Console& console, const TicketArguments& a, const std::string& text) {
  return work_on(context, console, a, "has the note", "has it already",
                 [&](store::Database& db, const tickets::Technician& person, const store::TicketRow& ticket) {
                   if (!tickets::write_note(db, person, ticket.ticket_id, text)) throw Error(Status::invalid, "a note needs words", "TEXT");
                   return true;
                 });
}

int tickets_close(HostContext& context, const Console& console, const TicketArguments& a, const std::string& closure_note,
                  const std::string& status) {
  return work_on(context, console, a, "is closed", "is closed already",
                 [&](store::Database& db, const tickets::Technician& person, const store::TicketRow& ticket) {
                   std::string status_id;
                   if (!status.empty()) {
                     const store::Entity wanted = store::find_entity(db, person.tenant, store::EntityKind::status, status, ticket.board_id);
                     if (!wanted.is_closed)
                       throw Error(Status::invalid, "the status \"" + wanted.name + "\" is not one of closed tickets", "status");
                     status_id = wanted.id;
                   }
                   return tickets::close_ticket(db, person, ticket.ticket_id, status_id, closure_note);
                 });
}

int tickets_reopen(HostContext& context, const Console& console, const TicketArguments& a) {
  return work_on(context, console, a, "is open again", "is open",
                 [](store::Database& db, const tickets::Technician& person, const store::TicketRow& ticket) {
                   return tickets::reopen_ticket(db, person, ticket.ticket_id);
                 });
}

int tickets_set(HostContext& context, const Console& console, const TicketArguments& a, const std::vector<std::string>& assignments) {
  std::vector<Change> changes;
  for (const std::string& assignment : assignments) changes.push_back(change_of(assignment));
  return work_on(context, console, a, "is changed", "is so already",
                 [&](store::Database& db, const tickets::Technician& person, const store::TicketRow& ticket) {
                   bool changed = false;
                   for (const Change& c : changes) {
                     const bool did =
                         c.key == "assignee"
                             ? tickets::set_assignee(db, person, ticket.ticket_id, c.value)
                             : tickets::set_priority(db, person, ticket.ticket_id,
                                                  store::find_entity(db, person.tenant, store::EntityKind::priority, c.value).id);
                     changed = changed || did;
                   }
                   return changed;
                 });
}

}  // namespace picket::cli
