#include "host-sim/operations/ticket_work.hpp"

#include "host-sim/config/psa_kinds.hpp"
#include "host-sim/store/outbox.hpp"

namespace picket::operations {
namespace {

void require_local(store::Database& db, const std::string& tenant, const store::TicketRow& ticket) {
  if (!ticket.remote_psa.empty()) {
    const psa::PsaKind* kind = config::find_psa_kind(ticket.remote_psa);
    throw Error(Status::invalid,
                "ticket " + ticket.number + " lives in " + (kind == nullptr ? ticket.remote_psa : std::string(kind->title)) + " (number " +
                    ticket.remote_number + (ticket.remote_url.empty() ? "" : ", " + ticket.remote_url) + "); work on it there",
                "ticket");
  }
  if (store::waits_to_be_opened(db, tenant, ticket.ticket_id))
    throw Error(Status::invalid, "ticket " + ticket.number + " is still to be opened in another PSA; work on it there then", "ticket");
}

}  // namespace

TicketWork work_on_ticket(HostContext& context, const store::Tenant& tenant, const std::string& number, const std::string& author,
                          const TicketAct& act) {
  store::Database& db = context.db();
  const Time now = context.now();
  store::Transaction transaction(db);
  const store::TicketRow ticket = store::show_ticket(db, tenant.id, number).row;
  require_local(db, tenant.id, ticket);
  const bool changed = act(db, {tenant.id, author, now, now}, ticket);
  transaction.commit();
  return {store::show_ticket(db, tenant.id, ticket.ticket_id).row, changed};
}

}  // namespace picket::operations
