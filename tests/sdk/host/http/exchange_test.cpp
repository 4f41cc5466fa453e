// HttpClient against a server: what is sent, what comes back, connections, limits, time.
#include <sys/resource.h>

#include "sdk/common/base64.hpp"
#include "sdk/host/http/window_rate_limiter.hpp"
#include "tests/sdk/host/http/client_fixture.hpp"

using namespace picket;
using namespace picket::host;
using namespace picket::test;
using Then = LoopbackReply::Then;

TEST_CASE("a request and its answer") {
  LoopbackRequest seen;
  RealSite site([&](const LoopbackRequest& request) {
    seen = request;
    return loopback_reply(404, "b\0dy", "X-Thing:  a b \r\nX-THING: c\r\n");
  });
  HttpRequest request = post(site.server.origin() + "/a?b=c#d", "hello");
  request.headers = {{"X-Mine", "1"}};
  const HttpAnswer answer = exchange(site.client, call_on(site.clock), request);

  CHECK(seen.method == "POST");
  CHECK(seen.target == "/a?b=c");
  CHECK(seen.body == "hello");
  CHECK(seen.headers["x-mine"] == "1");
  CHECK(seen.headers["host"] == site.server.origin().substr(7));
  CHECK(seen.headers["accept-encoding"] == "identity");
  CHECK(seen.headers["user-agent"] == "picket");
  CHECK(answer.status == Status::ok);
  CHECK(answer.code == 404);
  CHECK(answer.body == "b");
  CHECK(answer.header("x-thing") == "a b");
  CHECK_FALSE(answer.retry_after);
  CHECK(site.client.sent() == 1);
}

TEST_CASE("answers in every framing") {
  const std::string big(300'000, 'z');
  struct Case {
    const char* what;
    std::string bytes;
    Then then;
    int code;
    std::string body;
    const char* method = "GET";
  };
  const Case cases[] = {
      {"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", Then::keep, 200, "abcde"},
      {"until the end", "HTTP/1.1 200 OK\r\n\r\nabc", Then::close, 200, "abc"},
      {"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc", Then::close, 200, "abc"},
      {"no content", "HTTP/1.1 204 No\r\n\r\n", Then::keep, 204, ""},
      {"interim answers first",
       "HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 201 Made\r\nContent-Length: 1\r\n\r\n1", Then::keep, 201,
       "1"},
      {"redirect", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", Then::keep, 302, ""},
      {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n", Then::keep, 200, "", "HEAD"},
      {"large", "HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + big, Then::keep, 200, big},
  };
  for (const Case& c : cases) {
    CAPTURE(std::string{c.what});
    RealSite site([&](const LoopbackRequest&) { return LoopbackReply{.bytes = c.bytes, .then = c.then}; });
    for (int i = 0; i < 2; ++i) {
      HttpRequest request = get(site.server.origin());
      request.method = c.method;
      const HttpAnswer answer = exchange(site.client, call_on(site.clock), request);
      CHECK(answer.message == "");
      CHECK(answer.code == c.code);
      CHECK((answer.body == c.body));
    }
    CHECK(site.server.connections() == (c.then == Then::keep ? 1 : 2));
    CHECK(site.client.sent() == 2);
  }
}

TEST_CASE("connections are kept between exchanges") {
  RealSite site([](const LoopbackRequest& r) { return loopback_reply(200, r.target); });
  for (int i = 0; i < 20; ++i) CHECK(site.get("/" + std::to_string(i)).body == "/" + std::to_string(i));
  CHECK(site.server.connections() == 1);
}

TEST_CASE("a kept connection that the server closed is replaced silently") {
  SimulatedSite site([](const LoopbackRequest&) { return loopback_reply(200, "ok"); }, [](HttpOptions& o) { o.max_attempts = 1; });
  for (int i = 0; i < 5; ++i) {
    CHECK(site.post().code == 200);
    site.server.close_connections();
    std::this_thread::sleep_for(10ms);
  }
  CHECK(site.server.connections() == 5);
  CHECK(site.client.sent() == 5);
  CHECK(site.clock.monotonic() == 0);
}

TEST_CASE("a kept connection that is closed on the next request") {
  // The server closes while the request is under way: looking at the socket beforehand shows nothing.
  const auto second_on_connection_closes = [](const LoopbackRequest& r) {
    static thread_local int seen = 0;
    if (++seen == 2) return LoopbackReply{.bytes = "", .then = r.target == "/reset" ? Then::reset : Then::close};
    return loopback_reply(200, "ok");
  };
  SimulatedClock clock(Time{});
  for (const char* path : {"/close", "/reset"}) {
    CAPTURE(std::string{path});
    LoopbackServer server(second_on_connection_closes);
    HttpOptions options = options_for(server);
    options.max_attempts = 1;
    WindowRateLimiter limiter(clock, 100, 60s);
    HttpClient client(options, clock, &limiter);
    CHECK(exchange(client, call_on(clock), get(server.origin() + path)).code == 200);
    CHECK(exchange(client, call_on(clock), get(server.origin() + path)).code == 200);
    CHECK(server.connections() == 2);
    CHECK(client.sent() == 3);
    const HttpAnswer write = exchange(client, call_on(clock), post(server.origin() + path));
    CHECK(write.status == Status::unknown_outcome);
    CHECK(contains(write.message, "not known"));
    CHECK(server.requests() == 4);
    CHECK(limiter.acquire(1000).count == 96);  // the lost ones count too
    CHECK(clock.monotonic() == 0);
  }
}

TEST_CASE("as many requests at once as allowed") {
  RealSite site([](const LoopbackRequest&) {
    LoopbackReply reply = loopback_reply(200);
    reply.delay = 50ms;
    return reply;
  });
  const auto begin = std::chrono::steady_clock::now();
  for (const HttpAnswer& answer : site.get_all(8)) CHECK(answer.code == 200);
  const auto took = std::chrono::steady_clock::now() - begin;
  CHECK(site.server.most_at_once() == 4);
  CHECK(site.server.connections() == 4);
  CHECK((took >= 100ms));
  CHECK((took < 390ms));
}

TEST_CASE("waiting for the network costs no processor time") {
  LoopbackServer server([](const LoopbackRequest&) {
    LoopbackReply reply = loopback_reply(200);
    reply.delay = 400ms;
    return reply;
  });
  const auto used = [] {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    return std::chrono::seconds{usage.ru_utime.tv_sec + usage.ru_stime.tv_sec} +
           std::chrono::microseconds{usage.ru_utime.tv_usec + usage.ru_stime.tv_usec};
  };
  SystemClock clock;
  HttpOptions options = options_for(server);
  options.max_concurrency = 1;
  HttpClient client(options, clock, nullptr);
  const auto before = used();
  exchange(client, call_on(clock), std::vector(2, get(server.origin())));  // one in flight, one ready and without a connection
  CHECK((used() - before < 100ms));
}

TEST_CASE("requests that are refused before anything is sent") {
  RealSite site([](const LoopbackRequest&) { return loopback_reply(200); },
                [](HttpOptions& o) { o.origins.push_back("https://api.huntress.io"); });
  HttpRequest split_header = get(site.server.origin());
  split_header.headers = {{"X", "s3cret\r\nY: z"}};
  const struct {
    HttpRequest request;
    const char* part;
  } cases[] = {
      {get("https://evil.example/s3cret?s3cret"), "https://evil.example are not allowed; allowed are: http://127.0.0.1:"},
      {get("https://evil.example/"), ", https://api.huntress.io"},
      {get("http://api.huntress.io/"), "http://api.huntress.io are not allowed"},
      {get(site.server.origin() + "/s3cret\r\nX: y"), "URL"},
      {get("/s3cret"), "URL"},
      {get("http://s3cret@127.0.0.1/"), "user"},
      {split_header, "header X"},
  };
  for (const auto& c : cases) {
    const HttpAnswer answer = exchange(site.client, call_on(site.clock), c.request);
    CAPTURE(answer.message);
    CHECK(answer.status == Status::invalid);
    CHECK(answer.code == 0);
    CHECK(contains(answer.message, c.part));
    CHECK_FALSE(contains(answer.message, "s3cret"));
  }
  CHECK(site.server.connections() == 0);
  CHECK(site.client.sent() == 0);
  CHECK(exchange(site.client, call_on(site.clock), std::vector<HttpRequest>{}).empty());
}

TEST_CASE("options that cannot be used") {
  SystemClock clock;
  const auto field_of = [&](auto change) {
    HttpOptions options;
    change(options);
    try {
      HttpClient(options, clock, nullptr);
    } catch (const Error& e) {
      CHECK(e.status() == Status::invalid);
      CHECK_FALSE(contains(e.what(), "s3cret"));
      return e.field();
    }
    return std::string{"none"};
  };
  CHECK(field_of([](HttpOptions&) {}) == "none");
  CHECK(field_of([](HttpOptions& o) { o.origins = {"https://a/b"}; }) == "origins");
  CHECK(field_of([](HttpOptions& o) { o.proxy = "https://u:s3cret@proxy:1"; }) == "proxy");
  CHECK(field_of([](HttpOptions& o) { o.proxy = "proxy:3128"; }) == "proxy");
  CHECK(field_of([](HttpOptions& o) { o.ca_file = "/nowhere.pem"; }) == "ca_file");
  CHECK(field_of([](HttpOptions& o) { o.max_attempts = 0; }) == "max_attempts");
  CHECK(field_of([](HttpOptions& o) { o.max_concurrency = 0; }) == "max_concurrency");
}

TEST_CASE("answers that are too large") {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const std::string chunk = "400\r\n" + std::string(1024, 'x') + "\r\n";
  struct Case {
    const char* what;
    std::string bytes;
    const char* part;
  };
  const Case cases[] = {
      {"announced", head + "Content-Length: 2049\r\n\r\n", "2 KiB"},
      {"chunked", head + "Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk + chunk, "2 KiB"},
      {"until the end", head + "\r\n" + std::string(4000, 'x'), "2 KiB"},
      {"header", head + "X: " + std::string(70'000, 'x') + "\r\n\r\n", "64 KiB"},
  };
  for (const Case& c : cases) {
    CAPTURE(std::string{c.what});
    RealSite site([&](const LoopbackRequest&) { return LoopbackReply{.bytes = c.bytes, .then = Then::stall}; },
                  [](HttpOptions& o) { o.max_answer_bytes = 2048; });
    const HttpAnswer answer = site.get();
    CAPTURE(answer.message);
    CHECK(answer.status == Status::unavailable);
    CHECK(contains(answer.message, c.part));
    CHECK(site.post().status == Status::unknown_outcome);
    CHECK(site.server.requests() == 2);
  }
  RealSite site([&](const LoopbackRequest&) { return loopback_reply(200, std::string(2048, 'x')); },
                [](HttpOptions& o) { o.max_answer_bytes = 2048; });
  CHECK(site.get().body.size() == 2048);
}

TEST_CASE("cancelled or past the deadline, within 200 ms") {
  LoopbackServer slow([](const LoopbackRequest& r) {
    if (r.target == "/busy") return loopback_reply(503, "", "Retry-After: 100\r\n");
    return LoopbackReply{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", .then = Then::stall};
  });
  SystemClock clock;
  for (const bool cancel : {true, false})
    for (const char* path : {"/slow", "/busy", "/limited"}) {
      CAPTURE(cancel);
      CAPTURE(std::string{path});
      WindowRateLimiter limiter(clock, 1, 100s);
      const bool limited = path == std::string{"/limited"};
      if (limited) limiter.done(limiter.acquire(1).token);
      HttpClient client(options_for(slow), clock, limited ? &limiter : nullptr);
      CancelAfter after(60ms);
      Call call = call_on(clock);
      if (cancel)
        call.cancel = &after.flag;
      else
        call.deadline_ns = call_on(clock, 60ms).deadline_ns;
      try {
        client.exchange(call, std::vector{get(slow.origin() + path)}, [&](std::size_t, HttpAnswer&& answer) {
          // Waits that do not fit into the deadline are not begun.
          CHECK_FALSE(cancel);
          CHECK((limited ? answer.status == Status::rate_limited : answer.code == 503));
          throw Error(Status::deadline, "as well");
        });
        FAIL("the exchange ended");
      } catch (const Error& e) {
        CHECK(e.status() == (cancel ? Status::cancelled : Status::deadline));
      }
      CHECK((after.since() < 200ms));
    }
}

TEST_CASE("finishing completes what is under way, begins nothing and waits for nothing") {
  RealSite site(
      [](const LoopbackRequest& r) {
        if (r.target == "/busy") return loopback_reply(503, "", "Retry-After: 100\r\n");
        LoopbackReply reply = loopback_reply(200, r.target);
        reply.delay = 300ms;
        return reply;
      },
      [](HttpOptions& o) { o.max_concurrency = 1; });
  const auto after = [&](const std::vector<HttpRequest>& requests) {
    CancelAfter stop(60ms);
    Call call = call_on(site.clock);
    call.finish = &stop.flag;
    std::string visited;
    try {
      site.client.exchange(call, requests, [&](std::size_t, HttpAnswer&& answer) { visited += answer.body; });
      visited += " returned";
    } catch (const Error& e) {
      CHECK(e.status() == Status::cancelled);
    }
    CHECK((stop.since() < 400ms));
    return visited;
  };
  CHECK(after({post(site.server.origin() + "/one")}) == "/one returned");
  CHECK(after({post(site.server.origin() + "/one"), post(site.server.origin() + "/two")}) == "/one");
  CHECK(after({get(site.server.origin() + "/busy")}) == "");
}

TEST_CASE("a client goes on after a cancelled exchange and a throwing visitor") {
  LoopbackServer server([](const LoopbackRequest& r) {
    LoopbackReply reply = loopback_reply(200, r.target);
    if (r.target == "/slow") reply.delay = 300ms;
    return reply;
  });
  SystemClock clock;
  WindowRateLimiter limiter(clock, 8, 60s);
  HttpClient client(options_for(server), clock, &limiter);
  const std::vector both{get(server.origin() + "/slow"), get(server.origin() + "/quick")};
  CHECK_THROWS_WITH(client.exchange(call_on(clock), both, [](std::size_t, HttpAnswer&&) { throw std::runtime_error("no"); }), "no");
  CHECK_THROWS_AS(client.exchange(call_on(clock, 60ms), std::vector{both[0]}, [](std::size_t, HttpAnswer&&) {}), Error);
  CHECK(exchange(client, call_on(clock), both[1]).body == "/quick");
  CHECK(limiter.acquire(100).count == 4);  // all four were given back, and still count
}

TEST_CASE("the rate limit on a simulated clock") {
  SimulatedClock clock(Time{});
  std::mutex mutex;
  std::vector<std::int64_t> seen;
  LoopbackServer server([&](const LoopbackRequest&) {
    const std::lock_guard lock(mutex);
    seen.push_back(clock.monotonic());
    return loopback_reply(200);
  });
  WindowRateLimiter limiter(clock, 60, 60s);
  HttpClient client(options_for(server), clock, &limiter);
  for (const HttpAnswer& answer : exchange(client, call_on(clock), std::vector(150, get(server.origin())))) CHECK(answer.code == 200);
  CHECK((clock.monotonic() == std::chrono::nanoseconds{120s}.count()));
  REQUIRE(seen.size() == 150);
  for (std::size_t i = 60; i < seen.size(); ++i) CHECK((seen[i] - seen[i - 60] >= std::chrono::nanoseconds{60s}.count()));

  const auto answers = exchange(client, call_on(clock, 50s), std::vector(40, get(server.origin())));
  const auto refused = std::count_if(answers.begin(), answers.end(), [](const auto& a) { return a.status == Status::rate_limited; });
  CHECK(refused == 10);
  CHECK(answers.back().status == Status::rate_limited);
  CHECK((answers.back().retry_after == 60s));
  CHECK(contains(answers.back().message, "1970-01-01T00:03:00"));
  CHECK((clock.monotonic() == std::chrono::nanoseconds{120s}.count()));
}

TEST_CASE("the rate limit on the system's clock") {
  LoopbackServer server([](const LoopbackRequest&) { return loopback_reply(200); });
  SystemClock clock;
  WindowRateLimiter limiter(clock, 3, 200ms);
  HttpClient client(options_for(server), clock, &limiter);
  const auto begin = std::chrono::steady_clock::now();
  exchange(client, call_on(clock), std::vector(9, get(server.origin())));
  const auto took = std::chrono::steady_clock::now() - begin;
  CHECK((took >= 400ms));
  CHECK((took < 2s));
}
