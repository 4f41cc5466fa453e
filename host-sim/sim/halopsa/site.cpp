#include "host-sim/sim/halopsa/site.hpp"

#include <algorithm>

#include "host-sim/sim/halopsa/html_text.hpp"
#include "sdk/common/ascii.hpp"
#include "sdk/common/text.hpp"

namespace picket::sim::halopsa {
namespace {

[[noreturn]] void refuse_posted(const std::string& message, const std::string& field = {}) { throw Error(Status::invalid, message, field); }

bool has(const json::object& o, std::string_view key) {
  const json::value* v = o.if_contains(key);
  return v != nullptr && !v->is_null();
}

// The member, if it is there, which must be a whole number.
std::optional<std::int64_t> number(const json::object& o, std::string_view key) {
  if (!has(o, key)) return std::nullopt;
  const auto n = json::integer_at(o, key);
  if (!n) refuse_posted("The value of " + std::string(key) + " is not a number.", std::string(key));
  return n;
}

std::optional<std::string> words(const json::object& o, std::string_view key) {
  if (!has(o, key)) return std::nullopt;
  const json::value& v = o.at(key);
  if (!v.is_string()) refuse_posted("The value of " + std::string(key) + " is not a text.", std::string(key));
  return std::string(v.get_string());
}

bool carries_note(const json::object& o) { return has(o, "note") || has(o, "note_html"); }

// The SLA whose priorities count once `o` has been applied.
std::int64_t sla_after(const json::object& o, const Ticket* current, const Directory& directory) {
  if (const auto sla = number(o, "sla_id"); sla && *sla > 0) return *sla;
  if (const auto type = number(o, "tickettype_id")) return directory.sla_of_type(*type);
  return current ? current->sla_id
                 : directory.sla_of_type(json::integer_at(directory.rows(List::ticket_type).at(0).as_object(), "id").value_or(0));
}

std::int64_t first_id(const Directory& directory, List list) {
  const json::array& rows = directory.rows(list);
  return rows.empty() ? 0 : json::integer_at(rows.front().get_object(), "id").value_or(0);
}

// The least urgent one.
std::int64_t default_priority(const Directory& directory, std::int64_t sla) {
  std::int64_t last = 0;
  for (const auto& row : directory.rows(List::priority))
    if (json::integer_at(row.get_object(), "slaid") == sla)
      last = std::max(last, json::integer_at(row.get_object(), "priorityid").value_or(0));
  return last;
}

}  // namespace

const Ticket* Site::find(std::int64_t id) const {
  const auto found = tickets_.find(id);
  return found == tickets_.end() ? nullptr : &found->second;
}

Ticket& Site::existing(std::int64_t id) {
  const auto found = tickets_.find(id);
  if (found == tickets_.end()) throw Error(Status::not_found, "There is no ticket " + std::to_string(id) + ".", "ticket");
  return found->second;
}

std::vector<std::int64_t> Site::post_tickets(const json::array& objects, const Caller& caller, Time now, Time done) {
  bool creates = false;
  for (const auto& item : objects) {
    const json::object& o = item.as_object();
    const auto id = number(o, "id");
    const bool is_new = !id || *id == 0;
    creates = creates || is_new;
    const Ticket* current = is_new ? nullptr : &existing(*id);
    check_rights(o, current, caller);
    check_required(o, current);
    check_ticket(o, current);
    if (current && carries_note(o)) {
      const auto status = number(o, "status_id");
      check_action(action_of(o), *current, status ? directory_.closes(*status) : current->is_closed);
    }
  }
  if (creates && !rules_.auto_increment && now < creating_until_) {
    ++collisions_;
    throw Error(Status::conflict,
                "Violation of PRIMARY KEY constraint: the ticket number " + std::to_string(last_ticket_) + " is already in use.", "id");
  }
  if (creates) creating_until_ = done;
  const Time at = site_time(now);
  std::vector<std::int64_t> ids;
  for (const auto& item : objects) {
    const json::object& o = item.get_object();
    const auto id = number(o, "id").value_or(0);
    Ticket& ticket = id == 0 ? create(o, caller.application, at) : existing(id);
    if (id == 0)
      apply_rules(ticket, o, true, at);
    else
      update(ticket, o, caller, at);
    ids.push_back(ticket.id);
  }
  return ids;
}

void Site::update(Ticket& ticket, const json::object& o, const Caller& caller, Time now) {
  const json::object kept = heeded(o, ticket, now);
  const bool recorded = quirks_.has(Quirk::system_entries) || quirks_.has(Quirk::records_changes);
  const std::optional<Ticket> before = recorded ? std::optional(ticket) : std::nullopt;
  assign(ticket, kept, now);
  apply_rules(ticket, kept, false, now);
  if (carries_note(o)) add_note(ticket, o, caller, now);
  if (before) record(*before, ticket, caller, now);
  if (kept.size() == o.size() || sets_fields(kept)) touch(ticket, now);
}

void Site::add_note(Ticket& ticket, const json::object& o, const Caller& caller, Time now) {
  Action action = action_of(o);
  if (quirks_.has(Quirk::who_ignored)) action.who.clear();
  action.application = caller.application;
  action.note_html = site_html(action.note_html);
  const bool was_closed = ticket.is_closed;
  add_action(ticket, std::move(action), now);
  if (!has(o, "status_id")) note_moves(ticket, was_closed, now);
}

std::vector<std::pair<std::int64_t, std::size_t>> Site::post_actions(const json::array& objects, const Caller& caller, Time now) {
  for (const auto& item : objects) {
    const json::object& o = item.as_object();
    const Ticket& ticket = existing(number(o, "ticket_id").value_or(0));
    check_change_of(ticket, caller);
    check_action(action_of(o), ticket, ticket.is_closed);
  }
  std::vector<std::pair<std::int64_t, std::size_t>> added;
  for (const auto& item : objects) {
    const json::object& o = item.get_object();
    Ticket& ticket = existing(number(o, "ticket_id").value_or(0));
    add_note(ticket, o, caller, site_time(now));
    added.emplace_back(ticket.id, ticket.actions.size() - 1);
  }
  return added;
}

void Site::check_ticket(const json::object& o, const Ticket* current) const {
  const auto summary = words(o, "summary");
  if (summary ? summary->empty() : current == nullptr) refuse_posted("A summary is required.", "summary");
  for (const NumberField& field : number_fields()) {
    const auto id = number(o, field.name);
    if (!id || !field.list || (*id == 0 && field.may_be_none)) continue;
    if (!directory_.find(*field.list, *id))
      refuse_posted("The value " + std::to_string(*id) + " of " + std::string(field.name) + " does not exist.", std::string(field.name));
  }
  for (const TextField& field : text_fields()) {
    const auto name = words(o, field.name);
    if (name && !name->empty() && field.list && !directory_.named(*field.list, *name))
      refuse_posted("The value " + *name + " of " + std::string(field.name) + " does not exist.", std::string(field.name));
  }
  words(o, "details");
  words(o, "details_html");
  const std::int64_t sla = sla_after(o, current, directory_);
  const auto priority = number(o, "priority_id");
  if (priority && !directory_.priority(sla, *priority))
    refuse_posted("The value " + std::to_string(*priority) + " of priority_id does not exist under the SLA " + std::to_string(sla) + ".",
                  "priority_id");
}

Action Site::action_of(const json::object& o) const {
  Action action;
  action.who = words(o, "who").value_or("");
  action.note_html = words(o, "note_html").value_or("");
  action.note = action.note_html.empty() ? words(o, "note").value_or("") : text_of_html(action.note_html);
  if (action.note_html.empty()) action.note_html = html_of_text(action.note);
  action.hidden_from_user = json::bool_at(o, "hiddenfromuser").value_or(false);
  const auto id = number(o, "outcome_id");
  const auto name = words(o, "outcome");
  if (const json::object* outcome = name && !name->empty() ? directory_.named(List::outcome, *name) : nullptr) {
    action.outcome = json::text_at(*outcome, "name").value_or("");
    action.outcome_id = json::integer_at(*outcome, "id").value_or(0);
  } else if (name && !name->empty()) {
    refuse_posted("The action " + *name + " does not exist.", "outcome");
  } else if (id && *id != 0) {
    if (!directory_.find(List::outcome, *id))
      refuse_posted("The action with the id " + std::to_string(*id) + " does not exist.", "outcome_id");
    action.outcome = directory_.name_of(List::outcome, *id);
    action.outcome_id = *id;
  }
  return action;
}

void Site::check_action(const Action& action, const Ticket& ticket, bool stays_closed) const {
  if (action.note.empty() && action.note_html.empty()) refuse_posted("A note is required.", "note");
  if (rules_.refused_outcomes.contains(text::fold(action.outcome)))
    throw Error(Status::auth, "You do not have the permission to use the action " + action.outcome + ".", "outcome");
  if (stays_closed && rules_.refuse_notes_on_closed && !quirks_.has(Quirk::note_reopens))
    refuse_posted("The ticket " + std::to_string(ticket.id) + " is closed: no action can be added to it.", "ticket_id");
}

void Site::assign(Ticket& ticket, const json::object& o, Time now) {
  if (o.contains("tickettype_id") || o.contains("sla_id")) ticket.sla_id = sla_after(o, &ticket, directory_);
  for (const NumberField& field : number_fields()) {
    if (field.name == "status_id" || field.name == "sla_id") continue;
    if (const auto n = number(o, field.name)) ticket.*field.member = *n;
  }
  if (ticket.agent_id == 0) ticket.agent_id = unassigned_agent;
  for (const TextField& field : text_fields())
    if (auto s = words(o, field.name)) ticket.*field.member = std::move(*s);
  if (const auto html = words(o, "details_html")) {
    ticket.details_html = site_html(*html);
    ticket.details = text_of_html(ticket.details_html);
  } else if (const auto text = words(o, "details")) {
    ticket.details = *text;
    ticket.details_html = site_html(html_of_text(*text));
  }
  if (has(o, "customfields")) ticket.custom_fields = o.at("customfields");
  if (const auto status = number(o, "status_id")) set_status(ticket, resting(*status), now);
  ticket.searched = ascii::lower(ticket.summary + "\n" + ticket.details);
}

void Site::set_status(Ticket& ticket, std::int64_t status, Time now) {
  ticket.status_id = status;
  const bool closes = directory_.closes(status);
  if (closes && !ticket.is_closed) ticket.closed = now;
  ticket.is_closed = closes;
  if (!closes && quirks_.has(Quirk::sticky_closed)) return;
  ticket.has_been_closed = closes;
  if (closes) return;
  ticket.closed.reset();
  ticket.merged_into = 0;
}

void Site::touch(Ticket& ticket, Time now) {
  // No two changes have the same time.
  ticket.last_update = std::max(now, ticket.last_update + std::chrono::microseconds{1});
}

Action& Site::add_action(Ticket& ticket, Action action, Time now) {
  action.id = ++last_action_;
  if (action.who.empty()) action.who = api_agent;
  const json::object* agent = directory_.named(List::agent, action.who);
  action.who_agentid = agent ? json::integer_at(*agent, "id").value_or(0) : 0;
  action.who_type = action.system_id == 0 && (agent || !action.application.empty()) ? 1 : 0;
  action.at = action.updated = now;
  ticket.actions.push_back(std::move(action));
  touch(ticket, now);
  ticket.last_action = ticket.last_update;
  return ticket.actions.back();
}

Ticket& Site::create(const json::object& o, const std::string& application, Time now) {
  Ticket ticket;
  ticket.id = ++last_ticket_;
  ticket.occurred = ticket.made = now;
  ticket.client_id = first_id(directory_, List::client);
  ticket.tickettype_id = first_id(directory_, List::ticket_type);
  ticket.sla_id = sla_after(o, nullptr, directory_);
  ticket.priority_id = default_priority(directory_, ticket.sla_id);
  ticket.team = directory_.name_of(List::team, first_id(directory_, List::team));
  ticket.status_id = first_id(directory_, List::status);
  assign(ticket, o, now);
  if (ticket.site_id == 0) ticket.site_id = directory_.site_of_client(ticket.client_id);
  Ticket& created = tickets_.emplace(ticket.id, std::move(ticket)).first->second;
  Action opened;
  opened.who = created.users_name;
  opened.note = created.details;
  opened.note_html = created.details_html;
  opened.outcome = "Opened";
  opened.application = application;
  add_action(created, std::move(opened), now);
  return created;
}

}  // namespace picket::sim::halopsa
