#include <doctest/doctest.h>

#include <functional>

#include "host-sim/store/psa.hpp"
#include "host-sim/store/status.hpp"
#include "tests/host-sim/tickets/tickets_fixture.hpp"

using namespace picket;
using test::TicketsFixture;
using namespace std::chrono_literals;

STORAGE_TEST_CASE(s, "a new finding gets a complete ticket") {
  TicketsFixture f(s);
  ChangeSet set = f.opening("42");
  set.open_ticket->priority_id = f.id("priority", "High");
  set.open_ticket->category_id = f.id("category", "Malware");
  set.open_ticket->subcategory_id = f.id("category", "Ransomware");
  set.open_ticket->url = "https://x.example/42";
  set.open_ticket->attributes = "{\"a\": 1}";
  set.notes = {"first", "second"};
  const auto outcome = f.apply(set);
  REQUIRE(outcome.status == Status::ok);
  CHECK(outcome.ticket_id == f.stored("42")->ticket_id);
  const auto t = f.ticket_of("42");
  CHECK(t.row.number == "1001");
  CHECK(t.row.client == "Contoso, Ltd.");
  CHECK(t.row.contact == "Carla Contoso");
  CHECK(t.row.board == "Security");
  CHECK(t.row.status == "Sec New");
  CHECK(t.row.priority == "High");
  CHECK(t.row.category == "Malware");
  CHECK(t.row.subcategory == "Ransomware");
  CHECK(t.row.source == "huntress");
  CHECK(t.row.source_reference == "42");
  CHECK(t.row.url == "https://x.example/42");
  CHECK(t.row.entered_at == test::test_start());
  CHECK(t.attributes == "{\"a\": 1}");
  CHECK(t.description == "Body of 42");
  REQUIRE(t.comments.size() == 2);
  CHECK(t.comments[0].note == "first");
  CHECK(t.comments[1].note == "second");
  CHECK(t.comments[0].is_internal);
  CHECK(t.comments[0].is_system_generated);
  CHECK(f.rows("comment_threads") == 1);
  CHECK(store::list_tickets(s.db, f.sample.tenant).size() == 1);
  CHECK(store::list_tickets(s.db, f.sample.tenant, {"stellar-cyber", 0}).empty());
  CHECK(store::show_ticket(s.db, f.sample.tenant, "1001").row.ticket_id == outcome.ticket_id);
}

STORAGE_TEST_CASE(s, "numbers go on, boards without statuses of their own use those of every board") {
  TicketsFixture f(s);
  ChangeSet triage = f.opening("3");
  triage.open_ticket->board_id = f.id("board", "Triage");
  triage.open_ticket->client_id = f.id("client", "Globex");
  const auto outcomes = f.apply(std::vector{f.opening("1"), f.opening("2"), triage});
  for (const auto& o : outcomes) CHECK(o.status == Status::ok);
  CHECK(f.ticket_of("1").row.number == "1001");
  CHECK(f.ticket_of("3").row.number == "1003");
  CHECK(f.ticket_of("3").row.status == "New");
  CHECK(f.ticket_of("3").row.contact.empty());
  CHECK(f.apply(f.opening("4")).status == Status::ok);
  CHECK(f.ticket_of("4").row.number == "1004");
  const auto newest = store::list_tickets(s.db, f.sample.tenant, {"huntress", 2});
  REQUIRE(newest.size() == 2);
  CHECK(newest[0].number == "1004");
}

STORAGE_TEST_CASE(s, "a finding has one ticket, and a change planned against an old revision is refused") {
  TicketsFixture f(s);
  REQUIRE(f.apply(f.opening("1")).status == Status::ok);
  CHECK(f.apply(f.opening("1")).status == Status::conflict);  // must not exist
  CHECK(f.apply(TicketsFixture::changing("1", 2)).status == Status::conflict);
  CHECK(f.apply(TicketsFixture::changing("2", 1)).status == Status::conflict);  // must exist
  ChangeSet again = f.opening("1");
  again.alert->revision = 1;
  CHECK(f.apply(again).status == Status::conflict);  // has a ticket
  CHECK(f.apply(TicketsFixture::changing("1", 1)).status == Status::ok);
  CHECK(f.stored("1")->revision == 2);
  CHECK_FALSE(f.stored("1")->ticket_id.empty());
  CHECK(f.rows("tickets") == 1);
  // Twice in one call: the second one sees what the first one wrote.
  const auto outcomes =
      f.apply(std::vector{TicketsFixture::changing("1", 2), TicketsFixture::changing("1", 3), TicketsFixture::changing("1", 3)});
  CHECK(outcomes[0].status == Status::ok);
  CHECK(outcomes[1].status == Status::ok);
  CHECK(outcomes[2].status == Status::conflict);
}

STORAGE_TEST_CASE(s, "a finding recorded without a ticket can get one later") {
  TicketsFixture f(s);
  const auto recorded = f.apply(TicketsFixture::changing("1", 0));
  CHECK(recorded.status == Status::ok);
  CHECK(recorded.ticket_id.empty());
  ChangeSet note = TicketsFixture::changing("1", 1);
  note.notes = {"nowhere to go"};
  CHECK(f.apply(note).status == Status::invalid);
  ChangeSet open = f.opening("1");
  open.alert->revision = 1;
  CHECK(f.apply(open).status == Status::ok);
  CHECK(f.stored("1")->ticket_id == f.ticket_of("1").row.ticket_id);
}

STORAGE_TEST_CASE(s, "later notes join the thread, priority and body change") {
  TicketsFixture f(s);
  ChangeSet open = f.opening("1");
  open.notes = {"first"};
  REQUIRE(f.apply(open).status == Status::ok);
  f.clock.advance(1h);
  ChangeSet change = TicketsFixture::changing("1", 1);
  change.notes = {"second", "third"};
  change.priority_id = f.id("priority", "Critical");
  change.body_markdown = "New body";
  const auto outcome = f.apply(change);
  CHECK(outcome.status == Status::ok);
  const auto t = f.ticket_of("1");
  CHECK(outcome.ticket_id == t.row.ticket_id);
  REQUIRE(t.comments.size() == 3);
  CHECK(t.comments[2].note == "third");
  CHECK(t.row.priority == "Critical");
  CHECK(t.description == "New body");
  CHECK(t.row.updated_at == test::test_start() + 1h);
  CHECK(t.row.entered_at == test::test_start());
  CHECK(t.row.status == "Sec New");
  CHECK(f.rows("comment_threads") == 1);
}

STORAGE_TEST_CASE(s, "closing a closed ticket and reopening an open one change nothing") {
  TicketsFixture f(s);
  REQUIRE(f.apply(f.opening("1")).status == Status::ok);
  std::uint64_t revision = 1;
  const auto act = [&](TicketAction action, const std::string& status_id = {}) {
    ChangeSet set = TicketsFixture::changing("1", revision);
    set.ticket_action = action;
    set.status_id = status_id;
    f.clock.advance(1h);
    const auto outcome = f.apply(set);
    if (outcome.status == Status::ok) ++revision;
    return outcome.status;
  };
  CHECK(act(TicketAction::reopen) == Status::ok);
  CHECK(f.ticket_of("1").row.status == "Sec New");
  CHECK(f.ticket_of("1").row.updated_at == test::test_start());
  CHECK(act(TicketAction::close, f.id("status", "Sec Dismissed")) == Status::ok);
  CHECK(f.ticket_of("1").row.status == "Sec Dismissed");
  CHECK(f.ticket_of("1").row.closed_at == test::test_start() + 2h);
  CHECK(act(TicketAction::close) == Status::ok);
  CHECK(f.ticket_of("1").row.status == "Sec Dismissed");
  CHECK(f.ticket_of("1").row.closed_at == test::test_start() + 2h);
  CHECK(act(TicketAction::reopen) == Status::ok);
  CHECK(f.ticket_of("1").row.status == "Sec New");
  CHECK_FALSE(f.ticket_of("1").row.closed_at);
  CHECK(act(TicketAction::close) == Status::ok);
  CHECK(f.ticket_of("1").row.status == "Sec Closed");
  CHECK(act(TicketAction::reopen) == Status::ok);
  // A status may not be marked as a closed one: closing to it closes nevertheless, and reopening finds it closed.
  CHECK(act(TicketAction::close, f.id("status", "Sec Working")) == Status::ok);
  CHECK(f.ticket_of("1").row.status == "Sec Working");
  CHECK(f.ticket_of("1").row.closed_at);
  CHECK(act(TicketAction::reopen) == Status::ok);
  CHECK(f.ticket_of("1").row.status == "Sec New");
  CHECK_FALSE(f.ticket_of("1").row.closed_at);
  ChangeSet triage = f.opening("2");
  triage.open_ticket->board_id = f.id("board", "Triage");
  triage.ticket_action = TicketAction::close;  // opened and closed at once
  CHECK(f.apply(triage).status == Status::ok);
  CHECK(f.ticket_of("2").row.status == "Closed");
  CHECK(f.ticket_of("2").row.closed_at);
  ChangeSet other = f.opening("3");  // the status belongs to another board, so the ticket's board decides
  other.open_ticket->board_id = f.id("board", "Triage");
  other.ticket_action = TicketAction::close;
  other.status_id = f.id("status", "Sec Closed");
  CHECK(f.apply(other).status == Status::ok);
  CHECK(f.ticket_of("3").row.status == "Closed");
  CHECK(f.ticket_of("3").row.closed_at);
}

STORAGE_TEST_CASE(s, "a ticket that cannot be closed gets its note nevertheless, and a second one that says why it is open") {
  TicketsFixture f(s);
  s.db.execute("DELETE FROM statuses WHERE tenant = ? AND is_closed = true", {f.sample.tenant});
  REQUIRE(f.apply(f.opening("1")).status == Status::ok);
  ChangeSet closing = TicketsFixture::changing("1", 1);
  closing.ticket_action = TicketAction::close;
  closing.notes = {"the vendor's last words"};
  CHECK(f.apply(closing).status == Status::ok);
  const auto t = f.ticket_of("1");
  CHECK_FALSE(t.row.closed_at);
  REQUIRE(t.comments.size() >= 2);
  CHECK(t.comments[t.comments.size() - 2].note == "the vendor's last words");
  CHECK(t.comments.back().note.starts_with("This ticket should have been closed, but its board has no closed status"));
}

STORAGE_TEST_CASE(s, "assets are linked") {
  TicketsFixture f(s);
  ChangeSet set = f.opening("1");
  set.alert->asset_id = f.asset("SN-1");
  set.asset_link = AssetLink{f.asset("SN-1"), "agent-7", "org-1"};
  REQUIRE(f.apply(set).status == Status::ok);
  REQUIRE(f.ticket_of("1").assets.size() == 1);
  CHECK(f.ticket_of("1").assets[0].serial_number == "SN-1");
  // The device turns out to be another machine; two findings of one page say so.
  ChangeSet two = f.opening("2");
  two.asset_link = AssetLink{f.asset("SN-2"), "agent-7", "org-1"};
  ChangeSet three = f.opening("3");
  three.asset_link = AssetLink{f.asset("SN-2"), "agent-7", "org-1"};
  for (const auto& o : f.apply(std::vector{two, three})) CHECK(o.status == Status::ok);
  CHECK(f.rows("asset_associations") == 3);
  const auto row =
      s.db.query<4>("SELECT integration_type, alga_entity_type, alga_entity_id, external_realm_id FROM tenant_external_entity_mappings");
  REQUIRE(row.size() == 1);
  CHECK(row[0][0] == "huntress");
  CHECK(row[0][1] == "asset");
  CHECK(row[0][2] == f.asset("SN-2"));
  CHECK(row[0][3] == "org-1");
  ChangeSet repeated = TicketsFixture::changing("2", 1);
  repeated.asset_link = two.asset_link;
  CHECK(f.apply(repeated).status == Status::ok);
  CHECK(f.rows("asset_associations") == 3);
}

STORAGE_TEST_CASE(s, "an unknown organization is added, a known one only renamed") {
  TicketsFixture f(s);
  ChangeSet one = f.opening("1");
  one.mapping = Mapping{"o1", "Name", "", "", true, true};
  ChangeSet two = f.opening("2");
  two.mapping = Mapping{"o1", "Newer name", f.id("client", "Globex"), "", true, false};
  for (const auto& o : f.apply(std::vector{one, two})) CHECK(o.status == Status::ok);
  const auto row = s.db.query<3>("SELECT external_organization_name, client_id, auto_create_tickets FROM rmm_organization_mappings");
  REQUIRE(row.size() == 1);
  CHECK(row[0][1] == std::nullopt);
  CHECK(store::bool_of(row[0][2]));
  two = TicketsFixture::changing("2", 1);
  two.mapping = Mapping{"o1", "Newest name", f.id("client", "Globex"), "", true, false};
  CHECK(f.apply(two).status == Status::ok);
  CHECK(s.db.query<1>("SELECT external_organization_name FROM rmm_organization_mappings")[0][0] == "Newest name");
  CHECK(s.db.query<1>("SELECT client_id FROM rmm_organization_mappings")[0][0] == std::nullopt);
}

STORAGE_TEST_CASE(s, "what refers to nothing is refused with a sentence, and leaves no trace") {
  TicketsFixture f(s);
  const std::string nowhere = "00000000-0000-4000-8000-000000000000";
  const std::pair<std::function<void(ChangeSet&)>, std::string> cases[] = {
      {[&](ChangeSet& c) { c.open_ticket->client_id = nowhere; }, "the client " + nowhere + " does not exist any more"},
      {[&](ChangeSet& c) { c.open_ticket->board_id = nowhere; }, "the board " + nowhere + " does not exist any more"},
      {[&](ChangeSet& c) { c.open_ticket->priority_id = nowhere; }, "the priority " + nowhere + " does not exist any more"},
      {[&](ChangeSet& c) { c.open_ticket->category_id = nowhere; }, "the category " + nowhere + " does not exist any more"},
      {[&](ChangeSet& c) { c.open_ticket->contact_id = nowhere; }, "the contact " + nowhere + " does not exist any more"},
      {[&](ChangeSet& c) { c.open_ticket->category_id = f.id("category", "Inbox"); },
       "the category \"Inbox\" does not belong to the board \"Security\""},
      {[&](ChangeSet& c) { c.priority_id = nowhere; }, "the priority " + nowhere + " does not exist any more"},
      {[&](ChangeSet& c) { c.alert->asset_id = nowhere; }, "the asset " + nowhere + " does not exist any more"},
      {[&](ChangeSet& c) {
         c.asset_link = AssetLink{nowhere, "a", "b"};
       },
       "the asset " + nowhere + " does not exist any more"},
      {[&](ChangeSet& c) { c.mapping = Mapping{"o", "O", nowhere, "", true, true}; }, "the client " + nowhere + " does not exist any more"},
      {[&](ChangeSet& c) { c.notes = {std::string("a\0b", 3)}; }, "a note contains a NUL character"},
  };
  for (const auto& [spoil, message] : cases) {
    std::vector<ChangeSet> sets{f.opening("good-1"), f.opening("bad"), f.opening("good-2")};
    sets[1].cursor_stream = "incidents";
    sets[1].cursor_value = "moved";
    spoil(sets[1]);
    const auto outcomes = f.apply(sets);
    CHECK(outcomes[0].status == Status::ok);
    CHECK(outcomes[1].status == Status::invalid);
    CHECK(outcomes[1].message == message);
    CHECK(outcomes[2].status == Status::ok);
    CHECK_FALSE(f.stored("bad"));
    CHECK_FALSE(f.storage.cursor("incidents"));
    CHECK(f.rows("tickets") == 2);
    for (const char* table : {"comments", "comment_threads", "rmm_alerts", "tickets", "rmm_organization_mappings"})
      s.db.execute_once("DELETE FROM " + std::string(table));
  }
}

STORAGE_TEST_CASE(s, "a board without any status for open tickets is reported") {
  TicketsFixture f(s);
  s.db.execute("DELETE FROM statuses WHERE tenant = ? AND is_closed = false", {f.sample.tenant});
  const auto outcome = f.apply(f.opening("1"));
  CHECK(outcome.status == Status::invalid);
  CHECK(outcome.message == "the board \"Security\" has no status for open tickets; set a default status for it");
}

STORAGE_TEST_CASE(s, "many findings in one call, and the status counts them") {
  TicketsFixture f(s);
  std::vector<ChangeSet> sets;
  const ChangeSet model = f.opening("x");
  for (int i = 0; i < 1203; ++i) {
    sets.push_back(model);
    sets.back().alert->external_id = std::to_string(i);
    sets.back().alert->failures = i % 100 == 0 ? 1 : 0;
    sets.back().notes = {"note"};
    if (i == 700) sets.back().open_ticket->title = "two\nlines";
  }
  std::size_t bad = 0;
  for (const auto& o : f.apply(sets)) bad += o.status == Status::ok ? 0 : 1;
  CHECK(bad == 1);
  const auto status = store::connection_status(s.db, f.clock).at(0);
  CHECK(status.alerts == 1202);
  CHECK(status.open_alerts == 1202);
  CHECK(status.failing_alerts == 12);
  CHECK(status.tickets == 1202);
  CHECK(store::failing_findings(s.db, f.sample.tenant, f.sample.integration_id, 5).size() == 5);
  CHECK(store::list_tickets(s.db, f.sample.tenant, {"", 1})[0].number == "2202");
  std::vector<std::string> ids;
  for (int i = 0; i < 1300; ++i) ids.push_back(std::to_string(i));
  const std::vector<std::string_view> views(ids.begin(), ids.end());
  std::size_t found = 0;
  f.storage.find_alerts(views, [&](const Alert&) { ++found; });
  CHECK(found == 1202);
}
