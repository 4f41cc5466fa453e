#include "host-sim/sim/halopsa/ticket_json.hpp"

namespace picket::sim::halopsa {

json::object ticket_json(const Ticket& ticket, const Directory& directory, Included included, TimeForm times) {
  json::object o;
  o["id"] = ticket.id;
  o["dateoccurred"] = time_text(ticket.occurred, times);
  for (const NumberField& field : number_fields()) o[field.name] = ticket.*field.member;
  for (const TextField& field : text_fields()) o[field.name] = ticket.*field.member;
  o.erase("closure_note");
  o["client_name"] = directory.name_of(List::client, ticket.client_id);
  o["site_name"] = directory.name_of(List::site, ticket.site_id);
  o["user_name"] = ticket.users_name.empty() ? directory.name_of(List::user, ticket.user_id) : ticket.users_name;
  o["hasbeenclosed"] = ticket.has_been_closed;
  if (ticket.closed) o["dateclosed"] = time_text(*ticket.closed, times);
  if (ticket.merged_into != 0) o["merged_into_id"] = ticket.merged_into;
  if (ticket.is_deleted) o["deleted"] = true;
  o["lastactiondate"] = time_text(ticket.last_action, times);
  o["last_update"] = time_text(ticket.last_update, times);
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

json::object action_json(const Action& action, std::int64_t ticket_id, bool with_html, TimeForm times) {
  json::object o;
  o["id"] = action.id;
  o["ticket_id"] = ticket_id;
  o["who"] = action.who;
  o["who_agentid"] = action.who_agentid;
  o["datetime"] = time_text(action.at, times);
  o["note"] = action.note;
  if (with_html) o["note_html"] = action.note_html;
  o["outcome"] = action.outcome;
  o["outcome_id"] = action.outcome_id;
  o["hiddenfromuser"] = action.hidden_from_user;
  o["last_updated"] = time_text(action.updated, times);
  o["who_type"] = action.who_type;
  o["action_systemid"] = action.system_id;
  o["actionby_application_id"] = action.application;
  if (action.merged_from != 0) o["merged_from_ticketid"] = action.merged_from;
  if (action.email_body_html.empty()) return o;
  o["emailbody"] = action.email_body;
  if (with_html) o["emailbody_html"] = action.email_body_html;
  return o;
}

}  // namespace picket::sim::halopsa
