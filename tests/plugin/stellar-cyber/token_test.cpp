// Access tokens: asked for once, renewed in time, and after a refusal; who is who.
#include <set>

#include "tests/plugin/stellar-cyber/bench.hpp"

using namespace stellar::test;
using namespace std::chrono_literals;

namespace {

std::size_t tokens(const Bench& b) { return b.vendor.count("/access_token"); }

}  // namespace

TEST_CASE("one token serves several calls, and is renewed before it ends") {
  Bench b;
  b.keeps_session = true;
  b.poll();
  b.clock.advance(5min);
  b.add_cases(1, 100);
  b.poll();
  CHECK(tokens(b) == 1);
  b.clock.advance(4min + 40s);  // 20 s before its end
  b.poll();
  CHECK(tokens(b) == 2);
  std::set<std::string> used;
  for (const Asked& a : b.vendor.asked)
    if (a.path != "/access_token") used.insert(a.authorization);
  CHECK(used.size() == 2);
}

TEST_CASE("a token that ends or is revoked in the middle of a batch is renewed once, and only what was refused is sent again") {
  Started b;
  b.keeps_session = true;
  b.add_cases(1, 20);
  std::size_t asked = 0;
  b.vendor.fault = [&](const Asked& a) -> std::optional<picket::HttpAnswer> {
    if (a.path.ends_with("/observables") && ++asked == 8) b.vendor.revoke_tokens();
    return std::nullopt;
  };
  b.vendor.asked.clear();
  CHECK(b.poll().report.created == 20);
  CHECK(tokens(b) == 1);
  CHECK(b.vendor.count("/observables") == 20 + 13);
  CHECK(b.vendor.count("/alerts") == 20);
  for (const auto& [id, alert] : b.psa.alerts) CHECK_FALSE(alert.incomplete);
}

TEST_CASE("comments that were taken before the token ended are not sent again") {
  Started b;
  b.keeps_session = true;
  b.add_cases(1, 10);
  b.poll();
  std::vector<TicketEvent> events;
  for (int n = 1; n <= 10; ++n) events.push_back(b.event("c" + std::to_string(n), TicketEventKind::note, "hello"));
  for (const bool renewal_fails : {false, true}) {
    CAPTURE(renewal_fails);
    int sent = 0;
    b.vendor.fault = [&](const Asked& a) -> std::optional<picket::HttpAnswer> {
      if (comments(a) && ++sent == 6) b.vendor.revoke_tokens();
      if (renewal_fails && a.path == "/access_token") return answer(503);
      return std::nullopt;
    };
    for (TicketEvent& e : events) e.event_id += "x";
    const Carried carried = b.carry(events);
    CHECK(carried.status == Status::ok);
    for (std::size_t i = 0; i < 10; ++i) {
      REQUIRE(carried.outcomes[i]);
      const bool was_sent = b.vendor.comments_with(events[i].external_id, "[picket:" + events[i].event_id + "]").size() == 1;
      CHECK(was_sent == (carried.outcomes[i]->first == Status::ok));
      if (!was_sent) CHECK(carried.outcomes[i]->first == Status::unavailable);
    }
    CHECK(b.vendor.count([&](const Asked& a) { return comments(a) && contains(a.body, events[0].event_id + "]"); }) == 1);
  }
}

TEST_CASE("credentials that are refused end the poll with words, after one more try") {
  Started b;
  b.vendor.asked.clear();
  b.vendor.fault = [](const Asked& a) { return a.path == "/access_token" ? std::optional(answer(401)) : std::nullopt; };
  Polled polled = b.poll();
  CHECK(polled.status == Status::auth);
  CHECK(contains(polled.message, "legacy API token"));
  CHECK(polled.requests == 1);
  b.vendor.fault = [](const Asked& a) { return a.path == "/access_token" ? std::nullopt : std::optional(answer(401)); };
  polled = b.poll();
  CHECK(polled.status == Status::auth);
  CHECK(polled.requests == 4);
  for (const std::string& line : b.log.lines) {
    CHECK_FALSE(contains(line, "secret-of-"));
    CHECK_FALSE(b.vendor.reveals_credentials(line));
  }
}

TEST_CASE("ticket events for which there is no token are not touched") {
  Linked b;
  for (const auto& wrong : {answer(401), answer(503), no_answer(Status::unavailable)}) {
    b.vendor.fault = [&](const Asked& a) { return a.path == "/access_token" ? std::optional(wrong) : std::nullopt; };
    const TicketEvent e = b.event("c1", TicketEventKind::note, "hello");
    const Carried carried = b.carry({&e, 1});
    CHECK(carried.status != Status::ok);
    CHECK_FALSE(carried.outcomes.at(0));
    CHECK(carried.requests == 1);
  }
}

TEST_CASE("answers to a request for a token") {
  for (const char* exp : {"null", "0", "-5", "\"soon\"", "9223372036854775807", "1780000600000", "1e300", "[]"}) {
    CAPTURE(std::string(exp));
    Bench b;
    b.add_cases(1, 3);
    bool once = true;
    b.vendor.amend = [&](const Asked& a, picket::HttpAnswer& given) {
      if (a.path != "/access_token" || !std::exchange(once, false)) return;
      json::object body = json::parse_object(given.body, "answer");
      body["exp"] = json::parse(exp, "exp");
      given.body = json::to_string(body);
    };
    CHECK(b.poll().report.created == 3);
    CHECK(tokens(b) == 1);
  }
  for (const char* body : {"{}", R"({"access_token":""})", R"({"access_token":null})", "[]", "<html>", ""}) {
    CAPTURE(std::string(body));
    Bench b;
    b.vendor.fault = [&](const Asked& a) { return a.path == "/access_token" ? std::optional(answer(200, body)) : std::nullopt; };
    CHECK(b.poll().status == Status::unavailable);
  }
}

TEST_CASE("the check names the account, and does without the list of users") {
  Bench b;
  CHECK(b.check() == R"({"accountName":"secret-of-user","apiUserId":"u-api"})");
  b.vendor.fault = [](const Asked& a) { return a.path == "/users" ? std::optional(answer(403)) : std::nullopt; };
  CHECK(b.check() == R"({"accountName":"secret-of-user"})");
  b.vendor.fault = [](const Asked&) { return answer(401); };
  CHECK_THROWS_AS(b.check(), picket::Error);
}

TEST_CASE("organizations are the tenants that the cases of a month name") {
  Bench b;
  b.add_cases(1, 600);
  b.vendor.row("c1")["cust_id"] = "t0";
  b.vendor.row("c1")["tenant_name"] = "Alpha";
  b.vendor.row("c600")["cust_id"] = "t9";
  b.vendor.row("c600").erase("tenant_name");
  b.vendor.row("c300").erase("cust_id");
  using Names = std::vector<std::pair<std::string, std::string>>;
  CHECK(b.organizations() == Names{{"t0", "Alpha"}, {"t1", "Contoso"}, {"t9", "Stellar Cyber tenant t9"}});
}
