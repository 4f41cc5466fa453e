// A pair of the first provider, against a vendor on a loopback server, and a PSA in memory.
#include "host-sim/serve/pair_cycle.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <mutex>

#include "host-sim/migration/old_database.hpp"
#include "host-sim/migration/old_import.hpp"
#include "host-sim/store/connections.hpp"
#include "picket/error.hpp"
#include "sdk/common/time_text.hpp"
#include "tests/host-sim/migration/old_container.hpp"
#include "tests/host-sim/psa/fake_psa.hpp"
#include "tests/support/collected_log.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/support/postgres/storages.hpp"

using namespace picket;
using namespace picket::serve;
using namespace std::chrono_literals;
using test::Fault;

namespace {

bool directory_is_away = false;

// A pair owns its PSA; the test keeps the PSA.
class Borrowed final : public psa::Psa {
 public:
  explicit Borrowed(psa::Psa& psa) : psa_(psa) {}
  std::string name() const override { return psa_.name(); }
  std::string id() const override { return psa_.id(); }
  psa::RemoteDirectory directory(const host::Call& c) override {
    if (directory_is_away) throw Error(Status::unavailable, "FakePSA is away");
    return psa_.directory(c);
  }
  void create(const host::Call& c, std::span<const psa::NewRemoteTicket> t, const psa::CreationListener& listener) override {
    psa_.create(c, t, listener);
  }
  std::optional<psa::RemoteTicket> find_ticket(const host::Call& c, const std::string& token, const std::string& title,
                                               std::optional<Time> since) override {
    return psa_.find_ticket(c, token, title, since);
  }
  std::vector<psa::Reply<std::string>> add_notes(const host::Call& c, std::span<const psa::NewRemoteNote> n) override {
    return psa_.add_notes(c, n);
  }
  std::vector<psa::Reply<psa::RemoteTicket>> update(const host::Call& c, std::span<const psa::RemoteUpdate> u) override {
    return psa_.update(c, u);
  }
  Time changed_since(const host::Call& c, Time since, const std::function<void(const psa::RemoteTicket&)>& visit) override {
    return psa_.changed_since(c, since, visit);
  }
  std::vector<psa::Reply<psa::RemoteTicket>> tickets(const host::Call& c, std::span<const std::string> ids) override {
    return psa_.tickets(c, ids);
  }
  std::vector<psa::Reply<std::vector<psa::RemoteNote>>> notes(const host::Call& c, std::span<const std::string> ids) override {
    return psa_.notes(c, ids);
  }
  std::string digest_of_body(const std::string& markdown, const std::string& token) const override {
    return psa_.digest_of_body(markdown, token);
  }
  std::uint64_t requests_sent() const override { return psa_.requests_sent(); }

 private:
  psa::Psa& psa_;
};

test::FakePsa* psa_of_the_test = nullptr;

std::vector<psa::Problem> no_problems(const psa::PsaEnvironment&) { return {}; }
std::unique_ptr<psa::Psa> borrow(const psa::PsaEnvironment&, host::Clock&, host::Log&) {
  return std::make_unique<Borrowed>(*psa_of_the_test);
}
constexpr psa::PsaKind kind{"fakepsa", "FakePSA", {}, no_problems, borrow};

struct Fixture {
  Fixture() {
    psa_of_the_test = &psa;
    directory_is_away = false;
    configuration.has_pair = true;
    configuration.manifest = &context.registry().find("huntress").manifest;
    configuration.psa = &kind;
    configuration.psa_address = "https://psa.example";
    configuration.base_url = server.origin();
    configuration.secrets = {{"api_key", "key-of-the-test"}, {"api_secret", "secret-of-the-test"}};
    configuration.runtime.sqlite_filename = (folder.path() / "sqlite.db").string();
    start();
  }
  void start() {
    context.make_db();
    pair = std::make_unique<PairCycle>(context, configuration);
  }

  operations::HostOptions options() const {
    operations::HostOptions o;
    o.data = folder.path() / "data";
    o.database_url = "sqlite:" + (folder.path() / "sqlite.db").string();
    o.manifests = PICKET_MANIFESTS;
    o.plugins = PICKET_PLUGINS;
    o.grace = 1s;
    return o;
  }
  void incident(int id) {
    const std::lock_guard lock(mutex);
    const std::string at = format_time(context.now());
    incidents += (incidents.empty() ? "" : ",") + std::string(R"({"id":)") + std::to_string(id) +
                 R"(,"status":"sent","severity":"high","subject":"Incident )" + std::to_string(id) +
                 R"(","body":"text","organization_id":1,"sent_at":")" + at + R"(","updated_at":")" + at + "\"}";
  }
  test::LoopbackReply reply(const test::LoopbackRequest& request) {
    const std::lock_guard lock(mutex);
    if (code != 200) return test::loopback_reply(code, "{}");
    std::string body = R"({"account":{"id":1,"name":"Acme MSP","subdomain":"acme"}})";
    if (request.target.starts_with("/v1/organizations"))
      body = R"({"organizations":[{"id":1,"name":"Globex"}],"pagination":{}})";
    else if (request.target.starts_with("/v1/incident_reports"))
      body = R"({"incident_reports":[)" + incidents + R"(],"pagination":{}})";
    else if (request.target.starts_with("/v1/agents"))
      body = R"({"agents":[],"pagination":{}})";
    return test::loopback_reply(200, body, "Content-Type: application/json\r\n");
  }
  void answer_with(int http_code) {
    const std::lock_guard lock(mutex);
    code = http_code;
  }
  void psa_is_away(bool away) {
    directory_is_away = away;
    psa.fail_all(away ? Fault::not_done : Fault::none);
  }
  std::string errors(const CycleReport& r) const {
    std::string all;
    for (const StepError& e : r.errors) all += e.step + ": " + e.message + "\n";
    return all;
  }
  std::string setting(const std::string& key) {
    const auto connection =
        store::find_connection(context.db(), context.db().query<1>("SELECT tenant FROM tenants")[0][0].value(), "huntress");
    const json::value* value = connection->settings.if_contains(key);
    return value == nullptr ? "" : json::to_string(*value);
  }

  test::TemporaryFolder folder;
  test::CollectedLog log;
  std::atomic<bool> cancel{false};
  std::mutex mutex;
  std::string incidents;
  int code = 200;
  host::SimulatedClock clock{host::SystemClock().now()};
  test::FakePsa psa{clock};
  test::LoopbackServer server{[this](const test::LoopbackRequest& r) { return reply(r); }};
  operations::HostContext context{options(), log, cancel};
  config::Configuration configuration;
  std::unique_ptr<PairCycle> pair;
};

}  // namespace

TEST_CASE("a pair from nothing: settings, organizations, ticket") {
  Fixture f;
  f.incident(1);
  const CycleReport first = f.pair->run();
  CAPTURE(f.errors(first));
  CHECK_FALSE(first.failed());
  CHECK_FALSE(first.failed_in_part());
  REQUIRE(first.poll);
  CHECK(first.poll->report.created == 1);
  CHECK(first.delivery.tickets == 1);
  REQUIRE(first.organizations);
  CHECK(first.organizations->auto_matched.size() == 1);
  CHECK(first.vendor_requests > 0);
  CHECK(first.psa_requests > 0);
  CHECK(f.psa.only().made_of.client_id == "c2");  // Globex, by its name
  CHECK(f.psa.only().made_of.priority_id == "p3");
  CHECK(f.setting("accountSubdomain") == "\"acme\"");

  const CycleReport second = f.pair->run();
  CHECK_FALSE(second.failed());
  CHECK_FALSE(second.did_something());
  CHECK_FALSE(second.organizations);  // once an hour
  CHECK(second.vendor_requests <= 2);
  CHECK(f.psa.all.size() == 1);
  CHECK(f.pair->queues().outbox->waiting == 0);

  f.start();  // another process
  const CycleReport third = f.pair->run();
  CHECK_FALSE(third.failed());
  CHECK(f.psa.all.size() == 1);
}

TEST_CASE("organizations are not matched where that is not wanted") {
  Fixture f;
  f.incident(1);
  f.configuration.runtime.match_tenants = false;
  f.pair->run();
  CHECK(f.psa.only().made_of.client_id == "c1");
}

TEST_CASE("a PSA that is away at the first start stops nothing for ever") {
  Fixture f;
  f.incident(1);
  f.psa_is_away(true);
  for (int i = 0; i < 2; ++i) {
    const CycleReport away = f.pair->run();
    CHECK(away.failed());
    CHECK(f.errors(away).starts_with("reading FakePSA's directory: "));
    CHECK_FALSE(away.poll);
  }
  f.psa_is_away(false);
  const CycleReport back = f.pair->run();
  CAPTURE(f.errors(back));
  CHECK_FALSE(back.failed());
  CHECK(f.psa.all.size() == 1);
}

TEST_CASE("while the PSA is away findings are polled, and delivered when it is back") {
  Fixture f;
  f.pair->run();
  f.incident(1);
  f.psa_is_away(true);
  const CycleReport away = f.pair->run();
  CHECK(away.failed());
  REQUIRE(away.poll);
  CHECK(away.poll->report.created == 1);
  CHECK(f.pair->queues().outbox->waiting > 0);
  f.start();
  f.psa_is_away(false);
  f.context.db().execute("UPDATE picket_outbox SET next_attempt_at = NULL");
  const CycleReport back = f.pair->run();
  CAPTURE(f.errors(back));
  CHECK_FALSE(back.failed());
  CHECK(f.psa.all.size() == 1);
}

TEST_CASE("a vendor that refuses the credentials is reported, and the PSA goes on") {
  Fixture f;
  f.answer_with(401);
  CycleReport refused = f.pair->run();
  REQUIRE(refused.failed());
  CHECK(refused.errors[0].step == "checking the credentials of Huntress");
  CHECK(refused.errors[0].is_misconfiguration);
  CHECK_FALSE(refused.poll);
  f.answer_with(200);
  CHECK_FALSE(f.pair->run().failed());
  f.answer_with(401);
  refused = f.pair->run();
  REQUIRE(refused.failed());
  CHECK(refused.errors[0].step == "reading Huntress");
  CHECK(f.psa.calls["changed_since"] >= 2);
}

TEST_CASE("the end that is asked for is no failure") {
  Fixture f;
  f.incident(1);
  f.cancel = true;
  const CycleReport r = f.pair->run();
  CHECK_FALSE(r.failed());
  CHECK(f.psa.all.empty());
}

TEST_CASE("another PSA needs another instance") {
  Fixture f;
  f.configuration.psa_address = "https://other.example";
  CHECK_THROWS_AS(f.start(), Error);
  f.configuration.runtime.psa_moved = true;
  f.start();
  f.configuration.runtime.psa_moved = false;
  f.start();
  f.configuration.psa_address = "https://psa.example";
  CHECK_THROWS_AS(f.start(), Error);
  f.configuration.runtime.instance_key = "second";
  f.start();
}

TEST_CASE("the old container's links are taken over before the first poll, however often that has to be tried") {
  Fixture f;
  f.configuration.replaces_old_container = true;
  {
    test::OldContainer old(migration::set_aside_name(f.configuration.runtime.sqlite_filename));
    old.ticket("1", "100");
    old.ticket("7", "700", true);
  }
  for (const char* id : {"100", "700"}) {
    test::FakePsa::Ticket& ticket = f.psa.all[id];
    ticket.row.id = id;
    ticket.made_of.title = "Of the old container";
  }
  f.incident(1);
  f.incident(2);
  f.psa_is_away(true);
  CHECK_FALSE(f.pair->run().poll);
  f.psa_is_away(false);
  f.start();
  const CycleReport r = f.pair->run();
  CAPTURE(f.errors(r));
  CHECK(r.poll->report.created == 1);
  CHECK(f.psa.all.size() == 3);
  for (const auto& [id, ticket] : f.psa.all)
    if (id != "100" && id != "700") CHECK(ticket.made_of.title.find("Incident 2") != std::string::npos);
  CHECK(migration::is_imported(f.context.db(), f.context.db().query<1>("SELECT tenant FROM tenants")[0][0].value()));
}
