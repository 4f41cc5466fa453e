// `picket serve` that runs on and on: what comes meanwhile, its health, its end, and two of them on one database.
#include <doctest/doctest.h>
#include <signal.h>

#include <set>

#include "tests/e2e/serving.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

// One ticket for each case, and one comment on the case that names it.
void check_one_ticket_per_case(SyncedPair& sync) {
  const std::vector<std::string> cases = sync.case_ids();
  CHECK(sync.tickets().size() == cases.size());
  for (const std::string& id : cases) {
    CAPTURE(id);
    CHECK(sync.tickets_of(id).size() == 1);
    CHECK(count_containing(sync.comments(id), "Opened for this case") == 1);
  }
}

}  // namespace

TEST_CASE("what technicians and analysts do reaches the other side without another command while health is answered") {
  SyncedPair sync({.transport = Transport::tls, .vendor_options = {"--cases", "0", "--latency-ms", "60"}});
  const std::string id = sync.add_case(R"("name":"First")");
  Serving serving(sync);
  CHECK(serving.status() == "starting");
  const test::Answer pong = serving.get("/api/ping");
  CHECK(pong.code == 200);
  CHECK(pong.body == "pong");
  CHECK(pong.headers.at("content-type").starts_with("text/plain"));
  CHECK(serving.get("/api/health").headers.at("content-type").starts_with("application/json"));
  CHECK(serving.get("/").code == 404);
  CHECK(serving.get("/api/tickets").code == 404);
  CHECK(serving.becomes("ok"));

  CHECK(eventually([&] { return sync.tickets_of(id).size() == 1; }));
  const std::string later = sync.add_case(R"("name":"Later")");
  CHECK(eventually([&] { return sync.tickets_of(later).size() == 1; }));
  sync.analyst(id, R"("comment":"Isolate it.")");
  sync.technician(id, R"("note":"We called the user.")");
  CHECK(eventually([&] { return count_containing(sync.notes(id), "Isolate it.") == 1; }));
  CHECK(eventually([&] { return count_containing(sync.comments(id), "We called the user.") == 1; }));
  sync.technician(later, R"("close":true,"closure_note":"Reimaged.")");
  CHECK(eventually([&] { return text_at(sync.a_case(later), "status") == "Resolved"; }));
  CHECK(serving.becomes("ok"));
  const json::object health = serving.health();
  CHECK(text_at(health, "provider") == "stellar-cyber");
  CHECK(text_at(health, "desk") == "HaloPSA");
  CHECK(health.at("last_error").is_null());
  CHECK(health.at("last_cycle").is_object());
  const Output output = serving.end();
  CHECK(output.out.empty());
  CHECK(output.err.find("failed") == std::string::npos);
  check_one_ticket_per_case(sync);
}

TEST_CASE("SIGTERM and SIGINT in the middle of a cycle finish the work in hand and leave nothing half done") {
  for (const int signal : {SIGTERM, SIGINT}) {
    CAPTURE(signal);
    SyncedPair sync(
        {.vendor_options = words("--cases 25 --days 2 --closed-percent 0 --latency-ms 30"), .halo_options = {"--latency-ms", "30"}});
    Serving serving(sync);
    REQUIRE(eventually([&] { return sync.tickets().size() >= 3; }));
    const auto begun = std::chrono::steady_clock::now();
    const Output output = serving.end(signal);
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds{10});
    INFO(output.err);
    CHECK(sync.tickets().size() < 25);
    CHECK(output.err.find("the work in hand is done") != std::string::npos);
    // What was opened is known: nothing has to be looked up again.
    const json::object next = sync.cycle();
    CHECK(json::integer_at(next.at("delivery").as_object(), "adopted") == 0);
    sync.cycle();
    check_one_ticket_per_case(sync);
  }
}

TEST_CASE("a side that does not answer keeps nobody from ending within 10 seconds") {
  SyncedPair sync;
  sync.add_case(R"("name":"Slow")");
  sync.halo().fault(R"({"path":"/api/Tickets","method":"POST","kind":"slow","delay_ms":60000,"times":1})");
  Serving serving(sync);
  REQUIRE(eventually([&] { return sync.tickets().size() == 1; }));
  serving.end();
  sync.forget_waits();
  sync.cycle();
  check_one_ticket_per_case(sync);
}

TEST_CASE("two of them on one database never work at the same time") {
  SyncedPair sync(
      {.vendor_options = words("--cases 15 --days 2 --closed-percent 0 --latency-ms 5"), .halo_options = {"--latency-ms", "20"}});
  Serving first(sync);
  Serving second(sync);
  CHECK(eventually([&] { return sync.tickets().size() >= 15; }));
  const std::vector<std::string> cases = sync.case_ids();
  for (const std::string& id : {cases[0], cases[1], cases[2]}) {
    sync.technician(id, R"("note":"Technician's words.")");
    sync.analyst(id, R"("comment":"Analyst's words.")");
  }
  for (const std::string& id : {cases[0], cases[1], cases[2]}) {
    CHECK(eventually([&] { return count_containing(sync.comments(id), "Technician's words.") > 0; }));
    CHECK(eventually([&] { return count_containing(sync.notes(id), "Analyst's words.") > 0; }));
  }
  std::this_thread::sleep_for(std::chrono::seconds{1});
  CHECK(first.becomes("ok"));
  CHECK(second.becomes("ok"));
  first.end();
  const std::string last = sync.add_case(R"("name":"The other one goes on")");
  CHECK(eventually([&] { return sync.comments(last).size() == 1; }));
  second.end();
  check_one_ticket_per_case(sync);
  for (const std::string& id : {cases[0], cases[1], cases[2]}) {
    CHECK(sync.comments(id).size() == 3);
    CHECK(sync.notes(id).size() == 2);
  }
  CHECK(json::integer_at(sync.halo().show("/_sim/state").as_object(), "collisions") == 0);
}

TEST_CASE("a port that is taken is named") {
  SyncedPair sync;
  Serving first(sync);
  sync.keys()["PORT"] = first.port();
  sync.keys()["SQLITE_FILENAME"] = (sync.folder() / "other.db").string();
  const Output refused = sync.run({"serve"});
  INFO(refused.err);
  CHECK(refused.exit_code != 0);
  CHECK(refused.exit_code < 100);
  CHECK(refused.err.find("PORT") != std::string::npos);
  CHECK(refused.err.find(first.port()) != std::string::npos);
}
