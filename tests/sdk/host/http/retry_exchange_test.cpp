// HttpClient against servers and networks that fail.
#include <algorithm>

#include "sdk/host/http/window_rate_limiter.hpp"
#include "tests/sdk/host/http/client_fixture.hpp"

using namespace picket;
using namespace picket::host;
using namespace picket::test;
using Then = LoopbackReply::Then;

namespace {

// Answers with these one after another, then with the last for ever.
LoopbackServer::Reply in_turn(std::vector<LoopbackReply> replies) {
  return [replies = std::move(replies)](const LoopbackRequest& r) {
    return replies[std::min(static_cast<std::size_t>(r.number), replies.size()) - 1];
  };
}

// As outside of tests.
void own_backoff(HttpOptions& options) {
  options.first_backoff = HttpOptions().first_backoff;
  options.max_backoff = HttpOptions().max_backoff;
}

std::int64_t seconds(double s) { return static_cast<std::int64_t>(s * 1e9); }

}  // namespace

TEST_CASE("codes that are repeated") {
  for (const int code : {429, 500, 502, 503, 504}) {
    CAPTURE(code);
    SimulatedSite site(in_turn({loopback_reply(code), loopback_reply(code), loopback_reply(200)}), own_backoff);
    CHECK(site.get().code == 200);
    CHECK(site.client.sent() == 3);
    CHECK(site.clock.monotonic() >= seconds(0.25 + 0.5));
    CHECK(site.clock.monotonic() < seconds(0.5 + 1.0));
  }
}

TEST_CASE("codes that are not") {
  for (const int code : {200, 204, 301, 400, 401, 403, 404, 409, 501, 505}) {
    CAPTURE(code);
    SimulatedSite site(in_turn({loopback_reply(code)}));
    CHECK(site.get().code == code);
    CHECK(site.client.sent() == 1);
  }
}

TEST_CASE("after all attempts the answer is the last one") {
  SimulatedSite site(in_turn({loopback_reply(503, "busy", "Retry-After: 3\r\n")}));
  const HttpAnswer answer = site.get();
  CHECK(answer.status == Status::ok);
  CHECK(answer.code == 503);
  CHECK(answer.body == "busy");
  CHECK((answer.retry_after == 3s));
  CHECK(site.client.sent() == 5);
  CHECK(site.clock.monotonic() == seconds(4 * 3));
}

TEST_CASE("Retry-After as seconds and as a date") {
  for (const char* value : {"7", "Tue, 09 Jun 2026 14:00:07 GMT", "Tuesday, 09-Jun-26 14:00:07 GMT", "Tue Jun  9 14:00:07 2026"})
    for (const int code : {429, 503}) {
      CAPTURE(std::string{value});
      CAPTURE(code);
      SimulatedSite site(in_turn({loopback_reply(code, "", std::string{"Retry-After: "} + value + "\r\n"), loopback_reply(200)}));
      CHECK(site.get().code == 200);
      CHECK(site.clock.monotonic() == seconds(7));
    }
}

TEST_CASE("a wait that does not fit the deadline is not begun") {
  {
    SimulatedSite site(in_turn({loopback_reply(429, "slow down", "Retry-After: 60\r\n")}));
    const HttpAnswer answer = exchange(site.client, call_on(site.clock, 59s), get(site.server.origin()));
    CHECK(answer.status == Status::ok);
    CHECK(answer.code == 429);
    CHECK(answer.body == "slow down");
    CHECK((answer.retry_after == 60s));
    CHECK(site.client.sent() == 1);
    CHECK(site.clock.monotonic() == 0);
  }
  SimulatedSite site(in_turn({{.bytes = "", .then = Then::close}}), [](HttpOptions& o) { o.first_backoff = o.max_backoff = 100s; });
  const HttpAnswer answer = exchange(site.client, call_on(site.clock, 49s), get(site.server.origin()));
  CHECK(answer.status == Status::unavailable);
  CHECK(site.client.sent() == 1);
  CHECK(site.clock.monotonic() == 0);
}

TEST_CASE("a 429 with Retry-After holds the whole batch back") {
  SimulatedClock clock(start);
  std::mutex mutex;
  std::vector<std::int64_t> seen;
  LoopbackServer server([&](const LoopbackRequest& r) {
    const std::lock_guard lock(mutex);
    seen.push_back(clock.monotonic());
    return r.number == 3 ? loopback_reply(429, "", "Retry-After: 20\r\n") : loopback_reply(200);
  });
  HttpOptions options = options_for(server);
  options.max_concurrency = 1;
  HttpClient client(options, clock, nullptr);
  for (const HttpAnswer& answer : exchange(client, call_on(clock), std::vector(6, get(server.origin())))) CHECK(answer.code == 200);
  REQUIRE(seen.size() == 7);
  CHECK(std::count(seen.begin(), seen.end(), 0) == 3);
  CHECK(std::count(seen.begin(), seen.end(), seconds(20)) == 4);
}

namespace {

// A vendor that answers 429, without Retry-After, until the moment given.
LoopbackServer::Reply refusing_until(const SimulatedClock& clock, std::int64_t until) {
  return [&clock, until](const LoopbackRequest&) { return clock.monotonic() < until ? loopback_reply(429) : loopback_reply(200); };
}

HttpOptions with_own_backoff(const LoopbackServer& server) {
  HttpOptions options = options_for(server);
  own_backoff(options);
  return options;
}

}  // namespace

TEST_CASE("an account whose limit is used up is waited for without Retry-After") {
  for (const bool repeatable : {true, false}) {
    SimulatedClock clock(start);
    LoopbackServer server(refusing_until(clock, seconds(180)));
    HttpClient client(with_own_backoff(server), clock, nullptr);
    CHECK(exchange(client, call_on(clock), repeatable ? get(server.origin()) : post(server.origin())).code == 200);
    CHECK(clock.monotonic() >= seconds(180));
    CHECK(clock.monotonic() < seconds(180 + 30));
    CHECK(client.sent() < 25);
  }
}

TEST_CASE("a whole batch waits with it and nobody hammers") {
  SimulatedClock clock(start);
  LoopbackServer server(refusing_until(clock, seconds(180)));
  HttpClient client(with_own_backoff(server), clock, nullptr);
  for (const HttpAnswer& answer : exchange(client, call_on(clock), std::vector(100, get(server.origin())))) CHECK(answer.code == 200);
  CHECK(client.sent() < 100 + 4 * 25);
}

TEST_CASE("an account that is refused for ever is given up after five minutes with all that waits") {
  SimulatedSite site(in_turn({loopback_reply(429, "slow down")}), own_backoff);
  int accepted = 0, never_sent = 0;
  for (const HttpAnswer& answer : site.get_all(10)) {
    if (answer.status == Status::ok) CHECK(answer.code == 429);
    accepted += answer.status == Status::ok ? 1 : 0;
    never_sent += answer.status == Status::rate_limited ? 1 : 0;
  }
  CHECK(accepted >= 1);
  CHECK(accepted + never_sent == 10);
  CHECK(site.clock.monotonic() == seconds(300));

  // The account is still closed for the next batch.
  const std::uint64_t sent = site.client.sent();
  HttpRequest hurried = get(site.server.origin());
  hurried.patience = 10s;
  const HttpAnswer answer = exchange(site.client, call_on(site.clock), hurried);
  CHECK(answer.status == Status::rate_limited);
  CHECK(contains(answer.message, "request limit allows the next request at 2026-06-09T14:05:"));
  CHECK(site.client.sent() == sent);
}

TEST_CASE("a deadline and patience end the wait for an account earlier") {
  SimulatedClock clock(start);
  LoopbackServer server(in_turn({loopback_reply(429)}));
  HttpClient client(with_own_backoff(server), clock, nullptr);
  HttpRequest hurried = get(server.origin());
  hurried.patience = 5s;
  CHECK(exchange(client, call_on(clock), hurried).code == 429);
  CHECK(clock.monotonic() < seconds(5));
  HttpClient other(with_own_backoff(server), clock, nullptr);
  CHECK(exchange(other, call_on(clock, 60s), get(server.origin())).code == 429);
  CHECK(clock.monotonic() < seconds(65));
}

TEST_CASE("waiting for the account takes none of a request's attempts") {
  std::vector<LoopbackReply> replies(7, loopback_reply(429));
  for (int i = 0; i < 4; ++i) {
    replies.push_back(loopback_reply(503));
    replies.push_back(loopback_reply(429));
  }
  replies.push_back(loopback_reply(200));
  SimulatedSite site(in_turn(replies), own_backoff);
  CHECK(site.get().code == 200);
  CHECK(site.client.sent() == 16);
}

TEST_CASE("the others of a batch go on while one waits") {
  RealSite site(
      [](const LoopbackRequest& r) {
        return r.target == "/bad" && r.number == 1 ? loopback_reply(503, "", "Retry-After: 1\r\n") : loopback_reply(200, r.target);
      },
      [](HttpOptions& o) { o.max_concurrency = 1; });
  std::vector<std::size_t> order;
  const auto begin = std::chrono::steady_clock::now();
  site.client.exchange(call_on(site.clock),
                       std::vector{get(site.server.origin() + "/bad"), get(site.server.origin() + "/a"), get(site.server.origin() + "/b")},
                       [&](std::size_t index, HttpAnswer&&) {
                         order.push_back(index);
                         if (order.size() == 2) CHECK((std::chrono::steady_clock::now() - begin < 900ms));
                       });
  CHECK((order == std::vector<std::size_t>{1, 2, 0}));
  CHECK((std::chrono::steady_clock::now() - begin >= 1s));
}

TEST_CASE("networks that fail, and what is said of it") {
  struct Case {
    const char* what;
    LoopbackReply reply;
    const char* part;
  };
  const Case cases[] = {
      {"closed without an answer", {.bytes = "", .then = Then::close}, "broke before an answer came"},
      {"reset", {.bytes = "", .then = Then::reset}, "broke before an answer came"},
      {"cut off", {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", .then = Then::close}, "cut off"},
      {"cut off in the headers", {.bytes = "HTTP/1.1 200 OK\r\nConten", .then = Then::close}, "cut off"},
      {"cut off in a chunk", {.bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", .then = Then::close}, "cut off"},
      {"reset in the body", {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", .then = Then::reset}, "answer"},
      {"not HTTP", {.bytes = "SSH-2.0-OpenSSH_9.2\r\n\r\n", .then = Then::keep}, "is not HTTP/1.1"},
      {"silent", {.bytes = "", .then = Then::stall}, "no answer from 127.0.0.1 within 150 ms"},
      {"slow",
       {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", .then = Then::stall},
       "no complete answer from 127.0.0.1 within 150 ms"},
  };
  for (const Case& c : cases) {
    CAPTURE(std::string{c.what});
    LoopbackServer server([&](const LoopbackRequest& r) { return r.number % 3 == 0 ? loopback_reply(200) : c.reply; });
    SimulatedClock clock(start);
    HttpOptions options = options_for(server);
    options.request_timeout = 150ms;
    {
      HttpClient client(options, clock, nullptr);
      CHECK(exchange(client, call_on(clock), get(server.origin())).code == 200);
      CHECK(client.sent() == 3);
    }
    options.max_attempts = 2;
    HttpClient client(options, clock, nullptr);
    HttpRequest request = get(server.origin() + "/p?s3cret");
    request.headers = {{"Authorization", "Basic s3cret"}};
    const HttpAnswer answer = exchange(client, call_on(clock), request);
    CAPTURE(answer.message);
    CHECK(answer.status == Status::unavailable);
    CHECK(answer.code == 0);
    CHECK(contains(answer.message, c.part));
    CHECK(contains(answer.message, "tried 2 times"));
    CHECK_FALSE(contains(answer.message, "s3cret"));
    CHECK(server.requests() == 5);

    CHECK(exchange(client, call_on(clock), get(server.origin())).code == 200);  // the sixth
    const HttpAnswer write = exchange(client, call_on(clock), post(server.origin()));
    CHECK(write.status == Status::unknown_outcome);
    CHECK(contains(write.message, c.part));
    CHECK(server.requests() == 7);
  }
}

TEST_CASE("what is not repeatable") {
  const struct {
    int code;
    std::uint64_t sent;
    int expected;
  } cases[] = {{429, 2, 200}, {500, 1, 500}, {503, 1, 503}, {502, 1, 502}};
  for (const auto& c : cases) {
    CAPTURE(c.code);
    SimulatedSite site(in_turn({loopback_reply(c.code), loopback_reply(200)}));
    const HttpAnswer answer = site.post();
    CHECK(answer.status == Status::ok);
    CHECK(answer.code == c.expected);
    CHECK(site.client.sent() == c.sent);
  }
  // A 429 is not the last word when the repeat may have been carried out.
  SimulatedSite site(in_turn({loopback_reply(429), {.bytes = "", .then = Then::close}}));
  CHECK(site.post().status == Status::unknown_outcome);
}

TEST_CASE("an HTTP answer is kept over a later network failure") {
  SimulatedSite site(in_turn({loopback_reply(502, "first"), {.bytes = "", .then = Then::close}}));
  const HttpAnswer answer = site.get();
  CHECK(answer.code == 502);
  CHECK(answer.body == "first");
  CHECK(site.client.sent() == 6);  // five attempts, and the silent repeat on the connection that the first one left
}

TEST_CASE("nothing listens") {
  std::string origin;
  {
    LoopbackServer gone([](const LoopbackRequest&) { return loopback_reply(200); });
    origin = gone.origin();
  }
  SimulatedClock clock(start);
  HttpOptions options;
  options.origins = {origin};
  options.max_attempts = 3;
  WindowRateLimiter limiter(clock, 100, 60s);
  HttpClient client(options, clock, &limiter);
  for (const bool repeatable : {true, false}) {
    HttpRequest request = get(origin);
    request.repeatable = repeatable;
    const HttpAnswer answer = exchange(client, call_on(clock), request);
    CAPTURE(answer.message);
    CHECK(answer.status == Status::unavailable);
    CHECK(contains(answer.message, "was refused"));
    CHECK(contains(answer.message, "tried 3 times"));
  }
  CHECK(client.sent() == 0);
}

TEST_CASE("a name without an address") {
  SimulatedClock clock(start);
  HttpOptions options;
  options.origins = {"http://nowhere.invalid"};
  options.max_attempts = 2;
  HttpClient client(options, clock, nullptr);
  const HttpAnswer answer = exchange(client, call_on(clock), get("http://nowhere.invalid/"));
  CAPTURE(answer.message);
  CHECK(answer.status == Status::unavailable);
  CHECK(contains(answer.message, "nowhere.invalid"));
}

TEST_CASE("names are looked up") {
  LoopbackServer server([](const LoopbackRequest&) { return loopback_reply(200); });
  SystemClock clock;
  HttpClient client(options_for(server, "localhost"), clock, nullptr);
  CHECK(exchange(client, call_on(clock), get(server.origin("localhost"))).code == 200);
}

TEST_CASE("a server that answers before it has read the whole request") {
  // It closes with unread input, which resets the connection under the client's write: the client must neither hang nor die of SIGPIPE.
  SimulatedSite site([](const LoopbackRequest&) { return LoopbackReply{.bytes = "", .then = Then::reset}; },
                     [](HttpOptions& o) { o.max_attempts = 2; });
  CHECK(exchange(site.client, call_on(site.clock), post(site.server.origin(), std::string(8u << 20, 'x'))).status ==
        Status::unknown_outcome);
}

TEST_CASE("a request that is worth waiting for a while only") {
  LoopbackReply silent;
  silent.then = Then::stall;
  LoopbackServer stalling(in_turn({silent}));
  SystemClock clock;
  HttpClient patient_elsewhere(options_for(stalling), clock, nullptr);
  HttpRequest hurried = get(stalling.origin());
  hurried.patience = 150ms;
  const std::int64_t begun = clock.monotonic();
  CHECK(exchange(patient_elsewhere, call_on(clock), hurried).status == Status::unavailable);
  CHECK(clock.monotonic() - begun < seconds(2));

  LoopbackServer failing(in_turn({loopback_reply(503, "busy", "Retry-After: 60\r\n")}));
  SimulatedClock simulated(start);
  HttpClient client(options_for(failing), simulated, nullptr);
  hurried = get(failing.origin());
  hurried.patience = 10s;
  CHECK(exchange(client, call_on(simulated), hurried).code == 503);
  CHECK(client.sent() == 1);

  LoopbackServer quick(in_turn({loopback_reply(200)}));
  WindowRateLimiter limiter(simulated, 1, 60s);
  HttpClient limited(options_for(quick), simulated, &limiter);
  CHECK(exchange(limited, call_on(simulated), get(quick.origin())).code == 200);
  hurried = get(quick.origin());
  hurried.patience = 10s;
  CHECK(exchange(limited, call_on(simulated), hurried).status == Status::rate_limited);
  CHECK(exchange(limited, call_on(simulated), get(quick.origin())).code == 200);
}
