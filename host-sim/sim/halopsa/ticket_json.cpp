#include "host-sim/sim/halopsa/ticket_json.hpp"

#include "host-sim/sim/halopsa/times.hpp"

namespace picket::sim::halopsa {

json::object ticket_json(const Ticket& ticket, const Directory& directory, Included included) {
  json::object o;
  o["id"] = ticket.id;
  o["dateoccurred"] = time_text(ticket.occurred);
  for (const NumberField& field : number_fields()) o[field.name] = ticket.*field.member;
  for (const TextField& field : text_fields()) o[field.name] = ticket.*field.member;
  o.erase("closure_note");
  o["client_name"] = directory.name_of(List::client, ticket.client_id);
  o["site_name"] = directory.name_of(List::site, ticket.site_id);
  o["user_name"] = ticket.users_name.empty() ? directory.name_of(List::user, ticket.user_id) : ticket.users_name;
  o["hasbeenclosed"] = ticket.has_been_closed;
  if (ticket.closed) o["dateclosed"] = time_text(*ticket.closed);
  o["lastactiondate"] = time_text(ticket.last_action);
  o["last_update"] = time_text(ticket.last_update);
  if (included.details) {
    o["details"] = ticket.details;
    o["details_html"] = ticket.details_html;
    o["closure_note"] = ticket.closure_note;
    if (const json::object* priority = directory.priority(ticket.sla_id, ticket.priority_id)) o["priority"] = *priority;
    o["customfields"] = ticket.custom_fields;
  }
  if (included.agent) o["agent_name"] = directory.name_of(List::agent, ticket.agent_id);
  for (const auto& odd : ticket.oddities) o[odd.key()] = odd.value();
  return o;
}

json::object action_json(const Action& action, std::int64_t ticket_id, bool with_html) {
  json::object o;
  o["id"] = action.id;
  o["ticket_id"] = ticket_id;
  o["who"] = action.who;
  o["who_agentid"] = action.who_agentid;
  o["datetime"] = time_text(action.at);
  o["note"] = action.note;
  if (with_html) o["note_html"] = action.note_html;
  o["outcome"] = action.outcome;
  o["outcome_id"] = action.outcome_id;
  o["hiddenfromuser"] = action.hidden_from_user;
  return o;
}

}  // namespace picket::sim::halopsa
