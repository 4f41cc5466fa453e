// `picket serve` that runs on and on: what comes meanwhile, its health, its end, and two of them on one database.
#include <doctest/doctest.h>
#include <signal.h>

#include <set>

#include "tests/e2e/serving.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

std::string text_of(const json::object& o, const std::string& key) { return json::text_at(o, key).value_or(""); }

std::vector<std::string> all_cases(Bridge& bridge) {
  std::vector<std::string> ids;
  const json::value rows = bridge.vendor().show("/_sim/cases");
  for (const json::value& c : rows.as_array()) ids.push_back(text_of(c.as_object(), "_id"));
  return ids;
}

// One ticket for each case, and its one comment that tells of it.
void check_one_ticket_per_case(Bridge& bridge) {
  const std::vector<std::string> cases = all_cases(bridge);
  CHECK(bridge.tickets().size() == cases.size());
  for (const std::string& id : cases) {
    CAPTURE(id);
    CHECK(bridge.tickets_of(id).size() == 1);
    CHECK(count_containing(bridge.comments(id), "Opened for this case") == 1);
  }
}

}  // namespace

TEST_CASE("what people do reaches the other side without another command while health is answered") {
  Bridge bridge({.transport = Transport::tls, .vendor_options = {"--cases", "0", "--latency-ms", "60"}});
  const std::string id = bridge.add_case(R"("name":"First")");
  Serving serving(bridge);
  CHECK(serving.status() == "starting");
  const test::Answer pong = serving.get("/api/ping");
  CHECK(pong.code == 200);
  CHECK(pong.body == "pong");
  CHECK(pong.headers.at("content-type").starts_with("text/plain"));
  CHECK(serving.get("/api/health").headers.at("content-type").starts_with("application/json"));
  CHECK(serving.get("/").code == 404);
  CHECK(serving.get("/api/tickets").code == 404);
  CHECK(serving.becomes("ok"));

  CHECK(eventually([&] { return bridge.tickets_of(id).size() == 1; }));
  const std::string later = bridge.add_case(R"("name":"Later")");
  CHECK(eventually([&] { return bridge.tickets_of(later).size() == 1; }));
  bridge.analyst(id, R"("comment":"Isolate it.")");
  bridge.technician(id, R"("note":"We called the user.")");
  CHECK(eventually([&] { return count_containing(bridge.notes(id), "Isolate it.") == 1; }));
  CHECK(eventually([&] { return count_containing(bridge.comments(id), "We called the user.") == 1; }));
  bridge.technician(later, R"("close":true,"closure_note":"Reimaged.")");
  CHECK(eventually([&] { return text_of(bridge.a_case(later), "status") == "Resolved"; }));
  CHECK(serving.status() == "ok");
  const json::object health = serving.health();
  CHECK(text_of(health, "provider") == "stellar-cyber");
  CHECK(text_of(health, "desk") == "HaloPSA");
  CHECK(health.at("last_error").is_null());
  CHECK(health.at("last_cycle").is_object());
  const Output output = serving.end();
  CHECK(output.out.empty());
  CHECK(output.err.find("failed") == std::string::npos);
  check_one_ticket_per_case(bridge);
}

TEST_CASE("SIGTERM and SIGINT in the middle of a cycle finish the work in hand and leave nothing half done") {
  for (const int signal : {SIGTERM, SIGINT}) {
    CAPTURE(signal);
    Bridge bridge({.vendor_options = {"--cases", "25", "--days", "2", "--closed-percent", "0", "--latency-ms", "30"},
                   .halo_options = {"--latency-ms", "30"}});
    Serving serving(bridge);
    REQUIRE(eventually([&] { return bridge.tickets().size() >= 3; }));
    const auto begun = std::chrono::steady_clock::now();
    const Output output = serving.end(signal);
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds{10});
    INFO(output.err);
    CHECK(bridge.tickets().size() < 25);
    CHECK(output.err.find("the work in hand is done") != std::string::npos);
    // What was opened is known: nothing has to be looked up again.
    const json::object next = bridge.cycle();
    CHECK(json::integer_at(next.at("delivery").as_object(), "adopted") == 0);
    bridge.cycle();
    check_one_ticket_per_case(bridge);
  }
}

TEST_CASE("a side that does not answer keeps nobody from ending within 10 seconds") {
  Bridge bridge;
  bridge.add_case(R"("name":"Slow")");
  bridge.halo().fault(R"({"path":"/api/Tickets","method":"POST","kind":"slow","delay_ms":60000,"times":1})");
  Serving serving(bridge);
  REQUIRE(eventually([&] { return bridge.tickets().size() == 1; }));
  serving.end();
  bridge.forget_waits();
  bridge.cycle();
  check_one_ticket_per_case(bridge);
}

TEST_CASE("two of them on one database never work at the same time") {
  Bridge bridge({.vendor_options = {"--cases", "15", "--days", "2", "--closed-percent", "0", "--latency-ms", "5"},
                 .halo_options = {"--latency-ms", "20"}});
  Serving first(bridge);
  Serving second(bridge);
  CHECK(eventually([&] { return bridge.tickets().size() >= 15; }));
  const std::vector<std::string> cases = all_cases(bridge);
  for (const std::string& id : {cases[0], cases[1], cases[2]}) {
    bridge.technician(id, R"("note":"Technician's words.")");
    bridge.analyst(id, R"("comment":"Analyst's words.")");
  }
  for (const std::string& id : {cases[0], cases[1], cases[2]}) {
    CHECK(eventually([&] { return count_containing(bridge.comments(id), "Technician's words.") > 0; }));
    CHECK(eventually([&] { return count_containing(bridge.notes(id), "Analyst's words.") > 0; }));
  }
  std::this_thread::sleep_for(std::chrono::seconds{1});
  CHECK(first.status() == "ok");
  CHECK(second.status() == "ok");
  first.end();
  const std::string last = bridge.add_case(R"("name":"The other one goes on")");
  CHECK(eventually([&] { return bridge.comments(last).size() == 1; }));
  second.end();
  check_one_ticket_per_case(bridge);
  for (const std::string& id : {cases[0], cases[1], cases[2]}) {
    CHECK(bridge.comments(id).size() == 3);
    CHECK(bridge.notes(id).size() == 2);
  }
  CHECK(json::integer_at(bridge.halo().show("/_sim/state").as_object(), "collisions") == 0);
}

TEST_CASE("a port that is taken is told") {
  Bridge bridge;
  Serving first(bridge);
  bridge.keys()["PORT"] = first.port();
  bridge.keys()["SQLITE_FILENAME"] = (bridge.folder() / "other.db").string();
  const Output refused = bridge.run({"serve"});
  INFO(refused.err);
  CHECK(refused.exit_code != 0);
  CHECK(refused.exit_code < 100);
  CHECK(refused.err.find("PORT") != std::string::npos);
  CHECK(refused.err.find(first.port()) != std::string::npos);
}
