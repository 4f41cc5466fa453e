#include <doctest/doctest.h>

#include "tests/host-sim/sim/stellar_cyber_account.hpp"

using namespace picket;
using namespace picket::test;
using namespace std::chrono_literals;
using sim::Ending;

namespace {

const std::string id = "66f0a1d2c3b4e5f607182901";
const std::string path = "/cases/" + id;

// One case, an hour old.
struct OneCase : StellarAccount {
  OneCase()
      : StellarAccount({.scenario = R"({"users":[{"user_id":"u-mira","display_name":"Mira Sato"}],
      "cases":[{"_id":"66f0a1d2c3b4e5f607182901","ticket_id":7,"severity":"Low","created_at":"-1h","modified_at":"-1h"}]})"}) {}
  json::object row() { return StellarAccount::row(id); }
};

std::string tags(const json::object& row) { return boost::json::serialize(row.at("tags")); }

}  // namespace

TEST_CASE("stellar cyber: a change is answered with the case and counts") {
  OneCase account;
  CHECK(integer(account.row(), "version") == 1);
  CHECK(integer(account.row(), "modified_at") == account.now_ms() - 3'600'000);
  const auto changed = account.put(path, R"({"severity":"Critical"})").at("data").as_object();
  CHECK(changed == account.row());
  CHECK(text(changed, "severity") == "Critical");
  CHECK(integer(changed, "version") == 2);
  CHECK(integer(changed, "modified_at") == account.now_ms());
  CHECK(text(changed, "modified_by") == "u-api");
  CHECK(text(changed, "created_by") == "System");
}

TEST_CASE("stellar cyber: modified_at grows even within one millisecond and behind a time to come") {
  OneCase account;
  for (int i = 0; i < 3; ++i) {
    CHECK(integer(account.put(path, R"({"severity":"High"})").at("data").as_object(), "modified_at") == account.now_ms() + i);
  }
  account.control("/_sim/cases", R"({"ticket_id":7,"modified_at":"+1h"})");
  CHECK(integer(account.put(path, R"({"severity":"Low"})").at("data").as_object(), "modified_at") == account.now_ms() + 3'600'001);
}

TEST_CASE("stellar cyber: statuses set and clear the time of closing") {
  OneCase account;
  CHECK_FALSE(account.row().contains("acknowledged"));
  account.put(path, R"({"status":"In Progress"})");
  CHECK(integer(account.row(), "acknowledged") == account.now_ms());
  CHECK_FALSE(account.row().contains("closed"));
  account.wait(1min);
  account.put(path, R"({"status":"Resolved"})");
  CHECK(integer(account.row(), "closed") == account.now_ms());
  const auto closed = account.now_ms();
  account.wait(1min);
  account.put(path, R"({"status":"Cancelled"})");
  CHECK(integer(account.row(), "closed") == closed);
  account.put(path, R"({"status":"New"})");
  CHECK_FALSE(account.row().contains("closed"));
  CHECK(integer(account.row(), "version") == 5);
}

TEST_CASE("stellar cyber: tags are added once and deleted") {
  OneCase account;
  account.put(path, R"({"tags":{"add":["ticket_opened","x"]}})");
  account.put(path, R"({"tags":{"add":["ticket_opened"]}})");
  CHECK(tags(account.row()) == R"(["ticket_opened","x"])");
  account.put(path, R"({"tags":{"add":["y"],"delete":["x","none"]}})");
  CHECK(tags(account.row()) == R"(["ticket_opened","y"])");
  CHECK(integer(account.row(), "version") == 4);
}

TEST_CASE("stellar cyber: the assignee is a user or nobody") {
  OneCase account;
  account.put(path, R"({"assignee":"u-mira"})");
  CHECK(text(account.row(), "assignee") == "u-mira");
  CHECK(text(account.row(), "assignee_name") == "Mira Sato");
  CHECK(account.api("PUT", path, R"({"assignee":"u-nobody"})").answer.code == 400);
  account.put(path, R"({"assignee":""})");
  CHECK(text(account.row(), "assignee").empty());
  CHECK(integer(account.row(), "version") == 3);
}

TEST_CASE("stellar cyber: several members are one modification") {
  OneCase account;
  account.put(path, R"({"severity":"High","status":"Escalated","tags":{"add":["x"]},"assignee":"u-mira"})");
  CHECK(integer(account.row(), "version") == 2);
  CHECK(text(account.row(), "status") == "Escalated");
}

TEST_CASE("stellar cyber: what is not allowed is refused and changes nothing") {
  OneCase account;
  for (const std::string body :
       {R"({"severity":"Urgent"})", R"({"severity":"critical"})", R"({"severity":3})", R"({"status":"Closed"})", R"({"status":"Canceled"})",
        R"({"status":"Resolved","severity":"none"})", R"({"tags":["x"]})", R"({"tags":{"remove":["x"]}})", R"({"tags":{"add":"x"}})",
        R"({"tags":{"add":[""]}})", R"({"assignee":null})", R"({"name":"other"})", "{}", "[]", "", "{"}) {
    CAPTURE(body);
    CHECK(account.api("PUT", path, body).answer.code == 400);
  }
  for (const std::string body : {"{}", R"({"comment":null})", R"({"comment":["x"]})", "text", ""}) {
    CAPTURE(body);
    CHECK(account.api("POST", path + "/comments", body).answer.code == 400);
  }
  CHECK(account.api("PUT", "/cases/000000000000000000000000", R"({"severity":"High"})").answer.code == 404);
  CHECK(account.api("DELETE", path).answer.code == 405);
  CHECK(account.api("PUT", path + "/comments", R"({"comment":"x"})").answer.code == 405);
  CHECK(account.api("POST", "/users", "{}").answer.code == 405);
  CHECK(integer(account.row(), "version") == 1);
  CHECK(account.comments(id).empty());
}

TEST_CASE("stellar cyber: a comment is answered and counts as a modification") {
  OneCase account;
  account.wait(1min);
  const auto first = account.post(path + "/comments", R"({"comment":"Zoë says <b>no</b>"})").at("data").as_object();
  CHECK(text(first, "comment") == "Zoë says <b>no</b>");
  CHECK(text(first, "user") == "u-api");
  CHECK(text(first, "case_id") == id);
  CHECK(integer(first, "created_at") == account.now_ms());
  account.post(path + "/comments", R"({"comment":""})");
  const auto comments = account.comments(id);
  REQUIRE(comments.size() == 2);
  CHECK(comments[0].as_object() == first);
  CHECK(text(comments[1].as_object(), "_id") != text(first, "_id"));
  CHECK(integer(account.row(), "version") == 3);
  CHECK(integer(account.row(), "modified_at") == integer(comments[1].as_object(), "modified_at"));
  CHECK(text(account.row(), "modified_by") == "u-api");
}

TEST_CASE("stellar cyber: a comment may leave the case as it was") {
  OneCase account;
  const auto before = account.row();
  CHECK(json::bool_at(account.control("/_sim/quirks").as_object(), "comments_touch_case") == true);
  account.control("/_sim/quirks", R"({"comments_touch_case":false})");
  account.post(path + "/comments", R"({"comment":"quiet"})");
  account.control("/_sim/people", R"({"case":7,"user":"Mira Sato","comment":"quiet too"})");
  CHECK(account.row() == before);
  CHECK(account.comments(id).size() == 2);
  account.put(path, R"({"severity":"High"})");
  CHECK(integer(account.row(), "version") == 2);
}

TEST_CASE("stellar cyber: a fault before the effect and one after it") {
  OneCase account;
  const auto comment = [&] { return account.api("POST", path + "/comments", R"({"comment":"x"})"); };
  account.control("/_sim/faults", R"({"faults":[{"path":"/connect/api/v1/cases","method":"POST","kind":"503"},
    {"path":"/connect/api/v1/cases","method":"POST","kind":"500","when":"after"},
    {"path":"/connect/api/v1/cases","method":"POST","kind":"reset","when":"after"}]})");
  CHECK(account.code_of(path) == 200);
  CHECK(comment().answer.code == 503);
  CHECK(account.comments(id).empty());
  CHECK(comment().answer.code == 500);
  CHECK(account.comments(id).size() == 1);
  CHECK(comment().ending == Ending::reset);
  CHECK(account.comments(id).size() == 2);
  CHECK(comment().answer.code == 200);
  CHECK(integer(account.row(), "version") == 4);
}

TEST_CASE("stellar cyber: requests are counted by pattern") {
  OneCase account;
  account.row();
  account.comments(id);
  account.post(path + "/comments", R"({"comment":"x"})");
  const auto stats = account.control("/_sim/stats").as_object();
  const auto& by_request = stats.at("by_request").as_object();
  CHECK(integer(by_request, "POST /connect/api/v1/access_token") == 1);
  CHECK(integer(by_request, "GET /connect/api/v1/cases/{id}") == 1);
  CHECK(integer(by_request, "POST /connect/api/v1/cases/{id}/comments") == 1);
}

TEST_CASE("stellar cyber: there is no rate limit unless one is asked for") {
  OneCase unlimited;
  for (int i = 0; i < 300; ++i) CHECK(unlimited.code_of("/users") == 200);
  StellarAccount limited({.simulation = {.rate_limit = 2}});
  CHECK(limited.code_of("/users") == 200);
  CHECK(limited.code_of("/users") == 429);
}
