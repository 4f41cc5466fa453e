#include "sdk/provider/vendor_answer.hpp"

#include <doctest/doctest.h>

using namespace picket;

namespace {

std::string refusal(const std::string& path, int code) { return "no entry to " + path + " " + std::to_string(code); }
constexpr VendorApi api{"Acme", "the base URL", refusal};

HttpAnswer answer(int code, std::string body, Status status = Status::ok) {
  return {.status = status, .code = code, .headers = {}, .body = std::move(body), .message = "the connection broke", .retry_after = {}};
}

}  // namespace

TEST_CASE("what a vendor answers instead of its document, as a status and a sentence") {
  const struct {
    HttpAnswer answer;
    Status status;
    const char* message;
    Status of_a_write;  // that may not be repeated
  } cases[] = {
      {answer(200, "{}"), Status::ok, "", Status::ok},
      {answer(204, ""), Status::unavailable, "expected JSON;", Status::ok},
      {answer(200, "[]"), Status::unavailable, "expected a JSON object", Status::ok},
      {answer(200, " <html>"), Status::unavailable, "got an HTML page", Status::unknown_outcome},
      {answer(301, ""), Status::unavailable, "got the code 301", Status::unknown_outcome},
      {answer(401, "{}"), Status::auth, "no entry to /v1/things 401", Status::auth},
      {answer(403, ""), Status::auth, "no entry to /v1/things 403", Status::auth},
      {answer(404, "{}"), Status::not_found, "Acme does not know /v1/things (404); check the base URL", Status::not_found},
      {answer(404, ""), Status::not_found, "does not know", Status::not_found},
      {answer(404, "<html>"), Status::unavailable, "got an HTML page", Status::unavailable},
      {answer(408, ""), Status::unavailable, "failed on /v1/things (408)", Status::unknown_outcome},
      {answer(422, ""), Status::invalid, "Acme refused /v1/things (422)", Status::invalid},
      {answer(429, ""), Status::rate_limited, "rate limit", Status::rate_limited},
      {answer(503, ""), Status::unavailable, "failed on /v1/things (503)", Status::unknown_outcome},
      {answer(0, "", Status::unavailable), Status::unavailable, "the connection broke", Status::unavailable},
      {answer(0, "", Status::unknown_outcome), Status::unknown_outcome, "is not known: the connection broke", Status::unknown_outcome},
  };
  for (const auto& c : cases) {
    CAPTURE(c.answer.code);
    CAPTURE(c.answer.body);
    const auto read = result_of<json::object>([&] { return api.object("/v1/things?secret=1", c.answer); });
    CHECK(read.status == c.status);
    CHECK(read.message.find(c.message) != std::string::npos);
    CHECK(read.message.find("secret") == std::string::npos);
    const auto written = result_of<bool>([&] {
      api.expect_written("/v1/things", c.answer);
      return true;
    });
    CHECK(written.status == c.of_a_write);
  }
}
