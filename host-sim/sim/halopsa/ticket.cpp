#include "host-sim/sim/halopsa/ticket.hpp"

namespace picket::sim::halopsa {
namespace {

constexpr std::array numbers{NumberField{"client_id", &Ticket::client_id, List::client, false},
                             NumberField{"site_id", &Ticket::site_id, List::site, true},
                             NumberField{"user_id", &Ticket::user_id, List::user, true},
                             NumberField{"tickettype_id", &Ticket::tickettype_id, List::ticket_type, false},
                             NumberField{"sla_id", &Ticket::sla_id, std::nullopt, false},
                             NumberField{"priority_id", &Ticket::priority_id, std::nullopt, false},  // of an SLA
                             NumberField{"agent_id", &Ticket::agent_id, List::agent, true},
                             NumberField{"impact", &Ticket::impact, List::impact, true},
                             NumberField{"urgency", &Ticket::urgency, List::urgency, true},
                             NumberField{"status_id", &Ticket::status_id, List::status, false}};

constexpr std::array texts{TextField{"summary", &Ticket::summary, std::nullopt},
                           TextField{"users_name", &Ticket::users_name, std::nullopt},
                           TextField{"team", &Ticket::team, List::team},
                           TextField{"category_1", &Ticket::category_1, List::category},
                           TextField{"category_2", &Ticket::category_2, List::category},
                           TextField{"category_3", &Ticket::category_3, List::category},
                           TextField{"category_4", &Ticket::category_4, List::category},
                           TextField{"closure_note", &Ticket::closure_note, std::nullopt}};

}  // namespace

std::span<const NumberField> number_fields() { return numbers; }
std::span<const TextField> text_fields() { return texts; }

}  // namespace picket::sim::halopsa
