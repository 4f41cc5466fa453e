#include <doctest/doctest.h>

#include "plugin/stellar-cyber/stellar_case.hpp"
#include "sdk/common/time_text.hpp"

using namespace stellar;
using picket::lifecycle::FindingState;
namespace json = picket::json;

namespace {

std::optional<Case> read(const std::string& text) { return read_case(json::parse(text, "the case")); }

Case read_with(const std::string& member, const std::string& value) {
  return read(R"({"_id":"c1",")" + member + "\":" + value + "}").value();
}

const char* const whole =
    R"({"_id":"64a-f:0.1_X","ticket_id":4711,"name":" Big\nthing ","severity":"High","status":"In Progress","score":87.5,
  "cust_id":"t1","tenant_name":"Contoso","assignee":"u-1","assignee_name":"Alice","tags":["b","a"],"size":3,"version":9,"modified_by":"u-2",
  "created_at":1780000000000,"modified_at":1780000123456,"summary":"one\r\ntwo"})";

}  // namespace

TEST_CASE("a whole case") {
  const Case c = read(whole).value();
  CHECK(c.id == "64a-f:0.1_X");
  CHECK(c.number == "4711");
  CHECK(c.name == "Big thing");
  CHECK(c.severity == "High");
  CHECK(c.status == "In Progress");
  CHECK(c.score == "87.5");
  CHECK(c.tenant_id == "t1");
  CHECK(c.tenant_name == "Contoso");
  CHECK(c.assignee == "Alice");
  CHECK(c.tags == std::vector<std::string>{"a", "b"});
  CHECK(c.size == 3);
  CHECK(c.version == 9);
  CHECK(c.modified_by == "u-2");
  CHECK(c.created_at == picket::parse_time("2026-05-28T20:26:40Z"));
  CHECK(c.modified_at == picket::parse_time("2026-05-28T20:28:43.456Z"));
  CHECK(c.summary == "one\ntwo");
}

TEST_CASE("rows that are no cases") {
  for (const char* row : {"null",
                          "7",
                          "\"x\"",
                          "[]",
                          "{}",
                          R"({"_id":null})",
                          R"({"_id":""})",
                          R"({"_id":[]})",
                          R"({"_id":true})",
                          R"({"_id":".."})",
                          R"({"_id":"."})",
                          R"({"_id":"../x"})",
                          R"({"_id":"a/b"})",
                          R"({"_id":"a b"})",
                          R"({"_id":"a?b"})",
                          R"({"_id":"a#b"})",
                          R"({"_id":"a%2e"})",
                          R"({"_id":"a\u0000"})",
                          R"({"_id":"ü"})",
                          R"({"_id":"a\n"})",
                          R"({"_id":"<b>"})"}) {
    CAPTURE(std::string(row));
    CHECK_FALSE(read(row));
  }
  CHECK_FALSE(read(R"({"_id":")" + std::string(101, 'a') + "\"}"));
  CHECK(read(R"({"_id":")" + std::string(100, 'a') + "\"}"));
  CHECK(read(R"({"_id":42})").value().id == "42");
}

TEST_CASE("members that are missing or of another type are absent") {
  for (const char* value : {"null", "true", "[]", "{}", "[1]", R"({"a":1})"}) {
    CAPTURE(std::string(value));
    for (const char* member : {"ticket_id", "name", "severity", "status", "score", "cust_id", "tenant_name", "assignee", "assignee_name",
                               "tags", "size", "version", "modified_by", "created_at", "modified_at", "summary"}) {
      CAPTURE(std::string(member));
      const Case c = read_with(member, value);
      CHECK((c.number + c.name + c.severity + c.status + c.score + c.tenant_id + c.tenant_name + c.assignee + c.modified_by).empty());
      CHECK(c.tags.empty());
      CHECK_FALSE(c.size);
      CHECK_FALSE(c.version);
      CHECK_FALSE(c.created_at);
      CHECK_FALSE(c.modified_at);
      CHECK_FALSE(c.summary);
    }
  }
}

TEST_CASE("numbers as people write them") {
  const struct {
    const char *json, *text;
  } cases[] = {{"87", "87"},
               {"87.0", "87"},
               {"87.5", "87.5"},
               {"87.123456", "87.12"},
               {"0", "0"},
               {"-0.001", "0"},
               {"-3.25", "-3.25"},
               {"1234567890123", "1234567890123"},
               {"1e11", "100000000000"},
               {"1e20", "1E20"},
               {"1e308", "1E308"},
               {"-1e308", "-1E308"},
               {"18446744073709551615", "18446744073709551615"},
               {"\"87.5\"", "87.5"},
               {"\"high\"", "high"}};
  for (const auto& c : cases) {
    CAPTURE(std::string(c.json));
    CHECK(read_with("score", c.json).score == c.text);
    CHECK(read_with("ticket_id", c.json).number == c.text);
  }
}

TEST_CASE("a score as a number, where it is one") {
  const struct {
    const char* json;
    std::optional<double> score;
  } cases[] = {{"87.5", 87.5},           {"\"87.5\"", 87.5},        {"1e20", 1e20},
               {"null", std::nullopt},   {"\"\"", std::nullopt},    {"\"x\"", std::nullopt},
               {"\"5x\"", std::nullopt}, {"\"nan\"", std::nullopt}, {"\"inf\"", std::nullopt}};
  for (const auto& c : cases) {
    CAPTURE(std::string(c.json));
    CHECK(score_of(read_with("score", c.json)) == c.score);
  }
}

TEST_CASE("times in milliseconds or seconds, and nothing that is neither") {
  const auto t = picket::parse_time("2026-05-28T20:26:40Z");
  const struct {
    const char* json;
    std::optional<picket::Time> at;
  } cases[] = {{"1780000000000", t},
               {"1780000000000.0", t},
               {"\"1780000000000\"", t},
               {"1.78e12", t},
               {"1780000000", t},
               {"1780000000001", picket::parse_time("2026-05-28T20:26:40.001Z")},
               {"1780000000000.5", std::nullopt},
               {"0", std::nullopt},
               {"-1780000000000", std::nullopt},
               {"1780000000000000", std::nullopt},
               {"9223372036854775807", std::nullopt},
               {"18446744073709551615", std::nullopt},
               {"1e300", std::nullopt},
               {"\"2026-05-28T20:26:40Z\"", std::nullopt}};
  for (const auto& c : cases) {
    CAPTURE(std::string(c.json));
    CHECK(read_with("modified_at", c.json).modified_at == c.at);
    CHECK(read_with("created_at", c.json).created_at == c.at);
  }
}

TEST_CASE("long members are shortened, and control characters removed") {
  const std::string many(1'000'000, 'x');
  const Case c = read(R"({"_id":"c1","name":")" + many + R"(","severity":")" + many + R"(","score":")" + many + R"(","summary":")" + many +
                      R"(","tags":[")" + many + R"(","a\u0007b\u202ec"]})")
                     .value();
  CHECK(c.name.size() < 510);
  CHECK(c.severity.size() < 50);
  CHECK(c.score.size() < 40);
  CHECK(c.summary.value().size() < 20'010);
  CHECK(c.tags.at(0) == "abc");
  CHECK(c.tags.at(1).size() < 210);
}

TEST_CASE("states") {
  const struct {
    const char* status;
    FindingState state;
  } cases[] = {{"New", FindingState::open},
               {"In Progress", FindingState::open},
               {"Escalated", FindingState::open},
               {"Resolved", FindingState::closed},
               {"resolved", FindingState::closed},
               {" RESOLVED ", FindingState::closed},
               {"Cancelled", FindingState::closed},
               {"Canceled", FindingState::closed},
               {"Closed?", FindingState::open},
               {"", FindingState::open},
               {"Resolved by user", FindingState::open}};
  for (const auto& c : cases) {
    CAPTURE(std::string(c.status));
    CHECK(state_of(c.status) == c.state);
  }
}

TEST_CASE("the fingerprint changes with everything a modification changes, and with nothing else") {
  const json::object base = json::parse_object(whole, "case");
  const auto print = [](const json::object& o) {
    const Case c = read_case(json::value(o)).value();
    return fingerprint_of(c);
  };
  const std::string before = print(base);
  CHECK(before.starts_with("2026-05-28T20:28:43.456Z/"));
  for (const char* member :
       {"name", "severity", "status", "score", "tenant_name", "assignee_name", "tags", "size", "version", "modified_by", "modified_at"}) {
    CAPTURE(std::string(member));
    json::object o = base;
    o.erase(member);
    CHECK(print(o) != before);
  }
  for (const char* member : {"summary", "created_at", "ticket_id", "assignee"}) {
    CAPTURE(std::string(member));
    json::object o = base;
    o.erase(member);
    CHECK(print(o) == before);
  }
  json::object order = base;
  order["tags"] = json::array{"a", "b"};
  CHECK(print(order) == before);
  json::object shifted = base;
  shifted["name"] = "Big thingHigh";
  shifted["severity"] = "";
  CHECK(print(shifted) != before);
  Case undated = read(whole).value();
  undated.modified_at.reset();
  CHECK(fingerprint_of(undated).starts_with("/"));
}

TEST_CASE("the snapshot of a case is the case") {
  const Case c = read(whole).value();
  const Case back = from_snapshot(c.id, to_snapshot(c));
  CHECK(to_snapshot(back) == to_snapshot(c));
  CHECK(back.name == c.name);
  CHECK(back.tags == c.tags);
  CHECK(back.modified_at == c.modified_at);
  CHECK(back.created_at == c.created_at);
  CHECK(back.size == c.size);
  CHECK(back.version == c.version);
  const Case empty = from_snapshot("c1", {});
  CHECK(empty.id == "c1");
  CHECK(to_snapshot(from_snapshot("c1", to_snapshot(empty))) == to_snapshot(empty));
}

TEST_CASE("comments") {
  const auto comment = [](const char* text) { return read_comment(json::parse(text, "comment")); };
  for (const char* row : {"null", "7", "[]", "{}", R"({"_id":null,"comment":"x"})", R"({"_id":"","comment":"x"})", R"({"_id":" \n"})"})
    CHECK_FALSE(comment(row));
  const auto c = comment(R"({"_id":"k1","comment":"one\r\ntwo\u0000","user":"u-1","created_at":1780000000000})").value();
  CHECK(c.id == "k1");
  CHECK(c.user == "u-1");
  CHECK(c.text == "one\ntwo");
  CHECK(c.created_at == picket::parse_time("2026-05-28T20:26:40Z"));
  CHECK(comment(R"({"_id":"k1","user":"u-1","user_name":"Alice"})")->user == "Alice");
  const auto odd = comment(R"({"_id":1,"comment":[],"user":{},"created_at":"x"})").value();
  CHECK(odd.id == "1");
  CHECK(odd.text.empty());
  CHECK(odd.user.empty());
  CHECK_FALSE(odd.created_at);
}

TEST_CASE("alerts") {
  const auto alert = [](const char* text) { return read_alert(json::parse_object(text, "alert")); };
  const CaseAlert a =
      alert(R"({"_id":"a1","_index":"aella-ser-1","_source":{"xdr_event":{"display_name":"Odd\nlogin"},"event_score":71.25}})");
  CHECK(a.id == "a1");
  CHECK(a.index == "aella-ser-1");
  CHECK(a.name == "Odd login");
  CHECK(a.score == "71.25");
  for (const char* text : {"{}", R"({"_id":"../x","_index":"a b"})", R"({"_id":null,"_index":[],"_source":null})",
                           R"({"_source":{"xdr_event":"x","event_score":null}})", R"({"_source":[]})"}) {
    CAPTURE(std::string(text));
    const CaseAlert odd = alert(text);
    CHECK((odd.id + odd.index + odd.name + odd.score).empty());
  }
}

TEST_CASE("observables: each kind once, each value once, as text") {
  const auto read_all = [](const char* text) {
    std::string out;
    for (const Observables& o : read_observables(json::parse_object(text, "observables"))) {
      out += o.kind + ":";
      for (const std::string& value : o.values) out += " " + value + ";";
    }
    return out;
  };
  const struct {
    const char *json, *expected;
  } cases[] = {
      {"{}", ""},
      {R"({"url":null,"ip":{},"host":"x","port":7})", ""},
      {R"({"url":[]})", ""},
      {R"({"url":["b","a","b"," b "],"ip":["10.0.0.1"]})", "ip: 10.0.0.1;url: b; a;"},
      {R"({"port":[443,443.0,80.5,true,null,[],{}]})", "port: 443; 80.5;"},
      {R"({"ip":[{"ip":"1.2.3.4","value":"no"},{"value":"5.6.7.8"},{"name":"n"},{"id":9}]})", "ip: 1.2.3.4; 5.6.7.8; n; 9;"},
      {R"({"file":[{"path":"c:\\x","size":10.0,"gone":null}]})", "file: path=c:\\x, size=10;"},
      {R"({"a\nb":["x\ny"]})", "a b: x y;"},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.json));
    CHECK(read_all(c.json) == c.expected);
  }
  json::array many;
  for (int i = 0; i < 1000; ++i) many.push_back(i);
  CHECK(read_observables({{"port", many}}).at(0).values.size() == 200);
}
