#include "host-sim/store/outbox.hpp"

#include <doctest/doctest.h>

#include <set>

#include "host-sim/store/remote_tickets.hpp"
#include "sdk/common/json.hpp"
#include "tests/host-sim/store/ticket_rows.hpp"
#include "tests/support/postgres/storages.hpp"

using namespace picket;
using namespace picket::store;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  explicit Fixture(test::StorageUnderTest& s) : db(s.db), sample(test::make_sample_tenant(db)) {
    for (const char* finding : {"a", "b", "c"}) ids.push_back(test::insert_ticket(db, sample, finding));
  }

  void add(std::vector<NewOutboxItem> items) {
    Transaction transaction(db);
    add_outbox_items(db, sample.tenant, items, now);
    transaction.commit();
  }
  std::vector<OutboxItem> due(std::size_t limit = 100) { return due_outbox_items(db, sample.tenant, now, limit); }
  std::vector<std::string> due_tickets(std::size_t limit = 100) {
    std::vector<std::string> tickets;
    for (const auto& item : due(limit)) tickets.push_back(item.ticket_id);
    return tickets;
  }
  void finish(const OutboxItem& item) { outbox_retry.finish(db, sample.tenant, item.outbox_id); }
  void postpone(const OutboxItem& item, const std::string& error, bool had_no_effect, std::chrono::seconds delay) {
    outbox_retry.postpone(db, sample.tenant, item.outbox_id, error, had_no_effect, now + delay);
  }

  Database& db;
  test::SampleTenant sample;
  std::vector<std::string> ids;
  Time now = test::test_start();
};

using Tickets = std::vector<std::string>;

}  // namespace

TEST_CASE("the outbox offers the first item of each ticket and the oldest ticket first") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    Fixture f(s);
    f.add({{f.ids[1], OutboxKind::ticket, R"({"may_exist": true})"}, {f.ids[1], OutboxKind::note, R"({"comment_id": "x"})"}});
    f.add({{f.ids[0], OutboxKind::update, R"({"body": true})"}, {f.ids[2], OutboxKind::note, "{}"}, {f.ids[0], OutboxKind::note, "{}"}});
    CHECK(f.due_tickets() == Tickets{f.ids[1], f.ids[0], f.ids[2]});
    CHECK(f.due_tickets(2) == Tickets{f.ids[1], f.ids[0]});
    const auto first = f.due(1).at(0);
    CHECK(first.kind == OutboxKind::ticket);
    CHECK(first.payload.find("may_exist") != std::string::npos);
    CHECK(first.token.size() == 16);
    CHECK(first.token.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(first.created_at == f.now);
    CHECK(first.attempts == 0);
    CHECK_FALSE(first.sent);
    f.finish(first);
    CHECK(f.due_tickets() == Tickets{f.ids[1], f.ids[0], f.ids[2]});
    CHECK(f.due(1).at(0).kind == OutboxKind::note);
    CHECK(f.due(2).at(1).kind == OutboxKind::update);
    for (int i = 0; i < 4; ++i) f.finish(f.due(1).at(0));
    CHECK(f.due().empty());
  });
}

TEST_CASE("a postponed item holds back its own ticket only and only until it is due") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    Fixture f(s);
    f.add({{f.ids[0], OutboxKind::note, "{}"}, {f.ids[0], OutboxKind::note, "{}"}, {f.ids[1], OutboxKind::note, "{}"}});
    const auto first = f.due(1).at(0);
    f.postpone(first, "500 Internal Server Error", false, 10s);
    CHECK(f.due_tickets() == Tickets{f.ids[1]});
    f.now += 9999ms;
    CHECK(f.due_tickets() == Tickets{f.ids[1]});
    f.now += 1ms;
    REQUIRE(f.due_tickets() == Tickets{f.ids[1], f.ids[0]});
    CHECK(f.due().at(1).outbox_id == first.outbox_id);
    CHECK(f.due().at(1).attempts == 1);
  });
}

TEST_CASE("what failed before comes after what never did") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    Fixture f(s);
    f.add({{f.ids[0], OutboxKind::note, "{}"}, {f.ids[1], OutboxKind::note, "{}"}});
    f.postpone(f.due(1).at(0), "no", true, -1s);
    f.add({{f.ids[2], OutboxKind::ticket, "{}"}});
    CHECK(f.due_tickets() == Tickets{f.ids[1], f.ids[2], f.ids[0]});
    CHECK(f.due_tickets(2) == Tickets{f.ids[1], f.ids[2]});
  });
}

TEST_CASE("notes do not wait for what certainly had no effect, unless their ticket is to be reopened first") {
  struct Case {
    const char* what;
    OutboxKind kind;
    const char* payload;
    bool had_no_effect, is_refusal, lets_notes_pass;
  };
  const Case cases[] = {
      {"a closing that is refused", OutboxKind::update, R"({"action":"close","status_id":"s"})", true, true, true},
      {"a closing without the right to it", OutboxKind::update, R"({"action":"close","status_id":"s"})", true, false, true},
      {"a closing that may have been done", OutboxKind::update, R"({"action":"close","status_id":"s"})", false, false, false},
      {"a reopening that is refused", OutboxKind::update, R"({"action":"reopen","status_id":"s"})", true, true, false},
      {"a note that is refused", OutboxKind::note, "{}", true, true, true},
      {"a note without the right to it", OutboxKind::note, "{}", true, false, false},
      {"a ticket that is refused", OutboxKind::ticket, "{}", true, true, false},
  };
  test::for_each_storage([&](test::StorageUnderTest& s) {
    Fixture f(s);
    for (const Case& c : cases) {
      CAPTURE(c.what);
      s.db.execute_once("DELETE FROM picket_outbox");
      f.add({{f.ids[0], c.kind, c.payload}, {f.ids[0], OutboxKind::note, R"({"comment_id":"1"})"}, {f.ids[0], OutboxKind::note, "{}"}});
      const auto first = f.due().at(0);
      const std::vector<std::string> ids{first.outbox_id};
      outbox_retry.mark(s.db, f.sample.tenant, ids, f.now);
      outbox_retry.postpone(s.db, f.sample.tenant, first.outbox_id, "no", c.had_no_effect, f.now + 1h,
                            c.is_refusal ? std::optional(f.now) : std::nullopt);
      const auto due = f.due();
      CHECK(due.size() == (c.lets_notes_pass ? 1 : 0));  // the second note waits for the first
      if (c.lets_notes_pass) CHECK(due.at(0).payload.find("comment_id") != std::string::npos);
      s.db.execute_once("UPDATE picket_outbox SET next_attempt_at = NULL");
      REQUIRE(f.due().size() == 1);
      CHECK(f.due().at(0).outbox_id == first.outbox_id);
    }
  });
}

TEST_CASE("the mark of what may have been sent stays until it certainly had no effect") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    Fixture f(s);
    f.add({{f.ids[0], OutboxKind::note, "{}"}, {f.ids[1], OutboxKind::note, "{}"}, {f.ids[2], OutboxKind::note, "{}"}});
    const auto items = f.due();
    const std::vector<std::string> marked{items[0].outbox_id, items[1].outbox_id};
    outbox_retry.mark(s.db, f.sample.tenant, marked, f.now);
    const auto sent = [&] {
      const std::vector<std::string_view> tickets(f.ids.begin(), f.ids.end());
      std::set<std::string> ids;
      for (const auto& item : sent_outbox_items(s.db, f.sample.tenant, tickets)) {
        CHECK(item.sent);
        ids.insert(item.outbox_id);
      }
      return ids;
    };
    CHECK(sent() == std::set<std::string>{items[0].outbox_id, items[1].outbox_id});
    const std::string_view other[] = {f.ids[2]};
    CHECK(sent_outbox_items(s.db, f.sample.tenant, other).empty());
    f.postpone(items[0], "timeout", false, 0s);
    f.postpone(items[1], "refused", true, 0s);
    CHECK(sent() == std::set<std::string>{items[0].outbox_id});
    CHECK(f.due().at(1).sent);  // behind the one that was never tried
    CHECK_FALSE(f.due().at(2).sent);
  });
}

TEST_CASE("the state of the outbox counts what waits and what fails") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    Fixture f(s);
    CHECK(outbox_queue(s.db, f.sample.tenant).waiting == 0);
    CHECK_FALSE(outbox_queue(s.db, f.sample.tenant).oldest);
    f.add({{f.ids[0], OutboxKind::ticket, "{}"}});
    f.now += 60s;
    f.add({{f.ids[1], OutboxKind::note, "{}"}, {f.ids[2], OutboxKind::note, "{}"}});
    f.postpone(f.due().at(1), "newer", true, 10s);
    f.postpone(f.due().at(0), "older", true, 10s);
    const QueueState state = outbox_queue(s.db, f.sample.tenant);
    CHECK(state.waiting == 3);
    CHECK(state.failing == 2);
    CHECK(state.given_up == 0);
    CHECK(state.oldest == test::test_start());
    CHECK(state.last_error == "older");
    CHECK(outbox_queue(s.db, f.sample.tenant, "huntress").waiting == 3);
    CHECK(outbox_queue(s.db, f.sample.tenant, "other").waiting == 0);
    CHECK(waits_to_be_opened(s.db, f.sample.tenant, f.ids[0]));
    CHECK_FALSE(waits_to_be_opened(s.db, f.sample.tenant, f.ids[1]));
  });
}

TEST_CASE("another tenant's outbox is another one") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    Fixture f(s);
    f.add({{f.ids[0], OutboxKind::note, "{}"}});
    const std::string other = import_psa(s.db, R"({"tenant": {"name": "Other MSP"}})", "other.json").tenant.id;
    CHECK(due_outbox_items(s.db, other, f.now, 10).empty());
    CHECK(outbox_queue(s.db, other).waiting == 0);
    const std::string id = f.due().at(0).outbox_id;
    outbox_retry.finish(s.db, other, id);
    CHECK(f.due().size() == 1);
  });
}

TEST_CASE("links to remote tickets come back as they were put and one of a ticket's is current") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    Fixture f(s);
    RemoteLink link;
    link.psa = "halopsa";
    link.remote_id = "4711";
    link.ticket_id = f.ids[0];
    put_remote_link(s.db, f.sample.tenant, link, f.now);
    const std::string_view tickets[] = {f.ids[0], f.ids[1]};
    const auto current = [&] { return current_remote_links(s.db, f.sample.tenant, tickets); };
    REQUIRE(current().size() == 1);
    {
      const RemoteLink bare = current()[0];
      CHECK(bare.remote_id == "4711");
      CHECK(bare.is_current);
      CHECK_FALSE(bare.closed);
      CHECK_FALSE(bare.priority);
      CHECK_FALSE(bare.assignee);
      CHECK_FALSE(bare.notes_since);
      CHECK(bare.seen_notes.empty());
    }
    link.number = "INC-4711";
    link.url = "https://halo.example/tickets?id=4711";
    link.updated_at = "2026-06-09T14:00:00.1234567";
    link.closed = true;
    link.priority = "High";
    link.assignee = "";
    link.seen_notes = {"1", "2"};
    link.note_digests = {{"2", "abcd"}};
    link.notes_since = f.now;
    put_remote_link(s.db, f.sample.tenant, link, f.now);
    REQUIRE(current().size() == 1);
    {
      const RemoteLink full = current()[0];
      CHECK(full.psa == "halopsa");
      CHECK(full.ticket_id == f.ids[0]);
      CHECK(full.number == link.number);
      CHECK(full.url == link.url);
      CHECK(full.updated_at == link.updated_at);
      CHECK(full.closed == link.closed);
      CHECK(full.priority == link.priority);
      CHECK(full.assignee == link.assignee);
      CHECK(full.seen_notes == link.seen_notes);
      CHECK(full.note_digests == link.note_digests);
      auto stored = s.db.query<1>("SELECT seen_notes FROM picket_remote_tickets WHERE remote_id = '4711'", {});
      CHECK(json::parse(text_of(stored[0][0]), "the row") == json::parse(R"(["1",{"id":"2","digest":"abcd"}])", "the test"));
      CHECK(full.notes_since == link.notes_since);
    }
    RemoteLink follow_up;
    follow_up.psa = "halopsa";
    follow_up.remote_id = "4712";
    follow_up.ticket_id = f.ids[0];
    put_remote_link(s.db, f.sample.tenant, follow_up, f.now);
    REQUIRE(current().size() == 1);
    CHECK(current()[0].remote_id == "4712");
    const std::string_view remote_ids[] = {"4711", "4712", "4713"};
    CHECK(find_remote_links(s.db, f.sample.tenant, "halopsa", remote_ids).size() == 2);
    CHECK(find_remote_links(s.db, f.sample.tenant, "other", remote_ids).empty());
    for (const auto& found : find_remote_links(s.db, f.sample.tenant, "halopsa", remote_ids))
      CHECK(found.is_current == (found.remote_id == "4712"));
  });
}
