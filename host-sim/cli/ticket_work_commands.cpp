#include <algorithm>
#include <array>

#include "host-sim/cli/commands.hpp"
#include "host-sim/cli/ticket_json.hpp"
#include "host-sim/operations/ticket_work.hpp"
#include "host-sim/store/psa.hpp"
#include "sdk/common/text.hpp"

namespace picket::cli {
namespace {

// Runs `act` on the ticket and prints the ticket. `was_done` is printed if something changed, `was_so` if nothing did.
int work_on(HostContext& context, const Console& console, const TicketArguments& a, const std::string& was_done, const std::string& was_so,
            const operations::TicketAct& act) {
  const store::Tenant tenant = store::find_tenant(context.db(), a.tenant);
  const auto [ticket, changed] = operations::work_on_ticket(context, tenant, a.number, a.author, act);
  console.print({{"tenant", tenant.name}, {"changed", changed}, {"ticket", ticket_json(ticket)}},
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
                 [&](store::Database& db, const tickets::Technician& technician, const store::TicketRow& ticket) {
                   if (!tickets::write_note(db, technician, ticket.ticket_id, text))
                     throw Error(Status::invalid, "a note needs words", "TEXT");
                   return true;
                 });
}

int tickets_close(HostContext& context, const Console& console, const TicketArguments& a, const std::string& closure_note,
                  const std::string& status) {
  return work_on(context, console, a, "is closed", "is closed already",
                 [&](store::Database& db, const tickets::Technician& technician, const store::TicketRow& ticket) {
                   std::string status_id;
                   if (!status.empty()) {
                     const store::Entity wanted =
                         store::find_entity(db, technician.tenant, store::EntityKind::status, status, ticket.board_id);
                     if (!wanted.is_closed)
                       throw Error(Status::invalid, "the status \"" + wanted.name + "\" is not one of closed tickets", "status");
                     status_id = wanted.id;
                   }
                   return tickets::close_ticket(db, technician, ticket.ticket_id, status_id, closure_note);
                 });
}

int tickets_reopen(HostContext& context, const Console& console, const TicketArguments& a) {
  return work_on(context, console, a, "is open again", "is open",
                 [](store::Database& db, const tickets::Technician& technician, const store::TicketRow& ticket) {
                   return tickets::reopen_ticket(db, technician, ticket.ticket_id);
                 });
}

int tickets_set(HostContext& context, const Console& console, const TicketArguments& a, const std::vector<std::string>& assignments) {
  std::vector<Change> changes;
  for (const std::string& assignment : assignments) changes.push_back(change_of(assignment));
  return work_on(context, console, a, "is changed", "is so already",
                 [&](store::Database& db, const tickets::Technician& technician, const store::TicketRow& ticket) {
                   bool changed = false;
                   for (const Change& c : changes) {
                     const bool did =
                         c.key == "assignee"
                             ? tickets::set_assignee(db, technician, ticket.ticket_id, c.value)
                             : tickets::set_priority(db, technician, ticket.ticket_id,
                                                     store::find_entity(db, technician.tenant, store::EntityKind::priority, c.value).id);
                     changed = changed || did;
                   }
                   return changed;
                 });
}

}  // namespace picket::cli
