#include "host-sim/operations/poll.hpp"

#include <doctest/doctest.h>

#include <atomic>

#include "host-sim/operations/organizations.hpp"
#include "host-sim/operations/settings.hpp"
#include "host-sim/store/connections.hpp"
#include "tests/support/collected_log.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/support/postgres/storages.hpp"

using namespace picket;
using namespace picket::operations;

namespace {

// A connection whose vendor has nothing; `meanwhile` runs while the first request of a poll is answered.
struct Fixture {
  Fixture() : context(options(), log, cancel) {
    sample = test::make_sample_tenant(context.make_db());
    store::upsert_connection(context.db(), sample.tenant, "huntress", server.origin(), {}, test::test_start());
    context.make_vault().put(sample.tenant, "huntress_api_key", "key-of-the-test");
    context.vault().put(sample.tenant, "huntress_api_secret", "secret-of-the-test");
    set_settings(context, find_target(context, "huntress", sample.tenant),
                 {{"boardId", "Security"},
                  {"fallbackBoardId", "Triage"},
                  {"fallbackClientId", "Fallback"},
                  {"severityPriorityMap.critical", "Critical"},
                  {"severityPriorityMap.high", "High"},
                  {"severityPriorityMap.low", "Medium"}});
  }
  HostOptions options() const {
    HostOptions o;
    o.data = folder.path() / "data";
    o.manifests = PICKET_MANIFESTS;
    o.plugins = PICKET_PLUGINS;
    return o;
  }
  test::LoopbackReply reply() {
    if (meanwhile) std::exchange(meanwhile, {})();
    return test::loopback_reply(200, R"({"incident_reports": [], "organizations": [], "pagination": {}})",
                                "Content-Type: application/json\r\n");
  }
  store::Connection connection() { return find_target(context, "huntress", sample.tenant).connection; }
  PollResult poll() { return operations::poll(context, "huntress", sample.tenant, {}); }

  test::TemporaryFolder folder;
  test::CollectedLog log;
  std::atomic<bool> cancel{false};
  std::function<void()> meanwhile;
  test::LoopbackServer server{[this](const test::LoopbackRequest&) { return reply(); }};
  HostContext context;
  test::SampleTenant sample;
};

}  // namespace

TEST_CASE("a sweep request is carried out once, one that comes meanwhile is kept") {
  Fixture f;
  CHECK(f.connection().sweep_requested_at);  // the settings were changed
  f.meanwhile = [&] {
    store::Database other("sqlite:" + (f.folder.path() / "data" / "picket.db").string());
    store::request_sweep(other, f.sample.tenant, f.sample.integration_id, f.context.now());
  };
  const PollResult first = f.poll();
  CHECK(first.error == "");
  CHECK(f.connection().sweep_requested_at);
  CHECK(f.poll().state == PollState::completed);
  CHECK_FALSE(f.connection().sweep_requested_at);
  CHECK(f.connection().sync_status == "completed");
}

TEST_CASE("who loses the lease writes no state, and leaves the request for a sweep") {
  Fixture f;
  f.meanwhile = [&] {
    store::Database other("sqlite:" + (f.folder.path() / "data" / "picket.db").string());
    other.execute("UPDATE picket_leases SET holder = 'another'");
  };
  const PollResult lost = f.poll();
  CHECK(lost.state == PollState::error);
  CHECK(lost.error.find("lost the lease") != std::string::npos);
  CHECK(f.connection().sync_status == "syncing");
  CHECK(f.connection().sync_error.empty());
  CHECK_FALSE(f.connection().last_incremental_sync_at);
  CHECK(f.connection().sweep_requested_at);
  const PollResult second = f.poll();
  CHECK(second.state == PollState::skipped);
  CHECK(second.skipped_reason.find("a poll is already running (another, since") != std::string::npos);
}

TEST_CASE("reading the organizations leaves the state of the polls alone") {
  Fixture f;
  f.meanwhile = [&] {
    store::Database other("sqlite:" + (f.folder.path() / "data" / "picket.db").string());
    store::set_sync_state(other, f.sample.tenant, f.sample.integration_id, {"error", "written meanwhile"}, f.context.now());
  };
  sync_organizations(f.context, find_target(f.context, "huntress", f.sample.tenant));
  CHECK(f.connection().sync_status == "error");
  CHECK(f.connection().sync_error == "written meanwhile");
  CHECK(f.connection().last_full_sync_at);
}
