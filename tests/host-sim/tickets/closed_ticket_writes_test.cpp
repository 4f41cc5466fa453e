// News of an open finding whose ticket is closed, in the tables.
#include <doctest/doctest.h>

#include <functional>

#include "host-sim/psa/outgoing.hpp"
#include "host-sim/store/outbox.hpp"
#include "host-sim/store/remote_tickets.hpp"
#include "host-sim/store/status.hpp"
#include "host-sim/store/ticket_events.hpp"
#include "host-sim/tickets/technician.hpp"
#include "sdk/common/json.hpp"
#include "tests/host-sim/tickets/tickets_fixture.hpp"

using namespace picket;
using namespace std::chrono_literals;
using OnNews = tickets::ClosedTicketRules::OnNews;
using test::TicketsFixture;

namespace {

struct Options {
  tickets::ClosedTicketRules rules = {};
  bool has_outbox = false;
  bool takes_ticket_events = false;
};

// Finding 1 with an open alert and a ticket that a technician closed.
struct Fixture : TicketsFixture {
  explicit Fixture(test::StorageUnderTest& under, const Options& options = {}) : TicketsFixture(under) {
    connection.closed_tickets = options.rules;
    connection.has_outbox = options.has_outbox;
    connection.takes_ticket_events = options.takes_ticket_events;
    ChangeSet open = opening("1");
    open.alert->asset_id = asset("SN-1");
    open.open_ticket->priority_id = id("priority", "Medium");
    open.open_ticket->category_id = id("category", "Malware");
    open.open_ticket->subcategory_id = id("category", "Ransomware");
    open.open_ticket->url = "https://vendor.example/1";
    open.open_ticket->attributes = R"({"a":1})";
    apply_one(open);
    old_ticket = stored("1")->ticket_id;
    if (options.has_outbox) {
      store::RemoteLink link;
      link.psa = "halopsa";
      link.remote_id = link.number = "2001";
      link.ticket_id = old_ticket;
      link.url = "https://halo.example/tickets?id=2001";
      store::put_remote_link(s.db, sample.tenant, link, clock.now());
    }
    clock.advance(1h);
    close();
    s.db.execute("DELETE FROM picket_outbox");
    if (options.takes_ticket_events) s.db.execute("DELETE FROM picket_ticket_events");
    clock.advance(1h);
  }

  void close() {
    store::Transaction transaction(s.db);
    CHECK(tickets::close_ticket(s.db, {sample.tenant, "Jane Doe", clock.now(), clock.now()}, old_ticket, {}, {}));
    transaction.commit();
  }

  std::string apply_one(const ChangeSet& set) {
    tickets::LocalTickets applying(s.db, connection, clock, nullptr);
    std::string ticket_id;
    applying.apply(host::Call{clock}, {&set, 1}, [&](std::size_t, Status status, std::string_view id, std::string_view message) {
      CAPTURE(message);
      CHECK(status == Status::ok);
      ticket_id = id;
    });
    return ticket_id;
  }

  ChangeSet news() {
    ChangeSet set = changing("1", stored("1")->revision);
    set.alert->asset_id = stored("1")->asset_id;
    set.alert->severity = "critical";
    set.notes = {"Severity: high -> critical"};
    set.priority_id = id("priority", "Critical");
    return set;
  }

  store::TicketDetails old() { return store::show_ticket(s.db, sample.tenant, old_ticket); }
  std::uint64_t without_open_ticket() { return store::connection_status(s.db, clock).at(0).without_open_ticket; }

  // The kinds and payloads of the outbox, with statuses and priorities by name.
  std::vector<std::string> outbox() {
    std::vector<std::string> items;
    for (auto& row : s.db.query<3>("SELECT ticket_id, kind, payload FROM picket_outbox ORDER BY picket_position")) {
      const json::object payload = json::parse_object(*row[2], "the payload");
      std::string text = (row[0] == old_ticket ? "old " : "new ") + *row[1];
      if (json::text_at(payload, "follow_up_of") == old_ticket) text += " that follows the old one";
      if (const auto action = json::text_at(payload, "action")) text += " " + *action;
      if (payload.contains("priority_id")) text += " with a priority";
      items.push_back(text);
    }
    return items;
  }

  std::string old_ticket;
};

using Words = std::vector<std::string>;

}  // namespace

STORAGE_TEST_CASE(s, "news of an open finding reopens its closed ticket") {
  Fixture f(s);
  CHECK(f.without_open_ticket() == 1);
  CHECK(f.apply_one(f.news()) == f.old_ticket);
  const auto t = f.ticket_of("1");
  CHECK(t.row.ticket_id == f.old_ticket);
  CHECK(t.row.status == "Sec New");
  CHECK_FALSE(t.row.closed_at);
  CHECK(t.row.priority == "Critical");
  CHECK(t.comments.back().note == "Severity: high -> critical");
  CHECK(f.rows("tickets") == 1);
  CHECK(f.without_open_ticket() == 0);
}

STORAGE_TEST_CASE(s, "what is no news leaves the closed ticket closed") {
  Fixture f(s);
  ChangeSet silent = f.news();
  silent.notes.clear();
  silent.body_markdown = "More of the body";
  f.apply_one(silent);
  CHECK(f.old().row.closed_at);
  CHECK(f.without_open_ticket() == 1);
  ChangeSet end = f.news();
  end.alert->resolved_at = f.clock.now();
  f.apply_one(end);
  CHECK(f.old().row.closed_at);
  CHECK(f.old().row.status == "Sec Closed");
  CHECK(f.without_open_ticket() == 0);
  CHECK(f.rows("tickets") == 1);
}

STORAGE_TEST_CASE(s, "with the rule `note` news is a note on the closed ticket") {
  Fixture f(s, {.rules = {.on_news = OnNews::note}});
  CHECK(f.apply_one(f.news()) == f.old_ticket);
  CHECK(f.old().row.closed_at);
  CHECK(f.old().row.priority == "Critical");
  CHECK(f.old().comments.back().note == "Severity: high -> critical");
  CHECK(f.without_open_ticket() == 1);
}

STORAGE_TEST_CASE(s, "with the rule `follow-up` news opens a ticket that links the closed one") {
  Fixture f(s, {.rules = {.on_news = OnNews::follow_up}, .takes_ticket_events = true});
  const std::string number = f.old().row.number;
  const std::string ticket_id = f.apply_one(f.news());
  CHECK(ticket_id != f.old_ticket);
  const auto t = f.ticket_of("1");
  CHECK(t.row.ticket_id == ticket_id);
  CHECK(t.row.title == "Follow-up of #" + number + ": [Huntress] High");
  CHECK(t.description.starts_with("This ticket follows up on #" + number + ", which was closed on "));
  CHECK(t.description.ends_with("\n\n---\n\nBody of 1"));
  CHECK(t.row.client == "Contoso, Ltd.");
  CHECK(t.row.contact == "Carla Contoso");
  CHECK(t.row.board == "Security");
  CHECK(t.row.status == "Sec New");
  CHECK(t.row.priority == "Critical");
  CHECK(t.row.category == "Malware");
  CHECK(t.row.subcategory == "Ransomware");
  CHECK(t.row.source == "huntress");
  CHECK(t.row.source_reference == "1");
  CHECK(t.row.url == "https://vendor.example/1");
  const json::object attributes = json::parse_object(t.attributes, "the attributes");
  CHECK(json::integer_at(attributes, "a") == 1);
  CHECK(json::text_at(attributes, "follow_up_of") == f.old_ticket);
  REQUIRE(t.comments.size() == 1);
  CHECK(t.comments[0].note == "Severity: high -> critical");
  CHECK(f.rows("asset_associations") == 1);
  CHECK(f.old().row.closed_at);
  CHECK(f.old().row.priority == "Medium");
  CHECK(f.old().comments.empty());
  CHECK(f.without_open_ticket() == 0);
  const auto events = store::due_ticket_events(s.db, f.sample.tenant, f.sample.integration_id, "Picket", f.clock.now(), 10);
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == TicketEventKind::created);
  CHECK(events[0].external_id == "1");
  CHECK(events[0].ticket_number == t.row.number);

  // It is the finding's ticket from now on.
  ChangeSet more = f.news();
  more.notes = {"more"};
  more.body_markdown = "A longer body";
  CHECK(f.apply_one(more) == ticket_id);
  CHECK(f.ticket_of("1").comments.size() == 2);
  CHECK(f.ticket_of("1").description.starts_with("This ticket follows up on #" + number));
  CHECK(f.ticket_of("1").description.ends_with("\n\n---\n\nA longer body"));
  CHECK(f.rows("tickets") == 2);
}

TEST_CASE("a ticket that has been closed for longer than reopenWithinDays is followed up") {
  for (const bool asks : {false, true}) {
    CAPTURE(asks);
    test::for_each_storage([&](test::StorageUnderTest& s) {
      Fixture f(s);
      f.clock.advance(15 * 24h);
      ChangeSet set = f.news();
      if (asks) set.ticket_action = TicketAction::reopen;
      CHECK(f.apply_one(set) != f.old_ticket);
      CHECK(f.old().row.closed_at);
      CHECK_FALSE(f.ticket_of("1").row.closed_at);
    });
  }
}

STORAGE_TEST_CASE(s, "in the outbox a reopening comes before its notes") {
  Fixture f(s, {.has_outbox = true});
  f.apply_one(f.news());
  CHECK(f.outbox() == Words{"old update reopen with a priority", "old note"});
}

STORAGE_TEST_CASE(s, "in the outbox a follow-up is a ticket before its notes, known by the remote number and by a token of its own") {
  Fixture f(s, {.rules = {.on_news = OnNews::follow_up}, .has_outbox = true, .takes_ticket_events = true});
  const std::string_view old_id[] = {f.old_ticket};
  const std::string old_token = psa::read_outgoing_tickets(s.db, f.sample.tenant, old_id).at(f.old_ticket).token;
  CHECK_FALSE(old_token.empty());
  ChangeSet set = f.news();
  set.body_markdown = "The new body";
  const std::string ticket_id = f.apply_one(set);
  CHECK(f.outbox() == Words{"new ticket that follows the old one", "new note"});
  const auto t = f.ticket_of("1");
  CHECK(t.row.title == "Follow-up of #2001: [Huntress] High");
  CHECK(t.description.starts_with("This ticket follows up on [#2001](<https://halo.example/tickets?id=2001>), which was closed on "));
  CHECK(t.description.ends_with("\n\n---\n\nThe new body"));
  const std::string_view new_id[] = {ticket_id};
  const std::string token = psa::read_outgoing_tickets(s.db, f.sample.tenant, new_id).at(ticket_id).token;
  CHECK(token.size() == 16);
  CHECK(token != old_token);
  CHECK(psa::read_outgoing_tickets(s.db, f.sample.tenant, new_id).at(ticket_id).token == token);
  // Its number is reported once the remote PSA has given it one.
  CHECK(f.rows("picket_ticket_events") == 0);
}

STORAGE_TEST_CASE(s, "in the outbox a note on a closed ticket stays a note, where the rule says so") {
  Fixture f(s, {.rules = {.on_news = OnNews::note}, .has_outbox = true});
  f.apply_one(f.news());
  CHECK(f.outbox() == Words{"old note", "old update with a priority"});
}

TEST_CASE("news does not undo a closing that the vendor has still to learn of") {
  for (const OnNews on_news : {OnNews::reopen, OnNews::follow_up}) {
    test::for_each_storage([&](test::StorageUnderTest& s) {
      Fixture f(s, {.rules = {.on_news = on_news}, .takes_ticket_events = true});
      ChangeSet reopen = f.news();
      reopen.ticket_action = TicketAction::reopen;
      f.old_ticket = f.apply_one(reopen);
      f.close();
      CHECK(f.apply_one(f.news()) == f.old_ticket);
      CHECK(f.old().row.closed_at);
      CHECK(f.old().comments.size() == 2);
      // Given up, it never reaches the vendor.
      s.db.execute("UPDATE picket_ticket_events SET given_up_at = created_at WHERE kind = 'closed'");
      CHECK((f.apply_one(f.news()) == f.old_ticket) == (on_news == OnNews::reopen));
      CHECK_FALSE(f.ticket_of("1").row.closed_at);
    });
  }
}

STORAGE_TEST_CASE(s, "a provider that takes no events learns of no closing: news reopens the ticket whatever is queued") {
  Fixture f(s);
  CHECK(f.rows("picket_ticket_events") == 1);
  f.apply_one(f.news());
  CHECK_FALSE(f.old().row.closed_at);
}

STORAGE_TEST_CASE(s, "a minimal ticket that was closed is followed up by the ticket that it should have been") {
  Fixture f(s, {.rules = {.on_news = OnNews::follow_up}});
  ChangeSet set = f.news();
  set.priority_id.clear();
  set.restated_ticket.emplace();
  set.restated_ticket->title = "The real title";
  set.restated_ticket->body_markdown = "The real body";
  set.restated_ticket->board_id = f.id("board", "Triage");
  set.restated_ticket->priority_id = f.id("priority", "High");
  f.s.db.execute("UPDATE tickets SET category_id = NULL, subcategory_id = NULL");
  f.apply_one(set);
  const auto t = f.ticket_of("1");
  CHECK(t.row.title == "Follow-up of #" + f.old().row.number + ": The real title");
  CHECK(t.description.ends_with("---\n\nThe real body"));
  CHECK(t.row.board == "Triage");
  CHECK(t.row.status == "New");
  CHECK(t.row.priority == "High");
  CHECK(f.old().row.title == "[Huntress] High");
  CHECK(f.old().description == "Body of 1");
}

STORAGE_TEST_CASE(s, "open findings without a ticket count, unless their organization may be opted out") {
  Fixture f(s);
  f.apply_one(TicketsFixture::changing("2", 0));
  CHECK(f.without_open_ticket() == 2);
  s.db.execute(
      R"(INSERT INTO rmm_organization_mappings (tenant, mapping_id, integration_id, external_organization_id,
                                                external_organization_name, auto_create_tickets, metadata, created_at, updated_at)
         SELECT tenant, alert_id, integration_id, 'o', 'Contoso', false, '{}', created_at, updated_at
         FROM rmm_alerts
         WHERE external_alert_id = '2')");
  CHECK(f.without_open_ticket() == 1);
  ChangeSet failing = TicketsFixture::changing("3", 0);
  failing.alert->failures = 1;
  f.apply_one(failing);
  CHECK(f.without_open_ticket() == 2);
}
