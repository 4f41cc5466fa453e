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

constexpr std::array<std::string_view, 12> members{"ticket", "summary",      "who",    "note",   "note_html", "outcome",
                                                   "close",  "closure_note", "reopen", "status", "priority",  "assign"};
constexpr std::array<std::string_view, 7> acts{"note", "note_html", "close", "reopen", "status", "priority", "assign"};

std::string word(const json::object& act, std::string_view key) { return json::text_at(act, key).value_or(""); }

bool asked(const json::object& act, std::string_view key) { return json::bool_at(act, key).value_or(false); }

std::string names_of(const json::array& rows) {
  std::string out;
  for (const auto& row : rows) out += (out.empty() ? "" : ", ") + json::text_at(row.as_object(), "name").value_or("");
  return out;
}

}  // namespace

void check_act(const json::object& act, const std::string& where) {
  for (const auto& member : act) {
    const std::string_view name = member.key();
    if (contains(members, name)) continue;
    const std::string near = text::nearest(name, members);
    refuse(where + "." + std::string(name), "none of this name" + (near.empty() ? std::string{} : " (did you mean " + near + "?)"));
  }
  if (act.contains("ticket") == act.contains("summary")) refuse(where, "either ticket (a number) or summary (a part of the ticket's)");
  if (act.contains("ticket") && !json::integer_at(act, "ticket")) refuse(where + ".ticket", "a number");
  for (const std::string_view key : {"summary", "who", "note", "note_html", "outcome", "closure_note", "status", "priority", "assign"})
    if (act.contains(key) && !act.at(key).is_string()) refuse(where + "." + std::string(key), "a text");
  for (const std::string_view key : {"close", "reopen"})
    if (act.contains(key) && !act.at(key).is_bool()) refuse(where + "." + std::string(key), "true or false");
  if (std::none_of(acts.begin(), acts.end(), [&](std::string_view attempt) { return act.contains(attempt); }))
    refuse(where, "something to do: note, note_html, close, reopen, status, priority or assign");
  if (act.contains("closure_note") && !asked(act, "close")) refuse(where + ".closure_note", "it beside \"close\": true");
}

Ticket& Site::addressed(const json::object& act) {
  if (const auto id = json::integer_at(act, "ticket")) return existing(*id);
  const std::string part = ascii::lower(word(act, "summary"));
  for (auto i = tickets_.rbegin(); i != tickets_.rend(); ++i)
    if (ascii::lower(i->second.summary).find(part) != std::string::npos) return i->second;
  throw Error(Status::not_found, "There is no ticket whose summary contains \"" + word(act, "summary") + "\".", "summary");
}

std::int64_t Site::act(const json::object& act, Time now) {
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
  const bool notes = act.contains("note") || act.contains("note_html");
  NewAction note;
  if (notes) {
    note = action_of(act);
    if (note.outcome.empty()) note.outcome = "Internal Note";
    if (note.outcome_id == 0)
      if (const json::object* outcome = directory_.named(List::outcome, note.outcome))
        note.outcome_id = json::integer_at(*outcome, "id").value_or(0);
    if (note.who.empty()) note.who = "Jane Doe";
  }

  if (asked(act, "reopen")) set_status(ticket, reopened_status(), now);
  if (notes) add_action(ticket, std::move(note), now);
  if (priority) ticket.priority_id = json::integer_at(*priority, "priorityid").value_or(0);
  if (act.contains("assign")) ticket.agent_id = agent ? json::integer_at(*agent, "id").value_or(0) : unassigned_agent;
  if (status) set_status(ticket, json::integer_at(*status, "id").value_or(0), now);
  if (asked(act, "close")) {
    set_status(ticket, directory_.first_closing_status(), now);
    ticket.closure_note = word(act, "closure_note");
  }
  touch(ticket, now);
  return ticket.id;
}

std::int64_t Site::reopened_status() const {
  if (const json::object* status = directory_.named(List::status, "In Progress")) return json::integer_at(*status, "id").value_or(0);
  for (const auto& row : directory_.rows(List::status))
    if (const auto id = json::integer_at(row.get_object(), "id"); id && !directory_.closes(*id)) return *id;
  return 0;
}

}  // namespace picket::sim::halopsa
