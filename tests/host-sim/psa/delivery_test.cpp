#include <doctest/doctest.h>

#include "host-sim/psa/tokens.hpp"
#include "tests/host-sim/psa/psa_fixture.hpp"

using namespace picket;
using test::Texts;

PSA_TEST_CASE("a ticket is opened with everything and the vendor gets its number") {
  ChangeSet set = r.opening("a");
  set.open_ticket->priority_id = r.f.id("priority", "High");
  set.open_ticket->category_id = r.f.id("category", "Threats>Malware");
  r.apply(set);
  const auto report = r.deliver();
  CHECK(report.tickets == 1);
  CHECK(report.failed == 0);
  CHECK(report.waiting == 0);
  const auto& ticket = r.psa.only();
  CHECK(ticket.made_of.title == "Ticket of a");
  CHECK(ticket.made_of.body_markdown == "Body of a");
  CHECK(ticket.made_of.client_id == "c1");
  CHECK(ticket.made_of.board_id == "b1");
  CHECK(ticket.made_of.priority_id == "p2");
  CHECK(ticket.made_of.category_id == "k1");
  CHECK(ticket.made_of.token == psa::ticket_token("huntress", "https://api.huntress.io", "Acme MSP", "a"));
  const auto link = r.link("t1");
  CHECK(link.is_current);
  CHECK(link.number == "1");
  CHECK(link.url == "https://psa.example/tickets?id=1");
  CHECK(link.updated_at == ticket.row.updated_at);
  CHECK(link.closed == false);
  CHECK(link.priority == "High");
  CHECK(link.assignee == "");
  CHECK(r.events() == Texts{"a created 1 https://psa.example/tickets?id=1"});
  CHECK(r.psa.calls["find_ticket"] == 0);
  CHECK(r.deliver().tickets == 0);
  CHECK(r.psa.all.size() == 1);
}

PSA_TEST_CASE("notes and updates follow in order") {
  r.apply(r.opening("a"));
  r.note("a", "one");
  r.note("a", "two");
  r.prioritise("a", "Critical");
  ChangeSet body = r.changing("a");
  body.body_markdown = "Better body";
  r.apply(body);
  ChangeSet last = r.changing("a");
  last.notes = {"three"};
  last.ticket_action = TicketAction::close;
  r.apply(last);
  const auto report = r.deliver();
  CHECK(report.tickets == 1);
  CHECK(report.notes == 3);
  CHECK(report.updates == 3);
  CHECK(report.waiting == 0);
  const auto& ticket = r.psa.only();
  CHECK(r.notes_of(ticket) == Texts{"one", "two", "three"});
  CHECK(ticket.row.priority_name == "Critical");
  CHECK(ticket.row.closed);
  CHECK(ticket.made_of.body_markdown == "Better body");
  const auto link = r.link("t1");
  CHECK(link.closed == true);
  CHECK(link.priority == "Critical");
  CHECK(link.seen_notes.size() == 3);

  r.act("a", TicketAction::reopen);
  r.deliver();
  CHECK_FALSE(ticket.row.closed);
  CHECK(ticket.row.status_id == "s1");
  r.events();
  r.pull();
  CHECK(r.events() == Texts{});
}

PSA_TEST_CASE("many tickets are opened one after the other and their notes sent together") {
  std::vector<ChangeSet> sets;
  for (int i = 0; i < 100; ++i) sets.push_back(r.opening("f" + std::to_string(i)));
  for (auto& set : sets) set.notes = {"first"};
  r.apply(sets);
  const auto report = r.deliver();
  CHECK(report.tickets == 100);
  CHECK(report.notes == 100);
  CHECK(r.psa.calls["create"] == 100);
  CHECK(r.psa.calls["add_notes"] <= 10);
  CHECK(r.psa.calls["notes"] == 0);
  CHECK(r.events().size() == 100);
}

PSA_TEST_CASE("the first change of what the answer to a creation did not say becomes an event") {
  r.psa.creation_says_all = false;
  ChangeSet set = r.opening("a");
  set.open_ticket->priority_id = r.f.id("priority", "High");
  r.apply({set, r.opening("b")});
  r.deliver();
  r.events();
  for (auto& [id, ticket] : r.psa.all) {
    r.psa.technician_sets_priority(ticket, "Low");
    r.psa.technician_assigns(ticket, "Bob");
  }
  r.pull();
  // Which priority the PSA itself gave to the other one is not known.
  CHECK(r.events() == Texts{"a priority (High -> Low)", "a assignee ( -> Bob)", "b assignee ( -> Bob)"});
  CHECK(r.link("t2").priority == "Low");
}

PSA_TEST_CASE("a priority that the PSA gave by itself is known after the first pull") {
  r.psa.creation_says_all = false;
  r.open("a");
  CHECK(r.link("t1").updated_at.empty());
  r.pull();
  CHECK(r.link("t1").priority == "Medium");
  CHECK(r.events() == Texts{});
}

PSA_TEST_CASE("a note for a ticket that the PSA never got opens it first") {
  r.apply(r.opening("a"));
  r.db().execute_once("DELETE FROM picket_outbox");
  r.note("a", "words");
  const auto report = r.deliver();
  CHECK(report.tickets == 1);
  CHECK(report.notes == 1);
  CHECK(r.notes_of(r.psa.only()) == Texts{"words"});
  CHECK(r.events().size() == 1);
}

PSA_TEST_CASE("what the PSA does not know is left to its defaults with a warning") {
  ChangeSet set = r.opening("a");
  set.open_ticket->client_id = r.f.id("client", "Fallback");
  set.open_ticket->board_id = r.f.id("board", "Triage");
  r.apply(set);
  CHECK(r.deliver().tickets == 1);
  CHECK(r.psa.only().made_of.client_id.empty());
  CHECK(r.psa.only().made_of.board_id.empty());
  CHECK(test::any_contains(r.log.lines, "the client of ticket"));
  CHECK(test::any_contains(r.log.lines, "the board of ticket"));
}
