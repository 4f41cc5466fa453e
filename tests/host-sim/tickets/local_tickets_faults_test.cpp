#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <limits>
#include <map>

#include "host-sim/store/schema.hpp"
#include "tests/host-sim/tickets/tickets_fixture.hpp"

using namespace picket;
using test::TicketsFixture;
using namespace std::chrono_literals;

namespace {

const std::vector<std::string> tables{"rmm_alerts",
                                      "tickets",
                                      "comment_threads",
                                      "comments",
                                      "asset_associations",
                                      "tenant_external_entity_mappings",
                                      "rmm_organization_mappings",
                                      "picket_outbox",
                                      "picket_ticket_events"};

// Every kind of write at once, on the existing finding "old" and on a new one.
std::vector<ChangeSet> everything(const TicketsFixture& f) {
  ChangeSet change = TicketsFixture::changing("old", 1);
  change.notes = {"later"};
  change.ticket_action = TicketAction::close;
  change.priority_id = f.id("priority", "Critical");
  change.body_markdown = "New body";
  ChangeSet open = f.opening("new");
  open.mapping = Mapping{"o1", "Organization", "", "", true, true};
  open.asset_link = AssetLink{f.asset("SN-1"), "agent", "o1"};
  open.notes = {"first"};
  open.cursor_stream = "incidents";
  open.cursor_value = "2026-06-09";
  return {change, open};
}

using State = std::map<std::string, std::int64_t>;

State state_of(TicketsFixture& f) {
  State state;
  for (const auto& table : tables) state[table] = f.rows(table);
  state["old's revision"] = static_cast<std::int64_t>(f.stored("old")->revision);
  state["old is closed"] = f.ticket_of("old").row.is_closed ? 1 : 0;
  state["cursor"] = f.storage.cursor("incidents") ? 1 : 0;
  return state;
}

// Fails the first statement, then the second, and so on. As long as one fails, nothing may have been written; in the end, everything.
void fail_each_statement(TicketsFixture& f, tickets::LocalTickets& tickets, bool with_outbox = false) {
  const auto sets = everything(f);
  const State before = state_of(f);
  int failing = 0;
  for (bool failed = true; failed;) {
    ++failing;
    int statements = 0;
    failed = false;
    f.s.db.set_statement_hook([&](std::string_view) {
      if (++statements != failing) return;
      failed = true;
      throw Error(Status::unavailable, "the disk is full");
    });
    if (failing > 100) FAIL("there is no end of statements");
    std::vector<Status> outcomes;
    try {
      tickets.apply(host::Call{f.clock}, sets,
                    [&](std::size_t, Status status, std::string_view, std::string_view) { outcomes.push_back(status); });
    } catch (const Error& e) {
      CHECK(e.status() == Status::unavailable);
    }
    f.s.db.set_statement_hook({});
    CAPTURE(failing);
    if (failed) {
      CHECK(outcomes.empty());
      CHECK(state_of(f) == before);
    } else {
      CHECK(outcomes == std::vector<Status>(sets.size(), Status::ok));
    }
  }
  CHECK(failing > 20);
  const State after = state_of(f);
  CHECK(after.at("tickets") == 2);
  CHECK(after.at("comments") == 2);
  CHECK(after.at("cursor") == 1);
  CHECK(after.at("old is closed") == (with_outbox ? 0 : 1));  // a remote PSA has to take it first
  CHECK(after.at("old's revision") == 2);
}

}  // namespace

STORAGE_TEST_CASE(s, "wherever a statement fails, all of a batch happened or nothing, and trying again succeeds") {
  TicketsFixture f(s);
  REQUIRE(f.apply(f.opening("old")).status == Status::ok);
  fail_each_statement(f, f.tickets);
}

STORAGE_TEST_CASE(s, "wherever a statement fails the outbox and the events are written with their cause or not at all") {
  struct Case {
    bool has_outbox, takes_ticket_events;
    std::int64_t items, events;
  };
  // The new ticket and its note, and the old one's note and update; the new ticket's event.
  for (const Case& c : {Case{true, true, 4, 0}, Case{false, true, 0, 1}}) {
    CAPTURE(c.has_outbox);
    TicketsFixture f(s);
    REQUIRE(f.apply(f.opening("old")).status == Status::ok);
    tickets::LocalConnection connection = f.connection;
    connection.has_outbox = c.has_outbox;
    connection.takes_ticket_events = c.takes_ticket_events;
    tickets::LocalTickets tickets(s.db, connection, f.clock, nullptr);
    fail_each_statement(f, tickets, c.has_outbox);
    CHECK(f.rows("picket_outbox") == c.items);
    CHECK(f.rows("picket_ticket_events") == c.events);
    store::wipe(s.db);
    store::migrate(s.db, test::test_start());
  }
}

STORAGE_TEST_CASE(s, "one that the database refuses does not take its neighbours along") {
  TicketsFixture f(s);
  // The database refuses what the check of the change set lets pass.
  std::vector<ChangeSet> sets;
  for (int i = 0; i < 20; ++i) sets.push_back(f.opening(std::to_string(i)));
  int batches = 0;
  bool single = false;
  s.db.set_statement_hook([&](std::string_view sql) {
    if (sql.starts_with("BEGIN")) ++batches;
    single = batches == 1 + 13 + 1;
    if (sql.starts_with("INSERT INTO rmm_alerts") && (batches == 1 || single)) throw Error(Status::invalid, "the value is too large");
  });
  const auto outcomes = f.apply(sets);
  s.db.set_statement_hook({});
  for (std::size_t i = 0; i < 20; ++i) {
    CAPTURE(i);
    CHECK(outcomes[i].status == (i == 13 ? Status::invalid : Status::ok));
  }
  CHECK(outcomes[13].message == "the value is too large");
  CHECK_FALSE(f.stored("13"));
  CHECK(f.rows("tickets") == 19);
  CHECK(batches == 21);
}

STORAGE_TEST_CASE(s, "a lost lease stops everything") {
  TicketsFixture f(s);
  store::Lease lease(s.db, f.clock, f.sample.tenant, f.sample.integration_id);
  tickets::LocalTickets tickets(s.db, f.connection, f.clock, &lease);
  const host::Call call{f.clock};
  int reported = 0;
  const auto count = [&](std::size_t, Status, std::string_view, std::string_view) { ++reported; };
  tickets.apply(call, std::vector{f.opening("1")}, count);
  CHECK(reported == 1);
  f.clock.advance(121s);
  store::Database other(s.url);
  store::Lease taken(other, f.clock, f.sample.tenant, f.sample.integration_id);
  CHECK_THROWS_AS(tickets.apply(call, std::vector{f.opening("2")}, count), Error);
  CHECK(reported == 1);
  CHECK_FALSE(f.stored("2"));
}

STORAGE_TEST_CASE(s, "a call that is over applies no further batch") {
  TicketsFixture f(s);
  std::atomic<bool> cancel = false;
  const host::Call call{f.clock, std::numeric_limits<std::int64_t>::max(), &cancel, {}};
  std::vector<ChangeSet> sets;
  for (int i = 0; i < 600; ++i) sets.push_back(TicketsFixture::changing(std::to_string(i), 0));
  int reported = 0;
  CHECK_THROWS_AS(f.tickets.apply(call, sets,
                                  [&](std::size_t, Status, std::string_view, std::string_view) {
                                    ++reported;
                                    cancel = true;
                                  }),
                  Error);
  CHECK(reported == 512);
  CHECK(f.rows("rmm_alerts") == 512);
}

STORAGE_TEST_CASE(s, "a process killed while it applies leaves whole findings only") {
  TicketsFixture f(s);
  const ChangeSet model = f.opening("x");
  for (int round = 0; round < 6; ++round) {
    int ready[2];
    REQUIRE(pipe(ready) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      try {
        store::Database db(s.url);
        tickets::LocalTickets tickets(db, f.connection, f.clock, nullptr);
        for (int page = 0;; ++page) {
          std::vector<ChangeSet> sets(50, model);
          for (int i = 0; i < 50; ++i) {
            sets[static_cast<std::size_t>(i)].alert->external_id =
                std::to_string(round) + "-" + std::to_string(page) + "-" + std::to_string(i);
            sets[static_cast<std::size_t>(i)].notes = {"note"};
          }
          tickets.apply(host::Call{f.clock}, sets, [](std::size_t, Status, std::string_view, std::string_view) {});
          if (page == 1 && write(ready[1], "x", 1) != 1) _exit(1);
        }
      } catch (...) {
        _exit(1);
      }
    }
    close(ready[1]);
    char byte = 0;
    CHECK(read(ready[0], &byte, 1) == 1);
    close(ready[0]);
    usleep(static_cast<useconds_t>(3000 * round + 500));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }
  const auto alerts = f.rows("rmm_alerts");
  CHECK(alerts >= 600);
  CHECK(alerts % 50 == 0);
  for (const char* table : {"tickets", "comments", "comment_threads"}) CHECK(f.rows(table) == alerts);
  CHECK(store::integer_of(s.db.query<1>(
            "SELECT count(*) FROM rmm_alerts a JOIN tickets t ON t.tenant = a.tenant AND t.ticket_id = a.ticket_id")[0][0]) == alerts);
  CHECK(f.apply(f.opening("after")).status == Status::ok);
}
