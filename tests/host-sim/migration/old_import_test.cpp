#include "host-sim/migration/old_import.hpp"

#include <doctest/doctest.h>

#include "host-sim/psa/pull_cursor.hpp"
#include "host-sim/store/remote_tickets.hpp"
#include "picket/error.hpp"
#include "sdk/common/json.hpp"
#include "tests/support/postgres/storages.hpp"

using namespace picket;
using namespace picket::migration;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  explicit Fixture(store::Database& database) : db(database), sample(test::make_sample_tenant(db)) {
    into.tenant = sample.tenant;
    into.integration_id = sample.integration_id;
    into.provider = "huntress";
    into.psa = "halopsa";
    into.defaults.client_id = sample.id(db, "client", "Fallback");
    into.defaults.board_id = sample.id(db, "board", "Security");
  }
  OldImport run(const OldLinks& old) { return import_old_links(db, into, old, "old.db", now); }
  std::int64_t count(const std::string& sql) { return store::integer_of(db.query<1>(sql)[0][0]); }
  std::string value(const std::string& sql) { return store::text_of(db.query<1>(sql).at(0)[0]); }
  store::RemoteLink remote_link(const std::string& remote_id) {
    const std::string_view ids[] = {remote_id};
    const auto found = store::find_remote_links(db, sample.tenant, "halopsa", ids);
    REQUIRE(found.size() == 1);
    return found[0];
  }

  store::Database& db;
  test::SampleTenant sample;
  ImportInto into;
  Time now = test::test_start() + 24h;
};

OldLink old_link(const std::string& case_id, const std::string& ticket_id, bool closed = false) {
  OldLink l;
  l.case_id = case_id;
  l.ticket_id = ticket_id;
  l.closed = closed;
  l.at = test::test_start();
  return l;
}

OldLinks links(std::vector<OldLink> all) {
  OldLinks old;
  old.links = std::move(all);
  return old;
}

}  // namespace

STORAGE_TEST_CASE(storage, "links become tickets, alerts and remote links") {
  Fixture f(storage.db);
  OldLink open = old_link("c1", "100");
  open.comment_ids = {"s1", "s2"};
  open.action_ids = {"11", "12"};
  const OldImport done = f.run(links({open, old_link("c2", "200", true)}));
  CHECK(done.open == 1);
  CHECK(done.closed == 1);
  CHECK(is_imported(f.db, f.sample.tenant));

  CHECK(f.count("SELECT count(*) FROM tickets") == 2);
  CHECK(f.value("SELECT title FROM tickets WHERE source_reference = 'c1'") == "Imported: ticket 100");
  CHECK(f.count("SELECT count(*) FROM tickets t JOIN statuses s ON s.tenant = t.tenant AND s.status_id = t.status_id WHERE "
                "t.source_reference = 'c2' AND s.is_closed = true AND t.closed_at IS NOT NULL") == 1);
  CHECK(f.count("SELECT count(*) FROM rmm_alerts WHERE external_alert_id = 'c1' AND resolved_at IS NULL AND picket_fingerprint IS NULL AND "
                "ticket_id IS NOT NULL") == 1);
  CHECK(f.count("SELECT count(*) FROM rmm_alerts WHERE external_alert_id = 'c2' AND resolved_at IS NOT NULL") == 1);
  json::object metadata = json::parse_object(f.value("SELECT metadata FROM rmm_alerts WHERE external_alert_id = 'c1'"), "metadata");
  CHECK(metadata == json::parse_object(R"({"imported": true, "seen_comments": ["s1", "s2"]})", "expected"));
  metadata = json::parse_object(f.value("SELECT metadata FROM rmm_alerts WHERE external_alert_id = 'c2'"), "metadata");
  CHECK(metadata == json::parse_object(R"({"imported": true, "seen_comments": "all"})", "expected"));

  const store::RemoteLink first = f.remote_link("100");
  CHECK(first.is_current);
  CHECK(first.seen_notes == std::vector<std::string>{"11", "12"});
  CHECK_FALSE(first.notes_since);
  CHECK(first.closed == false);
  CHECK_FALSE(first.priority);
  CHECK_FALSE(first.assignee);
  CHECK(first.updated_at.empty());
  const store::RemoteLink second = f.remote_link("200");
  CHECK(second.closed == true);
  CHECK((second.notes_since == f.now));
  CHECK(f.count("SELECT count(*) FROM picket_outbox") == 0);
  CHECK(f.count("SELECT count(*) FROM picket_ticket_events") == 0);
}

STORAGE_TEST_CASE(storage, "importing twice does nothing the second time, and numbers go on") {
  Fixture f(storage.db);
  f.run(links({old_link("c1", "100")}));
  const OldImport again = f.run(links({old_link("c1", "100"), old_link("c9", "900")}));
  CHECK(again.open + again.closed + again.known == 0);
  CHECK(f.count("SELECT count(*) FROM tickets") == 1);
  CHECK(f.value("SELECT ticket_number FROM tickets") == "1001");
  CHECK(f.count("SELECT value FROM picket_sequences WHERE name = 'ticket'") == 1002);
}

STORAGE_TEST_CASE(storage, "a failure on the way leaves nothing, and the next try does it all") {
  Fixture f(storage.db);
  const OldLinks old = links({old_link("c1", "100"), old_link("c2", "200", true), old_link("c3", "300")});
  int statements = 0;
  f.db.set_statement_hook([&](std::string_view) { ++statements; });
  {
    store::Transaction probe(f.db);  // how many there are
    probe.rollback();
  }
  f.run(links({}));
  f.db.execute("DELETE FROM picket_audit");
  f.db.execute("DELETE FROM picket_remote_cursors");
  bool is_done = false;
  for (int fail_at = 1; !is_done && fail_at < 200; ++fail_at) {
    statements = 0;
    f.db.set_statement_hook([&](std::string_view sql) {
      if (++statements == fail_at && sql != "ROLLBACK") throw Error(Status::unavailable, "pulled the plug");
    });
    try {
      f.run(old);
      is_done = true;
    } catch (const Error&) {
      f.db.set_statement_hook({});
      CHECK_FALSE(is_imported(f.db, f.sample.tenant));
      CHECK(f.count("SELECT count(*) FROM tickets") == 0);
      CHECK(f.count("SELECT count(*) FROM rmm_alerts") == 0);
    }
  }
  f.db.set_statement_hook({});
  CHECK(is_done);
  CHECK(f.count("SELECT count(*) FROM tickets") == 3);
}

STORAGE_TEST_CASE(storage, "two cases of one ticket share it, and what is known is left alone") {
  Fixture f(storage.db);
  f.db.execute(
      "INSERT INTO rmm_alerts (tenant, alert_id, integration_id, external_alert_id, severity, status, message, created_at, updated_at, "
      "picket_revision) VALUES (?, ?, ?, 'known', 's', 's', 'm', ?, ?, 1)",
      {f.sample.tenant, "00000000-0000-4000-8000-000000000001", f.sample.integration_id, "2026-01-01T00:00:00.000Z",
       "2026-01-01T00:00:00.000Z"});
  const OldImport done = f.run(links({old_link("c1", "100", true), old_link("c2", "100"), old_link("known", "300")}));
  CHECK(done.known == 1);
  CHECK(f.count("SELECT count(*) FROM tickets") == 1);
  CHECK(f.count("SELECT count(DISTINCT ticket_id) FROM rmm_alerts") == 1);
  CHECK(f.count("SELECT count(*) FROM rmm_alerts WHERE ticket_id IS NOT NULL") == 2);
  CHECK(f.remote_link("100").closed == false);
}

STORAGE_TEST_CASE(storage, "changes at the PSA are looked for since the old container last looked, a week at most") {
  const struct {
    std::optional<std::chrono::hours> checkpoint_before_now;
    std::chrono::hours since_before_now;
  } cases[] = {{5h, 6h}, {std::chrono::hours(1000), std::chrono::hours(168)}, {std::nullopt, std::chrono::hours(168)}, {-5h, 1h}};
  Fixture f(storage.db);
  for (const auto& c : cases) {
    f.db.execute("DELETE FROM picket_audit");
    f.db.execute("DELETE FROM picket_remote_cursors");
    OldLinks old;
    if (c.checkpoint_before_now) old.checkpoint = f.now - *c.checkpoint_before_now;
    f.run(old);
    CHECK((psa::read_remote_cursor(f.db, f.sample.tenant, "halopsa").value().changed_since == f.now - c.since_before_now));
  }
}

STORAGE_TEST_CASE(storage, "an import without a place for the tickets is refused") {
  Fixture f(storage.db);
  f.into.defaults.client_id.clear();
  CHECK_THROWS_AS(f.run(links({old_link("c1", "100")})), Error);
  CHECK_FALSE(is_imported(f.db, f.sample.tenant));
}
