#include "host-sim/sim/halopsa/rights.hpp"

#include <array>

namespace picket::sim::halopsa {
namespace {

constexpr std::array right_rows{
    RightRow{Right::read_tickets, "read-tickets", "Tickets Access Level: Read Only", "every request for tickets and actions"},
    RightRow{Right::modify_tickets, "modify-tickets", "Tickets Access Level: Read and Modify", "every write of tickets and actions"},
    RightRow{Right::add_tickets, "add-tickets", "Can add new Tickets", "creations"},
    RightRow{Right::edit_closed, "edit-closed-tickets", "Can edit closed Tickets", "changes of and notes on closed tickets"},
    RightRow{Right::view_unassigned, "view-unassigned-tickets", "Can view Unassigned Tickets", "whatever concerns an unassigned ticket"},
    RightRow{Right::view_assigned, "view-assigned-tickets", "Can view Tickets that are assigned to other Agents",
             "whatever concerns a ticket of another agent, as with assigned-hidden"},
    RightRow{Right::edit_assigned, "edit-assigned-tickets", "Can Edit Tickets Which Are Not Assigned To Them",
             "changes of and notes on another agent's tickets"},
    RightRow{Right::change_status, "change-status", "Can always update Ticket Statuses and re-assign Tickets outside of actions",
             "changes of a status"},
    RightRow{Right::reassign, "reassign-tickets", "Can Re-assign Tickets", "changes of agent or team"},
    RightRow{Right::use_ticket_types, "use-ticket-types", "Allow use of all Ticket Types", "creations that name a ticket type"},
    RightRow{Right::read_clients, "read-clients", "Customers Access Level: Read Only", "Client and Site"},
    RightRow{Right::read_users, "read-users", "Users Access Level: Read Only", "Users"}};

}  // namespace

std::span<const RightRow> rights_table() { return right_rows; }

}  // namespace picket::sim::halopsa
