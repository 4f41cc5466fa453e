// Every way in which Huntress can fail: the poll says what happened, and nothing is taken for "no incidents".
#include "tests/plugin/huntress/bench.hpp"

using namespace huntress::test;
using namespace std::chrono_literals;
using picket::Status;

TEST_CASE("every failure of the list is reported, changes nothing, and the next poll goes on") {
  const struct {
    const char* what;
    picket::HttpAnswer answer;
    Status status;
    const char* message;
  } cases[] = {
      {"401", answer(401, R"({"error":"x"})"), Status::auth, "refused the API key (401)"},
      {"403", answer(403), Status::auth, "may not read /v1/incident_reports (403)"},
      {"404", answer(404, R"({"error":"not found"})"), Status::not_found, "does not know /v1/incident_reports (404)"},
      {"429", answer(429), Status::rate_limited, "429"},
      {"500", answer(500, "<html>oops</html>"), Status::unavailable, "(500)"},
      {"503", answer(503), Status::unavailable, "(503)"},
      {"418", answer(418), Status::invalid, "refused /v1/incident_reports (418)"},
      {"204", answer(204), Status::unavailable, "expected JSON"},
      {"301", answer(301), Status::unavailable, "got the code 301"},
      {"HTML with 200", answer(200, "<!DOCTYPE html><html>Sign in</html>"), Status::unavailable, "got an HTML page"},
      {"HTML behind white space", answer(200, "\n\n <html>"), Status::unavailable, "got an HTML page"},
      {"empty", answer(200, ""), Status::unavailable, "expected JSON"},
      {"truncated", answer(200, R"({"incident_reports":[{"id":1)"), Status::unavailable, "expected JSON"},
      {"plain text", answer(200, "OK"), Status::unavailable, "expected JSON"},
      {"null", answer(200, "null"), Status::unavailable, "a JSON object"},
      {"a list", answer(200, "[]"), Status::unavailable, "a JSON object"},
      {"no members", answer(200, "{}"), Status::unavailable, "a list under \"incident_reports\""},
      {"rows null", answer(200, R"({"incident_reports":null,"pagination":{}})"), Status::unavailable, "a list under \"incident_reports\""},
      {"rows an object", answer(200, R"({"incident_reports":{},"pagination":{}})"), Status::unavailable,
       "a list under \"incident_reports\""},
      {"another list", answer(200, R"({"agents":[],"pagination":{}})"), Status::unavailable, "a list under \"incident_reports\""},
      {"no pagination", answer(200, R"({"incident_reports":[]})"), Status::unavailable, "an object under \"pagination\""},
      {"pagination null", answer(200, R"({"incident_reports":[],"pagination":null})"), Status::unavailable,
       "an object under \"pagination\""},
      {"token a number", answer(200, R"({"incident_reports":[],"pagination":{"next_page_token":7}})"), Status::unavailable,
       "text or null under \"pagination.next_page_token\""},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.what));
    Started b;
    b.vendor.add_incident(1, b.at(-10min));
    const auto cursors = b.psa.cursors;
    const std::size_t applied = b.psa.applied;
    b.vendor.fault = [&](const Asked&) { return c.answer; };
    const Polled polled = b.poll(PICKET_POLL_SWEEP);
    CHECK(polled.status == c.status);
    CHECK(contains(polled.message, c.message));
    CHECK_FALSE(contains(polled.message, "secret-of-"));
    CHECK(b.psa.applied == applied);
    CHECK(b.psa.cursors == cursors);
    CHECK(polled.report.created == 0);
    b.vendor.fault = nullptr;
    CHECK(b.poll().report.created == 1);
  }
}

TEST_CASE("no answer at all") {
  for (const Status status : {Status::unavailable, Status::invalid, Status::rate_limited, Status::auth}) {
    Started b;
    const auto cursors = b.psa.cursors;
    b.vendor.fault = [&](const Asked&) {
      picket::HttpAnswer a;
      a.status = status;
      a.message = "connection refused";
      return a;
    };
    const Polled polled = b.poll();
    CHECK(polled.status == status);
    CHECK(contains(polled.message, "connection refused"));
    CHECK(b.psa.cursors == cursors);
  }
}

TEST_CASE("an error on the very first poll leaves no trace, so the backfill starts with the next") {
  Bench b;
  b.vendor.add_incident(1, b.at(-6 * 24h));
  b.vendor.fault = [](const Asked&) { return answer(401); };
  CHECK(b.poll().status == Status::auth);
  CHECK(b.psa.cursors.empty());
  b.vendor.fault = nullptr;
  CHECK(b.poll().report.created == 1);
}

TEST_CASE("rows of any type on a good page") {
  Started b;
  b.vendor.add_incident(1, b.at(-10min));
  b.vendor.fault = [&](const Asked& asked) -> std::optional<picket::HttpAnswer> {
    if (!lists(asked, "incident_reports")) return std::nullopt;
    return answer(200, json::to_string(json::object{{"incident_reports", {nullptr, 7, "x", json::array{}, json::object{}, b.vendor.row(1)}},
                                                    {"pagination", json::object{}}}));
  };
  const Polled polled = b.poll();
  CHECK(polled.status == Status::ok);
  CHECK(polled.report.created == 1);
  CHECK(polled.report.failed == 5);
}

TEST_CASE("settings that are not complete end the poll before anything is asked") {
  Bench b;
  b.set("boardId", "");
  const Polled polled = b.poll();
  CHECK(polled.status == Status::invalid);
  CHECK(contains(polled.message, "boardId"));
  CHECK(polled.requests == 0);
}

TEST_CASE("a cursor that is no time is refused by name") {
  Started b;
  b.psa.cursors["incidents"] = "yesterday";
  const Polled polled = b.poll();
  CHECK(polled.status == Status::invalid);
  CHECK(contains(polled.message, "\"yesterday\""));
}

TEST_CASE("a cancelled poll ends at once; what was done stands, and the next goes on") {
  Bench b;
  for (std::int64_t id = 1; id <= 1200; ++id) b.vendor.add_incident(id, b.at(-10min));
  b.vendor.on_effect = [&] { b.cancel = b.vendor.asked.size() == 2; };
  const Polled during_walk = b.poll();
  CHECK(during_walk.status == Status::cancelled);
  CHECK(during_walk.requests == 2);
  CHECK(b.psa.tickets.empty());
  CHECK(b.cursor().empty());

  b.cancel = false;
  b.vendor.on_effect = nullptr;
  b.psa.refuse = [&](const picket::ChangeSet&) {
    if (b.psa.tickets.size() == 700) b.cancel = true;
    return std::string{};
  };
  CHECK(b.poll().status == Status::cancelled);
  CHECK(b.psa.tickets.size() >= 700);
  CHECK(b.psa.tickets.size() < 1200);
  b.cancel = false;
  b.psa.refuse = nullptr;
  CHECK(b.poll().status == Status::ok);
  CHECK(b.psa.tickets.size() == 1200);
}

TEST_CASE("an error of a look-up beside the list stops no ticket") {
  for (const int code : {401, 404, 429, 500, 200}) {
    CAPTURE(code);
    Started b;
    for (std::int64_t id = 1; id <= 10; ++id) {
      auto o = b.vendor.add_incident(id, b.at(-10min));
      o["agent_id"] = id;
      o["organization_id"] = 100 + id;
    }
    b.vendor.fault = [&](const Asked& asked) -> std::optional<picket::HttpAnswer> {
      return asked.path.starts_with("/v1/agents") || asked.path.starts_with("/v1/organizations") ? std::optional(answer(code, "<html>"))
                                                                                                 : std::nullopt;
    };
    const Polled polled = b.poll();
    CHECK(polled.status == Status::ok);
    CHECK(polled.report.created == 10);
    CHECK(b.psa.mappings.at("101").external_name == "Huntress organization 101");
  }
}
