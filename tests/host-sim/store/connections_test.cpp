#include "host-sim/store/connections.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "sdk/common/json.hpp"
#include "tests/support/postgres/storages.hpp"

using namespace picket;
using namespace picket::store;
using namespace std::chrono_literals;

STORAGE_TEST_CASE(s, "connecting again keeps the id, the settings and the history") {
  const auto sample = test::make_sample_tenant(s.db);
  const auto& [tenant, id] = sample;
  update_settings(s.db, tenant, id, test::test_start(), [](auto& settings) { settings["boardId"] = "x"; });
  set_sync_state(s.db, tenant, id, {"error", "the key was refused"}, test::test_start());
  deactivate_connection(s.db, tenant, id, test::test_start());
  CHECK_FALSE(find_connection(s.db, tenant, "huntress")->is_active);
  const auto again =
      upsert_connection(s.db, tenant, "huntress", "https://other.example", {{"accountName", "Other"}}, test::test_start() + 1h);
  CHECK(again.integration_id == id);
  CHECK(again.is_active);
  CHECK(again.sync_error.empty());
  CHECK(again.sync_status == "never");
  CHECK(again.instance_url == "https://other.example");
  CHECK(again.connected_at == test::test_start() + 1h);
  CHECK(again.settings == boost::json::object{{"accountName", "Other"}, {"boardId", "x"}});
  CHECK(list_connections(s.db).size() == 1);
  CHECK(list_connections(s.db, tenant, "stellar-cyber").empty());
  CHECK_FALSE(find_connection(s.db, tenant, "stellar-cyber"));
}

STORAGE_TEST_CASE(s, "sync state and sweep request") {
  const auto [tenant, id] = test::make_sample_tenant(s.db);
  set_sync_state(s.db, tenant, id, {"completed", "", test::test_start() + 1h}, test::test_start());
  set_sync_state(s.db, tenant, id, {"error", "no network"}, test::test_start());
  set_full_sync(s.db, tenant, id, test::test_start() + 2h);
  request_sweep(s.db, tenant, id, test::test_start());
  const auto c = *find_connection(s.db, tenant, "huntress");
  CHECK(c.sync_status == "error");
  CHECK(c.sync_error == "no network");
  CHECK(c.last_incremental_sync_at == test::test_start() + 1h);
  CHECK(c.last_full_sync_at == test::test_start() + 2h);
  CHECK(c.last_sync_at == test::test_start() + 2h);
  CHECK(c.sweep_requested_at == test::test_start());
  CHECK_THROWS_AS(request_sweep(s.db, tenant, tenant, test::test_start()), Error);
}

STORAGE_TEST_CASE(s, "a request for a sweep that comes while one is carried out is not lost") {
  const auto sample = test::make_sample_tenant(s.db);
  const auto requested = [&] { return find_connection(s.db, sample.tenant, "huntress")->sweep_requested_at; };
  request_sweep(s.db, sample.tenant, sample.integration_id, test::test_start());
  const Time seen = *requested();
  request_sweep(s.db, sample.tenant, sample.integration_id, test::test_start() + 1ms);
  clear_sweep_request(s.db, sample.tenant, sample.integration_id, seen);
  CHECK(requested() == test::test_start() + 1ms);
  clear_sweep_request(s.db, sample.tenant, sample.integration_id, *requested());
  CHECK_FALSE(requested());
}

STORAGE_TEST_CASE(s, "changes of the settings at the same time are not lost") {
  const auto sample = test::make_sample_tenant(s.db);
  const auto change = [&](const char* member) {
    Database db(s.url);
    for (int i = 0; i < 40; ++i)
      update_settings(db, sample.tenant, sample.integration_id, test::test_start(), [&](auto& settings) {
        settings[member] = json::integer_at(settings, member).value_or(0) + 1;
        settings["both"] = json::integer_at(settings, "both").value_or(0) + 1;
      });
  };
  std::thread one(change, "one");
  std::thread two(change, "two");
  one.join();
  two.join();
  const auto settings = find_connection(s.db, sample.tenant, "huntress")->settings;
  CHECK(json::integer_at(settings, "one") == 40);
  CHECK(json::integer_at(settings, "two") == 40);
  CHECK(json::integer_at(settings, "both") == 80);
  CHECK_THROWS_AS(update_settings(s.db, sample.tenant, sample.integration_id, test::test_start(),
                                  [](auto& changed) {
                                    changed.clear();
                                    throw Error(Status::invalid, "no");
                                  }),
                  Error);
  CHECK(find_connection(s.db, sample.tenant, "huntress")->settings == settings);
}
