#include <doctest/doctest.h>

#include "host-sim/sim/stellar-cyber/scenario.hpp"
#include "tests/host-sim/sim/stellar_cyber_account.hpp"

using namespace picket;
using namespace picket::test;
using namespace std::chrono_literals;

namespace {

std::string error_of(const std::string& text) {
  sim::stellar_cyber::Data data;
  sim::stellar_cyber::Events events;
  try {
    sim::stellar_cyber::load_scenario(text, "test.json", data, events, stellar_start());
  } catch (const Error& e) {
    CHECK(e.status() == Status::invalid);
    return e.what();
  }
  return "(none)";
}

}  // namespace

TEST_CASE("stellar cyber: errors in a scenario name the file and the field and what is expected") {
  CHECK(error_of("{}") == "(none)");
  CHECK(error_of("{").starts_with("scenario test.json: "));
  CHECK(error_of("[]") == "scenario test.json: the document: expected an object");
  CHECK(error_of(R"({"case":[]})") == "scenario test.json: case: expected one of quirks users tenants cases events (did you mean cases?)");
  CHECK(error_of(R"({"cases":{}})") == "scenario test.json: cases: expected a list of objects");
  CHECK(error_of(R"({"cases":[{},3]})") == "scenario test.json: cases[1]: expected an object");
  CHECK(error_of(R"({"cases":[{"_id":"a"},{"_id":"a"}]})") ==
        "scenario test.json: cases[1]._id: expected a case of its own, a is there twice");
  CHECK(error_of(R"({"cases":[{"comments":[{"created_at":"-1 h"}]}]})")
            .starts_with("scenario test.json: cases[0].comments[0].created_at: expected milliseconds"));
  CHECK(error_of(R"({"users":[{"email":"a@example.com"}]})") == "scenario test.json: users[0].user_id: expected a text");
  CHECK(error_of(R"({"users":[{"user_id":"a","name":"A"}]})").starts_with("scenario test.json: users[0].name: expected one of"));
  CHECK(error_of(R"({"tenants":[{"cust_id":"a"}]})") == "scenario test.json: tenants[0].tenant_name: expected a text");
  CHECK(error_of(R"({"quirks":{"limit_max":"x"}})").starts_with("scenario test.json: quirks.limit_max: expected a whole number"));
  CHECK(error_of(R"({"events":[{"case":{}}]})") == "scenario test.json: events[0]: expected either after_seconds or after_requests");
  CHECK(error_of(R"({"events":[{"after_seconds":1}]})") == "scenario test.json: events[0]: expected either case or person");
  CHECK(error_of(R"({"events":[{"after_seconds":1,"case":3}]})") == "scenario test.json: events[0].case: expected an object");
  CHECK(error_of(R"({"events":[{"after_seconds":1,"case":{"closed":"-x"}}]})").find("events[0].case.closed: expected") !=
        std::string::npos);
  CHECK(error_of(R"({"events":[{"after_seconds":1,"person":{"case":1,"user":"a","severity":"x"}}]})") ==
        "scenario test.json: events[0].person.severity: expected one of Critical, High, Medium, Low");
  CHECK(error_of(R"({"events":[{"after_seconds":1,"persn":{}}]})").find("did you mean person?") != std::string::npos);
}

TEST_CASE("stellar cyber: users and tenants and quirks of a scenario") {
  StellarAccount account(
      {.scenario = R"({"quirks":{"limit_max":1},"users":[{"user_id":"u-1","email":"m@example.com","display_name":"Mira"}],
    "tenants":[{"cust_id":"t-1","tenant_name":"Contoso"}],"cases":[{"tenant_name":"Contoso","ticket_id":1},{"ticket_id":2}]})"});
  CHECK(account.numbers("?limit=10&sort=ticket_id&order=asc") == std::vector<std::int64_t>{1});
  CHECK(account.numbers("?tenantid=t-1") == std::vector<std::int64_t>{1});
  CHECK(text(account.get("/users").at("data").as_array().at(0).as_object(), "user_id") == "u-1");
  account.control("/_sim/people", R"({"case":1,"user":"Mira","comment":"x"})");
  account.control("/_sim/people", R"({"case":1,"user":"m@example.com","comment":"x"})");
  CHECK(account.get("/users").at("data").as_array().size() == 2);
}

TEST_CASE("stellar cyber: events happen by time, each as if at its own moment") {
  StellarAccount account({.scenario = R"({"cases":[{"_id":"a","ticket_id":1,"modified_at":"-1h"}],"events":[
    {"after_seconds":20,"person":{"case":1,"user":"bob","status":"Resolved"}},
    {"after_seconds":10,"person":{"case":1,"user":"alice","comment":"first"}},
    {"after_seconds":12,"person":{"case":99,"user":"alice","comment":"to nobody"}},
    {"after_seconds":15,"case":{"_id":"b"}}]})"});
  CHECK(account.comments("a").empty());
  account.wait(10s);
  CHECK(account.comments("a").size() == 1);
  CHECK(account.code_of("/cases/b") == 404);
  account.control("/_sim/advance", R"({"seconds":60})");
  CHECK(account.code_of("/cases/b") == 200);
  CHECK(text(account.row("a"), "status") == "Resolved");
  CHECK(integer(account.row("a"), "closed") == milliseconds_at(stellar_start() + 20s));
  CHECK(integer(account.row("a"), "version") == 3);
}

TEST_CASE("stellar cyber: events happen between requests") {
  StellarAccount account({.scenario = R"({"cases":[{"_id":"a","ticket_id":1}],"events":[
    {"after_requests":3,"person":{"case":"a","user":"bob","severity":"Critical"}},{"after_requests":4,"case":{"ticket_id":1,"_delete":true}}]})"});
  account.sign_in();
  CHECK(text(account.row("a"), "severity") == "Medium");
  CHECK(text(account.row("a"), "severity") == "Medium");
  CHECK(text(account.row("a"), "severity") == "Critical");
  CHECK(account.code_of("/cases/a") == 404);
}
