#include "host-sim/psa/halopsa/answers.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace picket;
using namespace picket::psa;
using namespace picket::psa::halopsa;

namespace {

HttpAnswer answer(int code, std::string body = {}) {
  HttpAnswer a;
  a.code = code;
  a.body = std::move(body);
  return a;
}

HttpAnswer no_answer(Status status) {
  HttpAnswer a;
  a.status = status;
  a.message = "the connection was reset";
  return a;
}

}  // namespace

TEST_CASE("The outcome of what was written") {
  struct Case {
    HttpAnswer answer;
    Outcome once, repeatable;
  };
  const std::vector<Case> cases = {
      {answer(200), Outcome::done, Outcome::done},
      {answer(201), Outcome::done, Outcome::done},
      {answer(302), Outcome::unknown, Outcome::unknown},
      {answer(400), Outcome::refused, Outcome::refused},
      {answer(401), Outcome::not_done, Outcome::not_done},
      {answer(403), Outcome::not_permitted, Outcome::not_permitted},
      {answer(404), Outcome::refused, Outcome::refused},
      {answer(407), Outcome::not_done, Outcome::not_done},
      {answer(408), Outcome::unknown, Outcome::unknown},
      {answer(429), Outcome::not_done, Outcome::not_done},
      {answer(500), Outcome::unknown, Outcome::unknown},
      {answer(503), Outcome::unknown, Outcome::unknown},
      {no_answer(Status::unknown_outcome), Outcome::unknown, Outcome::unknown},
      {no_answer(Status::unavailable), Outcome::not_done, Outcome::unknown},
      {no_answer(Status::rate_limited), Outcome::not_done, Outcome::not_done},
      {no_answer(Status::auth), Outcome::not_done, Outcome::not_done},
      {no_answer(Status::invalid), Outcome::not_done, Outcome::not_done},
  };
  for (const Case& c : cases) {
    CAPTURE(c.answer.code);
    CAPTURE(name_of(c.answer.status));
    CHECK(outcome_of(c.answer, false) == c.once);
    CHECK(outcome_of(c.answer, true) == c.repeatable);
  }
}

TEST_CASE("What HaloPSA says in an error") {
  const host::Redactor redactor({"top-secret-value"});
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"Please select a category.\r\n", "Please select a category."},
      {R"("Please select a category.")", "Please select a category."},
      {R"({"message":"no"})", "no"},
      {R"({"Message":"no"})", "no"},
      {R"({"error":{"code":400,"message":"no"}})", "no"},
      {R"({"error":"invalid_request","error_description":"no"})", "no"},
      {R"([{"message":"no"}])", "no"},
      {R"({"id":5})", ""},
      {R"([])", ""},
      {"<html><body>Sign in</body></html>", "an HTML page came instead of the API's answer; check the URLs and any proxy on the way"},
      {R"({"message":"the secret top-secret-value is wrong"})", "the secret [redacted] is wrong"},
      {R"({"message":"<p>The field <b>Resolution</b> is mandatory.</p><script>x()</script>"})", "The field Resolution is mandatory."},
      {R"({"message":"<p>the secret top-<b>secret</b>-value</p>"})", "the secret [redacted]"},
  };
  for (const auto& [body, words] : cases) {
    CAPTURE(body);
    CHECK(words_of(answer(400, body), redactor) == words);
  }
  const std::string cut = words_of(answer(400, std::string(5000, 'x')), redactor);
  CHECK(cut.size() < 210);
  CHECK(cut.ends_with("…"));
}

TEST_CASE("Errors say what happened and what to do") {
  const host::Redactor redactor;
  struct Case {
    HttpAnswer answer;
    Status status;
    std::string words;
  };
  const std::vector<Case> cases = {
      {answer(400, R"("no such thing")"), Status::invalid, "it failed: HaloPSA says: no such thing (400)"},
      {answer(401, R"("token top")"), Status::auth,
       "it failed: HaloPSA does not accept the access token; check HALOPSA_OIDC_CLIENT_ID, HALOPSA_OIDC_CLIENT_SECRET and "
       "HALOPSA_AUTHORIZATION_SERVER_URL (401)"},
      {answer(403), Status::auth,
       "it failed: the API application has no permission for it; give it one in HaloPSA, or another HALOPSA_OIDC_CLIENT_SCOPE (403)"},
      {answer(403, R"("Can edit closed Tickets is missing")"), Status::auth,
       "it failed: the API application has no permission for it; HaloPSA says: Can edit closed Tickets is missing (403)"},
      {answer(404), Status::not_found, "it failed: HaloPSA does not know it (404)"},
      {answer(429), Status::rate_limited, "it failed: the site's request limit is used up (429)"},
      {answer(502), Status::unavailable, "it failed: HaloPSA failed (502)"},
      {answer(200, "{oops"), Status::unavailable,
       "it failed: HaloPSA's answer is not JSON; if this lasts, check HALOPSA_RESOURCE_SERVER_URL"},
      {answer(200, " <html>"), Status::unavailable,
       "it failed: an HTML page came instead of the API's answer; check the URLs and any proxy on the way"},
      {no_answer(Status::unavailable), Status::unavailable, "it failed: the connection was reset"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.words);
    try {
      document_of(c.answer, "it failed", redactor);
      FAIL("no error");
    } catch (const Error& e) {
      CHECK(e.status() == c.status);
      CHECK(std::string(e.what()) == c.words);
    }
  }
}
