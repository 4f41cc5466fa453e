#include "tests/host-sim/psa/fake_psa.hpp"

#include <doctest/doctest.h>

#include <exception>

#include "sdk/common/time_text.hpp"

namespace picket::test {

using psa::Outcome;
using psa::RemoteEntity;
using psa::RemoteNote;
using psa::RemoteTicket;
using psa::Reply;

namespace {

RemoteEntity entity(const std::string& id, const std::string& name) {
  RemoteEntity e;
  e.id = id;
  e.name = name;
  return e;
}

}  // namespace

FakePsa::FakePsa(host::SimulatedClock& clock, std::string id) : clock_(clock), id_(std::move(id)) {
  directory_now.clients = {entity("c1", "Contoso, Ltd."), entity("c2", "Globex"), entity("c3", "Initech")};
  directory_now.boards = {entity("b1", "Security")};
  directory_now.statuses = {entity("s1", "New"), entity("s2", "Working"), entity("s3", "Closed")};
  directory_now.statuses[0].is_default = true;
  directory_now.statuses[2].is_closed = true;
  directory_now.priorities = {entity("p1", "Critical"), entity("p2", "High"), entity("p3", "Medium"), entity("p4", "Low")};
  directory_now.categories = {entity("k1", "Threats>Malware")};
  directory_now.defaults = {"c1", "b1", "p3", "k1", "s3"};
}

int FakePsa::total_calls() const {
  int total = 0;
  for (const auto& [name, count] : calls) total += count;
  return total;
}

void FakePsa::fail_operation(int at, Fault fault) {
  operations_ = 0;
  fail_at_ = at;
  fault_ = fault;
  fault_of_all_ = Fault::none;
  has_failed_ = false;
}

void FakePsa::fail_all(Fault fault, Status status) {
  fail_operation(0, Fault::none);
  fault_of_all_ = fault;
  status_of_all_ = status;
}

Fault FakePsa::next_fault() {
  ++operations_;
  const Fault fault = fault_of_all_ != Fault::none ? fault_of_all_ : operations_ == fail_at_ ? fault_ : Fault::none;
  has_failed_ = has_failed_ || fault != Fault::none;
  return fault;
}

template <class Value, class Effect>
Reply<Value> FakePsa::operate(Effect&& effect) {
  switch (next_fault()) {
    case Fault::none: return effect();
    case Fault::not_done: return {Outcome::not_done, {}, "FakePSA is busy"};
    case Fault::not_permitted: return {Outcome::not_permitted, {}, "a right is missing"};
    case Fault::lost_request: return {Outcome::unknown, {}, "the connection was lost"};
    case Fault::lost_answer: effect(); return {Outcome::unknown, {}, "the connection was lost"};
    case Fault::crash_before: throw Crash{};
    case Fault::crash_after: effect(); throw Crash{};
  }
  throw std::logic_error("no such fault");
}

template <class Value, class Effect>
Value FakePsa::read(Effect&& effect) {
  switch (next_fault()) {
    case Fault::none: return effect();
    case Fault::crash_before:
    case Fault::crash_after: throw Crash{};
    default: throw Error(status_of_all_, "FakePSA does not answer");
  }
}

FakePsa::Ticket& FakePsa::only() {
  REQUIRE(all.size() == 1);
  return all.begin()->second;
}

FakePsa::Ticket& FakePsa::titled(const std::string& title) {
  Ticket* found = nullptr;
  for (auto& [id, ticket] : all) {
    if (ticket.made_of.title != title) continue;
    REQUIRE(found == nullptr);
    found = &ticket;
  }
  REQUIRE(found != nullptr);
  return *found;
}

std::vector<FakePsa::Ticket*> FakePsa::with_token(const std::string& token) {
  std::vector<Ticket*> found;
  for (auto* ticket : in_order())
    if (ticket->made_of.token == token) found.push_back(ticket);
  return found;
}

std::vector<FakePsa::Ticket*> FakePsa::in_order() {
  std::map<int, Ticket*> by_number;
  for (auto& [id, ticket] : all) by_number[std::stoi(ticket.row.number)] = &ticket;
  std::vector<Ticket*> tickets;
  for (const auto& [number, ticket] : by_number) tickets.push_back(ticket);
  return tickets;
}

void FakePsa::touch(Ticket& ticket) {
  ticket.changed_at = clock_.now();
  ticket.row.updated_at_is_exact = exact;
  ticket.row.updated_at = exact ? "version " + std::to_string(++changes_) : format_time_for_people(ticket.changed_at);
}

std::string FakePsa::priority_name(const std::string& id) const {
  for (const auto& priority : directory_now.priorities)
    if (priority.id == id) return priority.name;
  return default_priority;
}

void FakePsa::technician_writes(Ticket& ticket, const std::string& author, const std::string& text) {
  ticket.notes.push_back({"note" + std::to_string(next_id_++), author, clock_.now(), text});
  touch(ticket);
}

void FakePsa::technician_closes(Ticket& ticket, const std::string& closure_note) {
  ticket.row.closed = true;
  ticket.row.status_id = "s3";
  ticket.row.closure_note = closure_note;
  if (closing_leaves_a_note && !closure_note.empty()) technician_writes(ticket, "Clara", closure_note);
  touch(ticket);
}

void FakePsa::technician_reopens(Ticket& ticket) {
  ticket.row.closed = false;
  ticket.row.status_id = "s2";
  ticket.row.closure_note.clear();
  touch(ticket);
}

void FakePsa::technician_sets_priority(Ticket& ticket, const std::string& name) {
  ticket.row.priority_name = name;
  touch(ticket);
}

void FakePsa::technician_assigns(Ticket& ticket, const std::string& name) {
  ticket.row.assignee = name;
  touch(ticket);
}

void FakePsa::technician_merges(Ticket& ticket, const std::string& into) {
  ticket.row.merged_into = into;
  ticket.row.closed = true;
  ticket.row.status_id = "s3";
  touch(ticket);
}

void FakePsa::show_again(const Ticket& ticket, const std::string& id) {
  Ticket second = ticket;
  second.row.id = id;
  second.row.number = id.substr(1);
  second.notes.clear();
  touch(all[id] = second);
}

psa::RemoteDirectory FakePsa::directory(const host::Call&) {
  ++calls["directory"];
  return directory_now;
}

void FakePsa::create(const host::Call&, std::span<const psa::NewRemoteTicket> tickets, const psa::CreationListener& listener) {
  if (!creates_at_once) {
    for (std::size_t i = 0; i < tickets.size(); ++i)
      if (!listener(i, create(tickets[i]))) return;
    return;
  }
  std::vector<Reply<RemoteTicket>> replies;
  for (const auto& ticket : tickets) replies.push_back(create(ticket));
  for (std::size_t i = 0; i < tickets.size(); ++i) listener(i, std::move(replies[i]));
}

Reply<RemoteTicket> FakePsa::create(const psa::NewRemoteTicket& wanted) {
  ++calls["create"];
  return operate<RemoteTicket>([&]() -> Reply<RemoteTicket> {
    if (refused_titles.contains(wanted.title)) return {Outcome::refused, {}, "the title is not allowed"};
    const std::string number = std::to_string(next_id_++);
    Ticket& ticket = all["t" + number];
    ticket.row.id = "t" + number;
    ticket.row.number = number;
    ticket.row.url = "https://psa.example/tickets?id=" + number;
    ticket.row.status_id = "s1";
    ticket.row.token = wanted.token;
    ticket.row.priority_name = priority_name(wanted.priority_id);
    ticket.row.has_assignee = true;
    ticket.made_of = wanted;
    ticket.created_at = clock_.now();
    touch(ticket);
    RemoteTicket answer = ticket.row;
    if (!creation_says_all) {
      answer.priority_name.clear();
      answer.has_assignee = false;
    }
    return {Outcome::done, answer, {}};
  });
}

std::optional<RemoteTicket> FakePsa::find_ticket(const host::Call&, const std::string& token, const std::string& title,
                                                 std::optional<Time> since) {
  ++calls["find_ticket"];
  return read<std::optional<RemoteTicket>>([&]() -> std::optional<RemoteTicket> {
    for (const auto& [id, ticket] : all)
      if (ticket.made_of.token == token && ticket.made_of.title == title && (!since || ticket.created_at >= *since)) return ticket.row;
    return std::nullopt;
  });
}

std::vector<Reply<std::string>> FakePsa::add_notes(const host::Call&, std::span<const psa::NewRemoteNote> notes) {
  ++calls["add_notes"];
  std::vector<Reply<std::string>> replies;
  for (const auto& note : notes)
    replies.push_back(operate<std::string>([&]() -> Reply<std::string> {
      if (!all.contains(note.ticket_id)) return {Outcome::ticket_gone, {}, "there is no such ticket"};
      Ticket& ticket = all.at(note.ticket_id);
      if (ticket.row.closed && closed_refuse_notes) return {Outcome::ticket_closed, {}, "the ticket is closed"};
      if (ticket.row.closed && notes_reopen) technician_reopens(ticket);
      technician_writes(ticket, "Picket", note.markdown + "\n\npicket-" + note.token);
      return {Outcome::done, ticket.notes.back().id, {}};
    }));
  return replies;
}

std::vector<Reply<RemoteTicket>> FakePsa::update(const host::Call&, std::span<const psa::RemoteUpdate> updates) {
  ++calls["update"];
  std::vector<Reply<RemoteTicket>> replies;
  for (const auto& update : updates)
    replies.push_back(operate<RemoteTicket>([&]() -> Reply<RemoteTicket> {
      if (!all.contains(update.ticket_id)) return {Outcome::refused, {}, "there is no such ticket"};
      Ticket& ticket = all.at(update.ticket_id);
      if (update.title) ticket.made_of.title = *update.title;
      if (update.board_id) ticket.made_of.board_id = *update.board_id;
      if (update.category_id) ticket.made_of.category_id = *update.category_id;
      if (update.body_markdown) ticket.made_of.body_markdown = *update.body_markdown;
      if (update.body_markdown && update.token != ticket.made_of.token) return {Outcome::refused, {}, "the body lost its token"};
      if (update.priority_id) ticket.row.priority_name = priority_name(*update.priority_id);
      if (update.status_id && !ignores_status) {
        ticket.row.status_id = *update.status_id;
        ticket.row.closed = *update.status_id == "s3";
      }
      touch(ticket);
      return {Outcome::done, ticket.row, {}};
    }));
  return replies;
}

Time FakePsa::changed_since(const host::Call&, Time since, const std::function<void(const RemoteTicket&)>& visit) {
  ++calls["changed_since"];
  return read<Time>([&] {
    for (const auto& [id, ticket] : all) {
      if (ticket.changed_at < since) continue;
      RemoteTicket row = ticket.row;
      if (!list_says_all) {
        row.priority_name.clear();
        row.assignee.clear();
        row.has_assignee = false;
        row.closure_note.clear();
      }
      visit(row);
    }
    return clock_.now();
  });
}

std::vector<Reply<RemoteTicket>> FakePsa::tickets(const host::Call&, std::span<const std::string> ids) {
  ++calls["tickets"];
  std::vector<Reply<RemoteTicket>> replies;
  for (const auto& id : ids)
    replies.push_back(operate<RemoteTicket>([&]() -> Reply<RemoteTicket> {
      if (!all.contains(id)) return {Outcome::refused, {}, "there is no such ticket"};
      return {Outcome::done, all.at(id).row, {}};
    }));
  return replies;
}

std::vector<Reply<std::vector<RemoteNote>>> FakePsa::notes(const host::Call&, std::span<const std::string> ticket_ids) {
  ++calls["notes"];
  std::vector<Reply<std::vector<RemoteNote>>> replies;
  for (const auto& id : ticket_ids)
    replies.push_back(operate<std::vector<RemoteNote>>([&]() -> Reply<std::vector<RemoteNote>> {
      if (unreadable.contains(id)) return {Outcome::not_done, {}, "the notes cannot be read"};
      if (!all.contains(id)) return {Outcome::refused, {}, "there is no such ticket"};
      return {Outcome::done, all.at(id).notes, {}};
    }));
  return replies;
}

}  // namespace picket::test
