// What technicians do with tickets in the site itself.
#include "host-sim/sim/halopsa/technicians.hpp"

#include <algorithm>
#include <array>

#include "host-sim/sim/halopsa/html_text.hpp"
#include "host-sim/sim/halopsa/site.hpp"
#include "host-sim/sim/server/refuse.hpp"
#include "sdk/common/ascii.hpp"
#include "sdk/common/list.hpp"
#include "sdk/common/text.hpp"

namespace picket::sim::halopsa {
namespace {

constexpr std::array<std::string_view, 11> acts{"note",   "note_html", "email_html", "details_html", "close",     "reopen",
                                                "status", "priority",  "assign",     "delete",       "merge_into"};
constexpr std::array<std::string_view, 8> others{"ticket",       "summary", "who",         "outcome",
                                                 "closure_note", "system",  "application", "edit_action"};
constexpr std::string_view web_application_name = "nethelpdesk-agent-web-application";

std::string word(const json::object& act, std::string_view key) { return json::text_at(act, key).value_or(""); }

bool asked(const json::object& act, std::string_view key) { return json::bool_at(act, key).value_or(false); }

std::string names_of(const json::array& rows) {
  std::string out;
  for (const auto& row : rows) out += (out.empty() ? "" : ", ") + json::text_at(row.as_object(), "name").value_or("");
  return out;
}

bool has_note(const json::object& act) { return act.contains("note") || act.contains("note_html"); }

void check_members(const json::object& act, const std::string& where) {
  std::vector<std::string_view> known(acts.begin(), acts.end());
  known.insert(known.end(), others.begin(), others.end());
  for (const auto& member : act) {
    const std::string_view name = member.key();
    if (contains(known, name)) continue;
    const std::string near = text::nearest(name, known);
    refuse(where + "." + std::string(name), "none of this name" + (near.empty() ? std::string{} : " (did you mean " + near + "?)"));
  }
  for (const std::string_view key : {"ticket", "edit_action", "merge_into"})
    if (act.contains(key) && !json::integer_at(act, key)) refuse(where + "." + std::string(key), "a number");
  for (const std::string_view key : {"summary", "who", "note", "note_html", "email_html", "details_html", "application", "outcome",
                                     "closure_note", "status", "priority", "assign"})
    if (act.contains(key) && !act.at(key).is_string()) refuse(where + "." + std::string(key), "a text");
  for (const std::string_view key : {"close", "reopen", "system", "delete"})
    if (act.contains(key) && !act.at(key).is_bool()) refuse(where + "." + std::string(key), "true or false");
}

}  // namespace

void check_act(const json::object& act, const std::string& where) {
  check_members(act, where);
  if (act.contains("ticket") == act.contains("summary")) refuse(where, "either ticket (a number) or summary (a part of the ticket's)");
  if (std::none_of(acts.begin(), acts.end(), [&](std::string_view attempt) { return act.contains(attempt); }))
    refuse(where, "something to do: " + joined(acts, ", ", " or "));
  if (act.contains("edit_action") && !has_note(act)) refuse(where + ".edit_action", "it beside note or note_html");
  if (act.contains("closure_note") && !asked(act, "close")) refuse(where + ".closure_note", "it beside \"close\": true");
}

Ticket& Site::addressed(const json::object& act) {
  if (const auto id = json::integer_at(act, "ticket")) return existing(*id);
  const std::string part = ascii::lower(word(act, "summary"));
  for (auto i = tickets_.rbegin(); i != tickets_.rend(); ++i)
    if (ascii::lower(i->second.summary).find(part) != std::string::npos) return i->second;
  throw Error(Status::not_found, "There is no ticket whose summary contains \"" + word(act, "summary") + "\".", "summary");
}

std::int64_t Site::act(const json::object& act, Time moment) {
  const Time now = site_time(moment);
  check_act(act, "act");
  Ticket& ticket = addressed(act);
  const json::object* priority = nullptr;
  if (act.contains("priority")) {
    priority = directory_.priority_named(ticket.sla_id, word(act, "priority"));
    if (!priority) refuse("act.priority", "a priority of the SLA " + std::to_string(ticket.sla_id));
  }
  const json::object* agent = nullptr;
  if (act.contains("assign") && !word(act, "assign").empty()) {
    agent = directory_.named(List::agent, word(act, "assign"));
    if (!agent) refuse("act.assign", "\"\" or one of " + names_of(directory_.rows(List::agent)));
  }
  const json::object* status = nullptr;
  if (act.contains("status")) {
    status = directory_.named(List::status, word(act, "status"));
    if (!status) refuse("act.status", "one of " + names_of(directory_.rows(List::status)));
  }
  if (has_note(act)) (void)action_of(act);  // an outcome that does not exist is refused before anything is done

  if (const auto into = json::integer_at(act, "merge_into")) merge(ticket, *into, word(act, "who"), now);
  if (asked(act, "reopen")) set_status(ticket, reopened_status(), now);
  if (act.contains("edit_action"))
    correct_action(ticket, act, now);
  else if (has_note(act) || act.contains("email_html"))
    add_persons_action(ticket, act, now);
  if (act.contains("details_html")) {
    ticket.details_html = word(act, "details_html");
    ticket.details = text_of_html(ticket.details_html);
    ticket.searched = ascii::lower(ticket.summary + "\n" + ticket.details);
  }
  if (priority) ticket.priority_id = json::integer_at(*priority, "priorityid").value_or(0);
  if (act.contains("assign")) ticket.agent_id = agent ? json::integer_at(*agent, "id").value_or(0) : unassigned_agent;
  if (status) set_status(ticket, json::integer_at(*status, "id").value_or(0), now);
  if (asked(act, "close")) {
    set_status(ticket, directory_.first_closing_status(), now);
    ticket.closure_note = word(act, "closure_note");
  }
  if (act.contains("delete")) ticket.is_deleted = asked(act, "delete");
  touch(ticket, now);
  return ticket.id;
}

// A person's note or mail, or what the site itself or another application adds.
void Site::add_persons_action(Ticket& ticket, const json::object& act, Time now) {
  const bool is_system = asked(act, "system");
  Action action = action_of(act);
  action.email_body_html = word(act, "email_html");
  action.email_body = text_of_html(action.email_body_html);
  action.application = word(act, "application");
  if (is_system) action.system_id = system_entry({}).system_id;
  if (action.application.empty() && !is_system && quirks_.has(Quirk::web_application)) action.application = web_application_name;
  if (action.outcome.empty()) action.outcome = is_system ? "System" : has_note(act) ? "Internal Note" : "Email User";
  if (action.outcome_id == 0)
    if (const json::object* outcome = directory_.named(List::outcome, action.outcome))
      action.outcome_id = json::integer_at(*outcome, "id").value_or(0);
  if (action.who.empty()) action.who = is_system ? "System" : "Jane Doe";
  add_action(ticket, std::move(action), now);
}

void Site::correct_action(Ticket& ticket, const json::object& act, Time now) {
  const auto id = json::integer_at(act, "edit_action");
  const auto found = std::find_if(ticket.actions.begin(), ticket.actions.end(), [&](const Action& action) { return action.id == id; });
  if (found == ticket.actions.end()) refuse("act.edit_action", "an action of the ticket " + std::to_string(ticket.id));
  const Action corrected = action_of(act);
  found->note = corrected.note;
  found->note_html = corrected.note_html;
  found->updated = now;
}

void Site::merge(Ticket& from, std::int64_t into, const std::string& who, Time now) {
  Ticket& target = existing(into);
  if (from.id == into) refuse("act.merge_into", "another ticket");
  set_status(from, directory_.first_closing_status(), now);
  from.merged_into = into;
  Action entry = system_entry("Merged into the ticket " + std::to_string(into) + ".");
  entry.who = who.empty() ? "Jane Doe" : who;
  entry.outcome = "Merged";
  Action arrival = system_entry("The ticket " + std::to_string(from.id) + " was merged into this one.");
  arrival.who = entry.who;
  arrival.outcome = entry.outcome;
  arrival.merged_from = from.id;
  add_action(from, std::move(entry), now);
  add_action(target, std::move(arrival), now);
}

std::int64_t Site::reopened_status() const {
  if (const json::object* status = directory_.named(List::status, "In Progress")) return json::integer_at(*status, "id").value_or(0);
  for (const auto& row : directory_.rows(List::status))
    if (const auto id = json::integer_at(row.get_object(), "id"); id && !directory_.closes(*id)) return *id;
  return 0;
}

}  // namespace picket::sim::halopsa
