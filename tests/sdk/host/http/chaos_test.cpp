// HttpClient against a server that does anything at any time.
#include <mutex>
#include <random>

#include "tests/sdk/host/http/client_fixture.hpp"

using namespace picket;
using namespace picket::host;
using namespace picket::test;
using Then = LoopbackReply::Then;

namespace {

// Grants some of what is wanted, sometimes nothing, and knows what is out.
class MoodyLimiter final : public RateLimiter {
 public:
  explicit MoodyLimiter(unsigned seed) : random_(seed) {}

  Grant acquire(std::size_t wanted) override {
    if (random_() % 5 == 0) return {.wait = std::chrono::microseconds{1 + random_() % 1'000'000}};
    const std::size_t count = 1 + random_() % wanted;
    granted += count;
    out += static_cast<int>(count);
    return {.count = count, .token = 7};
  }
  void done(std::int64_t token) override {
    CHECK(token == 7);
    CHECK(--out >= 0);
  }

  std::uint64_t granted = 0;
  int out = 0;

 private:
  std::mt19937 random_;
};

LoopbackReply anything(std::mt19937& random, std::string_view target) {
  switch (random() % 12) {
    case 0: return {.bytes = "", .then = Then::close};
    case 1: return {.bytes = "", .then = Then::reset};
    case 2: return {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", .then = Then::close};
    case 3: return {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", .then = Then::stall};
    case 4: return {.bytes = "garbage\r\n\r\n", .then = Then::close};
    case 5: return loopback_reply(503, "busy", "Retry-After: 1\r\n");
    case 6: return loopback_reply(429);
    case 7: {
      LoopbackReply closing = loopback_reply(200, target, "Connection: close\r\n");
      closing.then = Then::close;
      return closing;
    }
    case 8: {  // closes a connection that it promised to keep
      LoopbackReply lying = loopback_reply(200, target);
      lying.then = Then::close;
      return lying;
    }
    default: return loopback_reply(200, target);
  }
}

}  // namespace

TEST_CASE("property: every request gets one answer, its own, and every grant is given back") {
  for (unsigned seed = 1; seed <= 2; ++seed) {
    CAPTURE(seed);
    std::mutex mutex;
    std::mt19937 random(seed);
    LoopbackServer server([&](const LoopbackRequest& r) {
      const std::lock_guard lock(mutex);
      return anything(random, r.target);
    });
    SimulatedClock clock(Time{});
    MoodyLimiter limiter(seed);
    HttpOptions options = options_for(server);
    options.request_timeout = 100ms;
    options.max_attempts = 4;
    HttpClient client(options, clock, &limiter);
    std::vector<HttpRequest> requests;
    for (int i = 0; i < 200; ++i) {
      const std::string url = server.origin() + "/" + std::to_string(i);
      requests.push_back(i % 3 == 0 ? post(url) : get(url));
    }
    const auto answers = exchange(client, call_on(clock), requests);
    int good = 0;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const HttpAnswer& answer = answers[i];
      if (answer.code == 200) {
        CHECK(answer.body == "/" + std::to_string(i));
        ++good;
      } else if (answer.status == Status::ok) {
        CHECK((answer.code == 503 || answer.code == 429));
      } else {
        CHECK(answer.status == (requests[i].repeatable ? Status::unavailable : Status::unknown_outcome));
        CHECK_FALSE(answer.message.empty());
      }
    }
    CHECK(good > 100);
    CHECK(limiter.out == 0);
    CHECK(client.sent() <= limiter.granted);
    CHECK(client.sent() >= static_cast<std::uint64_t>(server.requests()));
    CHECK(server.most_at_once() <= 4);
  }
}
