#include "host-sim/store/leases.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host-sim/store/process_identity.hpp"
#include "tests/support/postgres/storages.hpp"

using namespace picket;
using namespace picket::store;
using namespace std::chrono_literals;

STORAGE_TEST_CASE(s, "one process holds the lease, another learns which; then it is free") {
  host::SimulatedClock clock(test::test_start());
  const auto [tenant, id] = test::make_sample_tenant(s.db);
  Database other(s.url);
  {
    Lease lease(s.db, clock, tenant, id);
    CHECK(lease_holder(other, clock, tenant, id)->since == test::test_start());
    try {
      Lease second(other, clock, tenant, id, "a sync of the organizations");
      FAIL("two hold the lease");
    } catch (const Error& e) {
      CHECK(e.status() == Status::conflict);
      CHECK(std::string(e.what()).find("process " + std::to_string(getpid()) + ", since 2026-06-09 14:00 UTC") != std::string::npos);
      CHECK(std::string(e.what()).starts_with("a poll is already running ("));
      const LeaseAttempt attempt = try_lease(other, clock, tenant, id, "a sync of the organizations");
      CHECK(attempt.lease == nullptr);
      CHECK(attempt.busy == e.what());
    }
  }
  CHECK_FALSE(lease_holder(other, clock, tenant, id));
  const LeaseAttempt third = try_lease(other, clock, tenant, id, "a sync of the organizations");
  REQUIRE(third.lease != nullptr);
  CHECK(lease_holder(other, clock, tenant, id)->purpose == "a sync of the organizations");
}

STORAGE_TEST_CASE(s, "an expired lease is taken over, and its old holder can write no more") {
  host::SimulatedClock clock(test::test_start());
  const auto [tenant, id] = test::make_sample_tenant(s.db);
  Lease old(s.db, clock, tenant, id);
  clock.advance(100s);
  CHECK(old.touch());
  clock.advance(100s);
  Database other(s.url);
  CHECK_THROWS_AS(Lease(other, clock, tenant, id), Error);  // it was renewed
  clock.advance(21s);
  CHECK_FALSE(lease_holder(other, clock, tenant, id));
  Lease taken(other, clock, tenant, id);
  CHECK_THROWS_WITH_AS(FencedTransaction(s.db, &old), "lost the lease: another process has taken over the work on this connection", Error);
  CHECK_FALSE(s.db.in_transaction());
  FencedTransaction(other, &taken).commit();
  old.release();  // does not take it from the new holder
  CHECK(lease_holder(other, clock, tenant, id));
}

STORAGE_TEST_CASE(s, "touching a lease often renews it: rarely written, never within a transaction, and a lost one is reported") {
  host::SimulatedClock clock(test::test_start());
  const auto [tenant, id] = test::make_sample_tenant(s.db);
  Database other(s.url);
  Lease lease(s.db, clock, tenant, id);
  int statements = 0;
  s.db.set_statement_hook([&](std::string_view) { ++statements; });
  for (int i = 0; i < 240; ++i) {  // a slow page: twice the time to live
    clock.advance(1s);
    CHECK(lease.touch());
  }
  CHECK(statements == 8);
  clock.advance(60s);
  {
    Transaction t(s.db);
    statements = 0;
    CHECK(lease.touch());
    CHECK(statements == 0);
  }
  s.db.set_statement_hook([&](std::string_view) {
    ++statements;
    throw Error(Status::unavailable, "locked");
  });
  CHECK(lease.touch());
  CHECK(lease.touch());
  CHECK(statements == 1);  // tried again later, not at once
  s.db.set_statement_hook({});
  clock.advance(61s);
  Lease taken(other, clock, tenant, id);
  CHECK_FALSE(lease.touch());
  CHECK(lease.is_lost());
  CHECK_FALSE(lease.touch());
  CHECK(taken.touch());
}

STORAGE_TEST_CASE(s, "a lease that was revoked lets its holder write no more") {
  host::SimulatedClock clock(test::test_start());
  const auto [tenant, id] = test::make_sample_tenant(s.db);
  Lease lease(s.db, clock, tenant, id);
  Database other(s.url);
  revoke_lease(other, tenant, id);
  CHECK_FALSE(lease_holder(other, clock, tenant, id));
  Transaction t(s.db);
  CHECK_THROWS_AS(lease.fence(s.db), Error);
}

STORAGE_TEST_CASE(s, "the lease of a process that ended is taken over at once") {
  host::SimulatedClock clock(test::test_start());
  const auto [tenant, id] = test::make_sample_tenant(s.db);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    try {
      Database db(s.url);
      new Lease(db, clock, tenant, id);
      _exit(0);  // without releasing it
    } catch (...) {
      _exit(1);
    }
  }
  int result = -1;
  REQUIRE(waitpid(child, &result, 0) == child);
  REQUIRE(result == 0);
  CHECK_FALSE(lease_holder(s.db, clock, tenant, id));
  Lease lease(s.db, clock, tenant, id);
  CHECK(lease_holder(s.db, clock, tenant, id));
}

TEST_CASE("processes are distinguished") {
  const auto self = ProcessIdentity::of_this_process();
  CHECK(ProcessIdentity::parse(self.to_text()) == self);
  CHECK_FALSE(has_ended(self));
  auto later = self;
  later.started = "1";
  CHECK(has_ended(later));
  later.host = "elsewhere";
  CHECK_FALSE(has_ended(later));
  later = self;
  later.started = "1";
  later.boot = "another";
  CHECK_FALSE(has_ended(later));
  CHECK_FALSE(ProcessIdentity::parse("a|b|c|d"));
  CHECK_FALSE(ProcessIdentity::parse(""));
}
