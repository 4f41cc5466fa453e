#include "host-sim/serve/health_server.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "host-sim/serve/health.hpp"
#include "picket/error.hpp"
#include "tests/support/http_get.hpp"

using namespace picket;
using namespace picket::serve;

TEST_CASE("what is answered to which request") {
  const struct {
    const char* method;
    const char* target;
    bool good;
    unsigned code;
    const char* body;
  } cases[] = {
      {"GET", "/api/ping", true, 200, "pong"},         {"HEAD", "/api/ping", false, 200, "pong"},
      {"GET", "/api/ping?x=1", true, 200, "pong"},     {"GET", "/api/health", true, 200, "{\"a\":1}"},
      {"GET", "/api/health", false, 503, "{\"a\":1}"}, {"POST", "/api/ping", true, 405, nullptr},
      {"DELETE", "/api/health", true, 405, nullptr},   {"GET", "/", true, 404, nullptr},
      {"GET", "/api/pingx", true, 404, nullptr},       {"GET", "/api/ping/", true, 404, nullptr},
      {"POST", "/elsewhere", true, 404, nullptr},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.method) + " " + c.target);
    const HttpReply reply = answer_to(c.method, c.target, [&] { return HealthAnswer{c.good, "{\"a\":1}"}; });
    CHECK(reply.code == c.code);
    if (c.body != nullptr) CHECK(reply.body == c.body);
  }
}

TEST_CASE("the server answers while the board is written and refuses a port that is taken") {
  HealthBoard board;
  HealthServer server(0, [&] {
    const Health health = board.get();
    return HealthAnswer{health.failure.empty(), json::to_string(to_json(health, Time{}))};
  });
  CHECK(server.url().starts_with("http://0.0.0.0:"));
  const std::string url = "http://127.0.0.1:" + server.url().substr(server.url().rfind(':') + 1);
  CHECK(test::http_call("GET", url + "/api/ping").body == "pong");
  CHECK(test::http_call("GET", url + "/api/ping").headers.at("content-type") == "text/plain");
  CHECK(test::http_call("GET", url + "/nothing").code == 404);

  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (int i = 0; !stop; ++i)
      board.set([&](Health& h) {
        h.failure = i % 2 == 0 ? "away" : "";
        h.warnings.assign(static_cast<std::size_t>(i % 7), "warning");
      });
  });
  std::vector<std::thread> readers;
  std::atomic<int> good{0};
  for (int r = 0; r < 4; ++r)
    readers.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        const auto answer = test::http_call("GET", url + "/api/health");
        if ((answer.code == 200 || answer.code == 503) && answer.body.starts_with("{")) ++good;
      }
    });
  for (std::thread& reader : readers) reader.join();
  stop = true;
  writer.join();
  CHECK(good == 200);

  const auto port = static_cast<std::uint16_t>(std::stoi(server.url().substr(server.url().rfind(':') + 1)));
  CHECK_THROWS_AS(HealthServer(port, [] { return HealthAnswer{}; }), Error);
}
