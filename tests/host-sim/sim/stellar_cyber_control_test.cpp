#include <doctest/doctest.h>

#include "tests/host-sim/sim/stellar_cyber_account.hpp"

using namespace picket;
using namespace picket::test;
using namespace std::chrono_literals;

namespace {

std::string first_id(const json::value& answer) {
  return std::string(std::string_view(answer.as_object().at("ids").as_array().at(0).as_string()));
}

std::string added(StellarAccount& account, const std::string& row) { return first_id(account.control("/_sim/cases", row)); }

}  // namespace

TEST_CASE("stellar cyber: a case that is hardly described is complete") {
  StellarAccount account;
  const std::string id = added(account, R"({"name":"Odd logon","tenant_name":"Contoso Ltd."})");
  CHECK(id.size() == 24);
  CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
  const auto row = account.row(id);
  CHECK(integer(row, "ticket_id") == 1001);
  CHECK(text(row, "name") == "Odd logon");
  CHECK(text(row, "status") == "New");
  CHECK(text(row, "severity") == "Medium");
  CHECK(integer(row, "version") == 1);
  CHECK(integer(row, "size") == 0);
  CHECK(integer(row, "created_at") == account.now_ms());
  CHECK(integer(row, "modified_at") == account.now_ms());
  CHECK(text(row, "cust_id").size() == 32);
  CHECK(account.get("/cases/" + id + "/observables").at("observables").as_object().empty());
  CHECK(text(account.get("/cases/" + id + "/summary"), "data").empty());
}

TEST_CASE("stellar cyber: cases are patched by id and by number") {
  StellarAccount account;
  const std::string id = added(account, R"({"ticket_id":7,"severity":"Low"})");
  account.wait(1min);
  CHECK(added(account, R"({"ticket_id":7,"severity":"High"})") == id);
  CHECK(text(account.row(id), "severity") == "High");
  CHECK(integer(account.row(id), "version") == 2);
  CHECK(integer(account.row(id), "modified_at") == account.now_ms());
  CHECK(added(account, R"({"_id":")" + id + R"(","status":"Resolved"})") == id);
  CHECK(integer(account.row(id), "version") == 3);
  CHECK(integer(account.row(id), "closed") == integer(account.row(id), "modified_at"));
  CHECK(text(account.row(id), "modified_by") == "System");
  CHECK(added(account, R"({"_id":"abc"})") == "abc");
  CHECK(account.control("/_sim/cases").as_array().size() == 2);
}

TEST_CASE("stellar cyber: members of any type are kept and members can be absent") {
  StellarAccount account;
  const std::string id = added(account, R"({"ticket_id":"seven","name":null,"score":"high","severity":["x"],"status":3,"tags":"t","size":{},
    "modified_at":"soon","version":"v","cust_id":17,"_absent":["tenant_name","created_at"]})");
  const auto row = account.row(id);
  CHECK(boost::json::serialize(row.at("severity")) == R"(["x"])");
  CHECK(boost::json::serialize(row.at("modified_at")) == R"("soon")");
  CHECK(row.at("name").is_null());
  CHECK_FALSE(row.contains("tenant_name"));
  CHECK_FALSE(row.contains("created_at"));
  CHECK_FALSE(row.contains("_absent"));
  CHECK(account.numbers("?FROM~modified_at=" + std::to_string(account.now_ms())).size() == 1);
  CHECK(account.numbers("?FROM~score=1").empty());
  CHECK(account.numbers("?NOT~tags=t&sort=score&order=asc").size() == 1);
  account.put("/cases/" + id, R"({"tags":{"add":["t"]},"status":"New"})");
  CHECK(integer(account.row(id), "version") == 1);
  CHECK(added(account, R"({"_id":")" + id + R"(","_absent":["_id","modified_at"]})") == id);
  CHECK_FALSE(account.row(id).contains("_id"));
}

TEST_CASE("stellar cyber: cases are deleted") {
  StellarAccount account;
  const std::string id = added(account, R"({"ticket_id":7})");
  account.control("/_sim/cases", R"({"ticket_id":7,"_delete":true})");
  CHECK(account.code_of("/cases/" + id) == 404);
  CHECK(account.call_control("POST", "/_sim/cases", R"({"ticket_id":7,"_delete":true})").answer.code == 400);
}

TEST_CASE("stellar cyber: the parts of a case come inline") {
  StellarAccount account;
  const std::string id = added(account, R"({"ticket_id":7,"summary":"What was seen","observables":{"ip":[{"ip":"203.0.113.7"}]},
    "alerts":[{"name":"DNS Tunneling","score":64},{"_id":"a-2","_index":"i","_source":{"xdr_event":{"display_name":"Other"},"event_score":1.5}},"odd"],
    "comments":[{"user":"Mira Sato","comment":"seen","created_at":"-1h"},{"comment":"by the product"}]})");
  const auto row = account.row(id);
  CHECK(integer(row, "size") == 3);
  CHECK_FALSE(row.contains("alerts"));
  CHECK_FALSE(row.contains("comments"));
  const auto docs = account.get("/cases/" + id + "/alerts").at("data").as_object().at("docs").as_array();
  REQUIRE(docs.size() == 3);
  const auto& source = docs[0].as_object().at("_source").as_object();
  CHECK(text(source.at("xdr_event").as_object(), "display_name") == "DNS Tunneling");
  CHECK(integer(source, "event_score") == 64);
  CHECK(text(docs[1].as_object(), "_id") == "a-2");
  CHECK(docs[2].is_string());
  const auto comments = account.comments(id);
  REQUIRE(comments.size() == 2);
  CHECK(text(comments[0].as_object(), "user") == "u-mira-sato");
  CHECK(integer(comments[0].as_object(), "created_at") == account.now_ms() - 3'600'000);
  CHECK(text(comments[1].as_object(), "user") == "System");
  CHECK(integer(row, "version") == 1);
  account.control("/_sim/cases", R"({"ticket_id":7,"alerts":[]})");
  CHECK(integer(account.row(id), "size") == 0);
  CHECK(account.comments(id).size() == 2);
  account.control("/_sim/cases", R"({"ticket_id":7,"observables":null,"summary":5})");
  CHECK(account.get("/cases/" + id + "/observables").at("observables").is_null());
  const auto shown = account.control("/_sim/cases").as_array().at(0).as_object();
  CHECK(shown.at("comments").as_array().size() == 2);
}

TEST_CASE("stellar cyber: a tenant's name and id belong together") {
  StellarAccount account;
  account.control("/_sim/cases",
                  R"([{"ticket_id":1,"tenant_name":"A","cust_id":"t-a"},{"ticket_id":2,"tenant_name":"A"},{"ticket_id":3,"cust_id":"t-a"},
    {"ticket_id":4},{"ticket_id":5},{"ticket_id":6,"cust_id":"t-z"}])");
  std::map<std::int64_t, std::string> tenants;
  const json::value cases = account.control("/_sim/cases");
  for (const auto& c : cases.as_array())
    tenants[integer(c.as_object(), "ticket_id")] = text(c.as_object(), "tenant_name") + "/" + text(c.as_object(), "cust_id");
  CHECK(tenants[2] == "A/t-a");
  CHECK(tenants[3] == "A/t-a");
  CHECK(tenants[4].starts_with("Root Tenant/"));
  CHECK(tenants[5] == tenants[4]);
  CHECK(tenants[6] == "Tenant t-z/t-z");
  account.control("/_sim/cases", R"({"ticket_id":1,"tenant_name":"B"})");
  CHECK(account.numbers("?tenantid=t-a").size() == 2);
}

TEST_CASE("stellar cyber: analysts comment and change cases") {
  StellarAccount account;
  const std::string id = added(account, R"({"ticket_id":7,"severity":"Low"})");
  account.wait(1min);
  CHECK(first_id(account.control("/_sim/people", R"({"case":7,"user":"alice","comment":"on it"})")) == id);
  CHECK(text(account.comments(id).at(0).as_object(), "user") == "u-alice");
  CHECK(text(account.row(id), "modified_by") == "u-alice");
  account.control("/_sim/people",
                  R"([{"case":")" + id + R"(","user":"bob","status":"Resolved"},{"case":7,"user":"u-alice","severity":"High"},
    {"case":7,"user":"bob","assignee":"alice"},{"case":7,"user":"bob","tags":{"add":["vip"]}}])");
  const auto row = account.row(id);
  CHECK(text(row, "status") == "Resolved");
  CHECK(row.contains("closed"));
  CHECK(text(row, "severity") == "High");
  CHECK(text(row, "assignee") == "u-alice");
  CHECK(text(row, "assignee_name") == "alice");
  CHECK(boost::json::serialize(row.at("tags")) == R"(["vip"])");
  CHECK(text(row, "modified_by") == "u-bob");
  CHECK(integer(row, "version") == 6);
  account.control("/_sim/people", R"({"case":7,"user":"alice","comment":"again","status":"New"})");
  CHECK(integer(account.row(id), "version") == 8);
  CHECK(account.get("/users").at("data").as_array().size() == 3);
  account.control("/_sim/people", R"({"case":7,"user":"stellar_demo","comment":"by hand with the API user"})");
  CHECK(text(account.row(id), "modified_by") == "u-api");
}

TEST_CASE("stellar cyber: wrong controls say what was expected") {
  StellarAccount account;
  account.control("/_sim/cases", R"({"ticket_id":7})");
  const auto message = [&](const std::string& path, const std::string& body) {
    const auto exchange = account.call_control("POST", path, body);
    CHECK(exchange.answer.code == 400);
    return text(json::parse_object(exchange.answer.body, "answer").at("error").as_object(), "message");
  };
  CHECK(message("/_sim/cases", R"([{},{"created_at":"-2x"}])").starts_with("[1].created_at: expected milliseconds since 1970"));
  CHECK(message("/_sim/cases", "[1]").starts_with("[0]: expected an object"));
  CHECK(message("/_sim/cases", "7").starts_with("body: expected"));
  CHECK(message("/_sim/people", R"({"user":"alice","comment":"x"})").starts_with("[0].case: expected"));
  CHECK(message("/_sim/people", R"({"case":7,"comment":"x"})").starts_with("[0].user: expected"));
  CHECK(message("/_sim/people", R"({"case":7,"user":"alice"})").starts_with("[0].comment: expected at least one of"));
  CHECK(message("/_sim/people", R"({"case":8,"user":"alice","comment":"x"})").starts_with("[0].case: expected one that exists"));
  CHECK(message("/_sim/people", R"({"case":7,"user":"alice","status":"Closed"})")
            .starts_with("[0].status: expected one of New, In Progress"));
  CHECK(message("/_sim/people", R"({"case":7,"user":"alice","note":"x"})").starts_with("[0].note: expected none of this name"));
  CHECK(message("/_sim/people", R"([{"case":7,"user":"alice","comment":"x"},{"case":7}])").starts_with("[1].user"));
  CHECK(message("/_sim/quirks", R"({"limit_max":0})").starts_with("limit_max: expected a whole number"));
  CHECK(message("/_sim/quirks", R"({"comments":false})").starts_with("comments: expected none of this name"));
  CHECK(message("/_sim/quirks", R"({"comments_touch_case":"no"})").starts_with("comments_touch_case: expected true or false"));
  CHECK(account.control("/_sim/cases").as_array().at(0).as_object().at("comments").as_array().empty());
  CHECK(account.call_control("DELETE", "/_sim/cases").answer.code == 404);
  CHECK(account.call_control("GET", "/_sim/people").answer.code == 404);
}
