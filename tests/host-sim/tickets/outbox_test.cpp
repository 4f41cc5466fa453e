// What the ticket tables queue for a remote PSA, and the first event of a ticket where there is no remote PSA.
#include "host-sim/store/outbox.hpp"
#include "host-sim/store/remote_tickets.hpp"

#include <doctest/doctest.h>

#include "host-sim/store/ticket_events.hpp"
#include "sdk/common/json.hpp"
#include "tests/host-sim/tickets/tickets_fixture.hpp"

using namespace picket;
using test::TicketsFixture;

namespace {

// Has an outbox by default.
struct Fixture : TicketsFixture {
  explicit Fixture(test::StorageUnderTest& under, bool has_outbox = true, bool takes_ticket_events = false)
      : TicketsFixture(under), with_outbox(s.db, connection_with(connection, has_outbox, takes_ticket_events), clock, nullptr) {}

  static tickets::LocalConnection connection_with(tickets::LocalConnection connection, bool has_outbox, bool takes_ticket_events) {
    connection.has_outbox = has_outbox;
    connection.takes_ticket_events = takes_ticket_events;
    return connection;
  }

  void apply(const std::vector<ChangeSet>& sets) {
    with_outbox.apply(host::Call{clock}, sets, [&](std::size_t, Status status, std::string_view, std::string_view message) {
      CAPTURE(message);
      CHECK(status == Status::ok);
    });
  }

  // Everything in the outbox in order, in words; a delivery takes it.
  std::vector<std::string> take() {
    std::vector<std::string> words;
    while (true) {
      const auto items = store::due_outbox_items(s.db, sample.tenant, clock.now(), 1);
      if (items.empty()) return words;
      words.push_back(words_of(items[0]));
      if (items[0].kind == store::OutboxKind::update) deliver(items[0].ticket_id, store::read_update_payload(items[0].payload));
      store::outbox_retry.finish(s.db, sample.tenant, items[0].outbox_id);
    }
  }

  void deliver(const std::string& ticket_id, const store::UpdatePayload& update) {
    if (!update.priority_id.empty()) store::take_over_priority(s.db, sample.tenant, ticket_id, update.priority_id);
    const bool closes = update.action == store::UpdatePayload::Action::close;
    if (!update.status_id.empty())
      store::take_over_status(s.db, sample.tenant, ticket_id, update.status_id, closes ? std::optional(clock.now()) : std::nullopt);
  }

  std::string words_of(const store::OutboxItem& item) {
    const auto rows =
        s.db.query<1>("SELECT source_reference FROM tickets WHERE tenant = ? AND ticket_id = ?", {sample.tenant, item.ticket_id});
    std::string text = rows.at(0)[0].value() + " ";
    const json::object payload = json::parse_object(item.payload, "the payload");
    switch (item.kind) {
      case store::OutboxKind::ticket: return text + "ticket" + (json::bool_at(payload, "may_exist") == true ? " that may exist" : "");
      case store::OutboxKind::note:
        return text + "note: " +
               s.db.query<1>("SELECT note FROM comments WHERE tenant = ? AND comment_id = ?",
                             {sample.tenant, json::text_at(payload, "comment_id").value()})
                   .at(0)[0]
                   .value();
      case store::OutboxKind::update: break;
    }
    text += "update";
    if (const auto action = json::text_at(payload, "action"))
      text += " " + *action + " as " + name("SELECT name FROM statuses WHERE status_id = ?", json::text_at(payload, "status_id").value());
    if (const auto id = json::text_at(payload, "priority_id"))
      text += " priority " + name("SELECT priority_name FROM priorities WHERE priority_id = ?", *id);
    if (json::bool_at(payload, "body") == true) text += " body";
    return text;
  }

  std::string name(const std::string& sql, const std::string& id) { return s.db.query<1>(sql, {id}).at(0)[0].value(); }

  tickets::LocalTickets with_outbox;
};

using Words = std::vector<std::string>;

}  // namespace

STORAGE_TEST_CASE(s, "a new ticket is queued before its notes and closed after them") {
  Fixture f(s);
  ChangeSet first = f.opening("1");
  first.notes = {"one", "two"};
  first.priority_id = f.id("priority", "High");
  first.body_markdown = "The better body";
  ChangeSet second = f.opening("2");
  second.open_ticket->may_exist = true;
  second.notes = {"three"};
  second.ticket_action = TicketAction::close;
  f.apply({first, second, TicketsFixture::changing("3", 0)});
  CHECK(f.take() ==
        Words{"1 ticket", "1 note: one", "1 note: two", "2 ticket that may exist", "2 note: three", "2 update close as Sec Closed"});
}

STORAGE_TEST_CASE(s, "of a known ticket only what really changes is queued") {
  Fixture f(s);
  ChangeSet open = f.opening("1");
  open.open_ticket->priority_id = f.id("priority", "High");
  f.apply({open});
  f.take();
  std::uint64_t revision = 1;
  const auto change = [&](const std::function<void(ChangeSet&)>& edit) {
    ChangeSet set = TicketsFixture::changing("1", revision++);
    edit(set);
    f.apply({set});
    return f.take();
  };
  CHECK(change([](ChangeSet&) {}) == Words{});
  CHECK(change([&](ChangeSet& set) {
          set.priority_id = f.id("priority", "High");
          set.body_markdown = "Body of 1";
          set.ticket_action = TicketAction::reopen;
        }) == Words{});
  CHECK(change([](ChangeSet& set) { set.notes = {"a", "b"}; }) == Words{"1 note: a", "1 note: b"});
  CHECK(change([&](ChangeSet& set) {
          set.priority_id = f.id("priority", "Critical");
          set.body_markdown = "Another body";
          set.notes = {"c"};
        }) == Words{"1 note: c", "1 update priority Critical body"});
  CHECK(change([&](ChangeSet& set) {
          set.ticket_action = TicketAction::close;
          set.status_id = f.id("status", "Sec Dismissed");
          set.notes = {"d"};
        }) == Words{"1 note: d", "1 update close as Sec Dismissed"});
  CHECK(change([](ChangeSet& set) { set.ticket_action = TicketAction::close; }) == Words{});
  CHECK(change([&](ChangeSet& set) {
          set.ticket_action = TicketAction::reopen;
          set.priority_id = f.id("priority", "Medium");
          set.notes = {"e"};
        }) == Words{"1 update reopen as Sec New priority Medium", "1 note: e"});
  CHECK(change([](ChangeSet& set) { set.body_markdown = "Third body"; }) == Words{"1 update body"});
}

STORAGE_TEST_CASE(s, "a ticket that cannot be closed queues the note that says so for the remote PSA") {
  Fixture f(s);
  f.apply({f.opening("1")});
  f.take();
  s.db.execute("UPDATE statuses SET is_closed = false");
  ChangeSet set = TicketsFixture::changing("1", 1);
  set.ticket_action = TicketAction::close;
  f.apply({set});
  const auto words = f.take();
  REQUIRE(words.size() == 1);
  CHECK(words[0].starts_with("1 note: This ticket should have been closed"));
}

STORAGE_TEST_CASE(s, "a refused change set queues nothing") {
  Fixture f(s);
  f.apply({f.opening("1")});
  f.take();
  ChangeSet stale = TicketsFixture::changing("1", 7);
  stale.notes = {"never"};
  f.with_outbox.apply(host::Call{f.clock}, std::vector{stale, f.opening("2")},
                      [](std::size_t, Status, std::string_view, std::string_view) {});
  CHECK(f.take() == Words{"2 ticket"});
}

STORAGE_TEST_CASE(s,
                  "without an outbox a provider that takes events gets a new ticket's event at once and none for what Picket does later") {
  Fixture f(s, false, true);
  ChangeSet first = f.opening("1");
  first.notes = {"note"};
  f.apply({first, f.opening("2"), TicketsFixture::changing("3", 0)});
  ChangeSet later = TicketsFixture::changing("1", 1);
  later.notes = {"more"};
  later.priority_id = f.id("priority", "High");
  later.ticket_action = TicketAction::close;
  f.apply({later});
  const auto events = store::due_ticket_events(s.db, f.sample.tenant, f.sample.integration_id, "Picket", f.clock.now(), 10);
  REQUIRE(events.size() == 2);
  CHECK(events[0].kind == TicketEventKind::created);
  CHECK(events[0].external_id == "1");
  CHECK(events[0].ticket_number == "1001");
  CHECK(events[1].external_id == "2");
  CHECK(f.rows("picket_outbox") == 0);
}

STORAGE_TEST_CASE(s, "with an outbox the event of a new ticket waits for its number") {
  Fixture f(s, true, true);
  f.apply({f.opening("1")});
  CHECK(f.take() == Words{"1 ticket"});
  CHECK(f.rows("picket_ticket_events") == 0);
}

STORAGE_TEST_CASE(s, "without an outbox and events a batch needs no further statement") {
  Fixture f(s, false, false);
  std::vector<std::string> touching;
  s.db.set_statement_hook([&](std::string_view sql) {
    if (sql.find("picket_outbox") != std::string_view::npos || sql.find("picket_ticket_events") != std::string_view::npos ||
        sql.find("SELECT ticket_id, description") != std::string_view::npos)
      touching.emplace_back(sql);
  });
  ChangeSet open = f.opening("1");
  open.notes = {"note"};
  f.apply({open});
  ChangeSet later = TicketsFixture::changing("1", 1);
  later.body_markdown = "Another";
  later.ticket_action = TicketAction::close;
  f.apply({later});
  CHECK(touching.empty());
}

STORAGE_TEST_CASE(s, "what waits for the remote PSA is not in the ticket yet and is not asked for twice") {
  Fixture f(s);
  ChangeSet open = f.opening("1");
  open.open_ticket->priority_id = f.id("priority", "High");
  ChangeSet closed_at_once = f.opening("2");
  closed_at_once.ticket_action = TicketAction::close;
  f.apply({open, closed_at_once});
  ChangeSet close = TicketsFixture::changing("1", 1);
  close.ticket_action = TicketAction::close;
  close.priority_id = f.id("priority", "Critical");
  f.apply({close});
  const auto row = [&](const char* finding) { return f.ticket_of(finding).row; };
  CHECK_FALSE(row("1").is_closed);
  CHECK_FALSE(row("1").closed_at);
  CHECK(row("1").priority == "High");
  CHECK(row("2").status == "Sec New");
  const std::uint64_t waiting = f.rows("picket_outbox");
  close.alert->revision = 2;
  f.apply({close});
  CHECK(f.rows("picket_outbox") == waiting);
  ChangeSet reopen = TicketsFixture::changing("1", 3);
  reopen.ticket_action = TicketAction::reopen;
  f.apply({reopen});
  CHECK(f.rows("picket_outbox") == waiting + 1);
  f.take();
  CHECK_FALSE(row("1").is_closed);
  CHECK(row("1").priority == "Critical");
  CHECK(row("2").is_closed);
}

STORAGE_TEST_CASE(s, "what was given up and is asked for again is queued again, and nothing is left of the first") {
  Fixture f(s);
  f.apply({f.opening("1")});
  f.take();
  ChangeSet close = TicketsFixture::changing("1", 1);
  close.ticket_action = TicketAction::close;
  close.priority_id = f.id("priority", "Critical");
  f.apply({close});
  const auto first = store::list_outbox(s.db, f.sample.tenant).at(0);
  store::outbox_retry.give_up(s.db, f.sample.tenant, first.item.id, "refused", true, f.clock.now());
  close.alert->revision = 2;
  close.priority_id = f.id("priority", "High");
  f.apply({close});
  const auto entries = store::list_outbox(s.db, f.sample.tenant);
  REQUIRE(entries.size() == 2);
  CHECK(store::words_for(store::read_update_payload(entries[0].payload)) == "outdated change");
  CHECK(store::words_for(store::read_update_payload(entries[1].payload)) == "closing, priority");
}
