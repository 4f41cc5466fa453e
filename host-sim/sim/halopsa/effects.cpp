// What quirks make of requests: the places where a site consults them.
#include <algorithm>
#include <array>

#include "host-sim/sim/halopsa/html_text.hpp"
#include "host-sim/sim/halopsa/site.hpp"
#include "host-sim/sim/server/refuse.hpp"
#include "sdk/common/list.hpp"
#include "sdk/common/text.hpp"

namespace picket::sim::halopsa {
namespace {

// Members of an update that are about its note.
constexpr std::array<std::string_view, 7> note_members{"id", "note", "note_html", "who", "outcome", "outcome_id", "hiddenfromuser"};

bool is_about_note(const json::object::value_type& member) { return contains(note_members, std::string_view(member.key())); }

constexpr std::int64_t system_action = 7;  // any number but 0

bool is_filled(const json::value* v) {
  if (!v || v->is_null()) return false;
  if (v->is_string()) return !v->get_string().empty();
  return !v->is_int64() || v->get_int64() != 0;
}

// Of custom fields, a list of {"name", "value"}.
bool has_custom(const json::value* fields, std::string_view name) {
  if (!fields || !fields->is_array()) return false;
  return std::any_of(fields->get_array().begin(), fields->get_array().end(), [&](const json::value& field) {
    return field.is_object() && text::fold(json::text_at(field.get_object(), "name").value_or("")) == text::fold(name) &&
           is_filled(field.get_object().if_contains("value"));
  });
}

bool has_field(const Ticket& ticket, std::string_view name) {
  for (const NumberField& field : number_fields())
    if (field.name == name) return ticket.*field.member != 0;
  for (const TextField& field : text_fields())
    if (field.name == name) return !(ticket.*field.member).empty();
  return has_custom(&ticket.custom_fields, name);
}

std::string shown(const NumberField& field, const Ticket& ticket, const Directory& directory) {
  const std::int64_t id = ticket.*field.member;
  if (field.name == "priority_id") {
    const json::object* priority = directory.priority(ticket.sla_id, id);
    return priority ? json::text_at(*priority, "name").value_or("") : std::to_string(id);
  }
  return field.list ? directory.name_of(*field.list, id) : std::to_string(id);
}

std::string changes_between(const Ticket& before, const Ticket& after, const Directory& directory) {
  std::vector<std::string> changes;
  for (const NumberField& field : number_fields())
    if (before.*field.member != after.*field.member)
      changes.push_back(std::string(field.name) + " from " + shown(field, before, directory) + " to " + shown(field, after, directory));
  for (const TextField& field : text_fields())
    if (before.*field.member != after.*field.member)
      changes.push_back(std::string(field.name) + " from \"" + before.*field.member + "\" to \"" + after.*field.member + "\"");
  if (before.details_html != after.details_html) changes.emplace_back("details");
  return changes.empty() ? std::string{} : "Changed " + joined(changes) + ".";
}

std::int64_t id_named(const Directory& directory, List list, const std::string& name) {
  const json::object* row = name.empty() ? nullptr : directory.named(list, name);
  return row ? json::integer_at(*row, "id").value_or(0) : 0;
}

}  // namespace

void require(Right right, const Caller& caller) {
  for (const RightRow& row : rights_table())
    if (row.right == right && caller.lacking.contains(right))
      throw Error(Status::auth, "You do not have the permission \"" + std::string(row.title) + "\".", std::string(row.name));
}

Quirks Site::quirks_after(const json::object& change, const std::string& where) const {
  Quirks after = quirks_;
  for (const auto& member : change)
    if (member.key() != "set" && member.key() != "clear") refuse(where + "." + std::string(member.key()), "set or clear");
  for (const std::string_view member : {"clear", "set"}) {
    const json::value* list = change.if_contains(member);
    if (!list) continue;
    if (!list->is_array()) refuse(where + "." + std::string(member), "a list of quirks");
    for (const json::value& text : list->get_array()) {
      if (!text.is_string()) refuse(where + "." + std::string(member), "a list of quirks");
      try {
        if (member == "set")
          after.set(text.get_string(), directory_);
        else
          after.clear(text.get_string());
      } catch (const Error& e) {
        throw Error(Status::invalid, where + ": " + e.what(), e.field());
      }
    }
  }
  return after;
}

void Site::time_is(Time moment) {
  const Time now = site_time(moment);
  std::erase_if(late_statuses_, [&](const LateStatus& late) {
    if (now < late.due) return false;
    const auto ticket = tickets_.find(late.ticket);
    if (ticket == tickets_.end()) return true;
    set_status(ticket->second, resting(late.status), late.due);
    touch(ticket->second, late.due);
    return true;
  });
}

bool Site::is_hidden(const Ticket& ticket, const Caller& caller) const {
  if (ticket.agent_id == unassigned_agent) return caller.lacking.contains(Right::view_unassigned);
  return ticket.agent_id != id_named(directory_, List::agent, std::string(api_agent)) && caller.lacking.contains(Right::view_assigned);
}

const Ticket* Site::visible(std::int64_t id, const Caller& caller) const {
  require(Right::read_tickets, caller);
  const Ticket* ticket = find(id);
  return ticket && !is_hidden(*ticket, caller) ? ticket : nullptr;
}

bool Site::is_listed(const Ticket& ticket, const Caller& caller, bool by_last_update, Time now) const {
  if (ticket.is_deleted || is_hidden(ticket, caller)) return false;
  if (ticket.merged_into != 0 && quirks_.has(Quirk::merged_hidden)) return false;
  if (by_last_update && site_time(now) < ticket.last_update + quirks_.time(Quirk::late_changes)) return false;
  return site_time(now) >= ticket.made + quirks_.time(Quirk::late_list);
}

bool Site::is_listed(const Action& action, bool without_system, Time now) const {
  if (without_system && action.system_id != 0 && !quirks_.has(Quirk::excludesys_ignored)) return false;
  return site_time(now) >= action.at + quirks_.time(Quirk::late_actions);
}

void Site::check_change_of(const Ticket& ticket, const Caller& caller) const {
  require(Right::read_tickets, caller);
  require(Right::modify_tickets, caller);
  if (ticket.is_deleted) throw Error(Status::invalid, "The ticket " + std::to_string(ticket.id) + " has been deleted.", "ticket");
  if (is_hidden(ticket, caller)) throw Error(Status::auth, "You do not have access to this ticket.", "ticket");
  const bool others = ticket.agent_id != unassigned_agent && ticket.agent_id != id_named(directory_, List::agent, std::string(api_agent));
  if (others) require(Right::edit_assigned, caller);
  if (ticket.is_closed) require(Right::edit_closed, caller);
}

void Site::check_rights(const json::object& o, const Ticket* current, const Caller& caller) const {
  if (!current) {
    require(Right::modify_tickets, caller);
    require(Right::add_tickets, caller);
    if (o.contains("tickettype_id")) require(Right::use_ticket_types, caller);
    return;
  }
  check_change_of(*current, caller);
  const auto status = json::integer_at(o, "status_id");
  if (status && *status != current->status_id) require(Right::change_status, caller);
  const auto agent = json::integer_at(o, "agent_id");
  const auto team = json::text_at(o, "team");
  if ((agent && *agent != current->agent_id) || (team && *team != current->team)) require(Right::reassign, caller);
}

void Site::check_required(const json::object& o, const Ticket* current) const {
  const auto given = [&](const std::string& field) {
    return is_filled(o.if_contains(field)) || has_custom(o.if_contains("customfields"), field);
  };
  if (!current)
    for (const std::string& field : quirks_.names(Quirk::required_on_create))
      if (!given(field)) throw Error(Status::invalid, field + " is a required field.", field);
  const auto status = json::integer_at(o, "status_id");
  if (!status || !directory_.closes(*status) || (current && current->is_closed)) return;
  for (const std::string& field : quirks_.names(Quirk::required_on_close))
    if (!given(field) && !(current && has_field(*current, field)))
      throw Error(Status::invalid, field + " is a required field: it must be filled in before the ticket is closed.", field);
}

bool Site::sets_fields(const json::object& o) {
  return !std::all_of(o.begin(), o.end(), [](const auto& member) { return is_about_note(member); });
}

// What of an update by the API takes effect now.
json::object Site::heeded(const json::object& o, const Ticket& ticket, Time now) {
  json::object kept = o;
  if (sets_fields(o) && quirks_.take(Quirk::silent_update)) {
    kept.clear();
    for (const auto& member : o)
      if (is_about_note(member)) kept[member.key()] = member.value();
    return kept;
  }
  const auto status = json::integer_at(o, "status_id");
  if (!status || *status == ticket.status_id) return kept;
  const bool is_late = quirks_.has(Quirk::late_status);
  if (quirks_.take(Quirk::silent_status)) {
    kept.erase("status_id");
  } else if (is_late) {
    late_statuses_.push_back({now + quirks_.time(Quirk::late_status), ticket.id, *status});
    kept.erase("status_id");
  }
  return kept;
}

// The status in which a ticket is once the API has given it this one.
std::int64_t Site::resting(std::int64_t status) const {
  const std::int64_t other = id_named(directory_, List::status, quirks_.name(Quirk::closed_rests_in));
  return other != 0 && directory_.closes(status) ? other : status;
}

// After a note that did not come with a status.
void Site::note_moves(Ticket& ticket, bool was_closed, Time now) {
  if (was_closed && quirks_.has(Quirk::note_reopens)) set_status(ticket, reopened_status(), now);
  if (const auto status = id_named(directory_, List::status, quirks_.name(Quirk::note_sets_status)); status != 0)
    set_status(ticket, status, now);
}

// The site's rules, which act before it answers.
void Site::apply_rules(Ticket& ticket, const json::object& o, bool is_new, Time now) {
  const std::string priority_name = quirks_.name(Quirk::rule_sets_priority);
  if (const json::object* priority = priority_name.empty() ? nullptr : directory_.priority_named(ticket.sla_id, priority_name);
      priority && (is_new || o.contains("priority_id")))
    ticket.priority_id = json::integer_at(*priority, "priorityid").value_or(0);
  if (!is_new) return;
  if (const auto agent = id_named(directory_, List::agent, quirks_.name(Quirk::rule_assigns)); agent != 0) ticket.agent_id = agent;
  if (const auto status = id_named(directory_, List::status, quirks_.name(Quirk::rule_sets_status)); status != 0)
    set_status(ticket, status, now);
}

// HTML of the API as the site keeps it.
std::string Site::site_html(const std::string& html) const {
  if (html.empty() || !quirks_.has(Quirk::rewrites_html)) return html;
  constexpr std::string_view line_break = "<br>";
  std::string out = html;
  for (std::size_t at = out.find(line_break); at != std::string::npos; at = out.find(line_break, at + 1))
    out.replace(at, line_break.size(), "<br />");
  return "<div class=\"halo-editor\">" + out + "</div>";
}

Action Site::system_entry(const std::string& note) const {
  Action entry;
  entry.who = "System";
  entry.system_id = system_action;
  entry.outcome = "System";
  entry.note = note;
  entry.note_html = html_of_text(note);
  return entry;
}

void Site::record(const Ticket& before, Ticket& ticket, const Caller& caller, Time now) {
  const auto status_name = [&](const Ticket& t) { return directory_.name_of(List::status, t.status_id); };
  if (quirks_.has(Quirk::system_entries) && before.status_id != ticket.status_id)
    add_action(
        ticket,
        system_entry("Status changed from " + status_name(before) + " to " + status_name(ticket) + ". The response target will be missed."),
        now);
  const std::string changes = quirks_.has(Quirk::records_changes) ? changes_between(before, ticket, directory_) : std::string{};
  if (changes.empty()) return;
  Action entry;
  entry.application = caller.application;
  entry.outcome = "Changed";
  entry.note = changes;
  entry.note_html = html_of_text(changes);
  add_action(ticket, std::move(entry), now);
}

}  // namespace picket::sim::halopsa
