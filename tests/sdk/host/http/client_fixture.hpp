// What the tests of HttpClient share: short ways to make options, exchange one request and measure.
#pragma once
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "sdk/host/http/http_client.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/support/text.hpp"

namespace picket::test {

using namespace std::chrono_literals;

// Allows the server's origin; the back-off is short enough for a real clock.
inline host::HttpOptions options_for(const LoopbackServer& server, std::string_view name = "127.0.0.1") {
  host::HttpOptions options;
  options.origins = {server.origin(name)};
  options.first_backoff = 2ms;
  options.max_backoff = 10ms;
  return options;
}

inline std::vector<HttpAnswer> exchange(host::HttpClient& client, const host::Call& call, const std::vector<HttpRequest>& requests) {
  std::vector<HttpAnswer> answers(requests.size());
  std::vector<int> visits(requests.size(), 0);
  client.exchange(call, requests, [&](std::size_t index, HttpAnswer&& answer) {
    ++visits.at(index);
    answers.at(index) = std::move(answer);
  });
  for (const int n : visits) CHECK(n == 1);
  return answers;
}

inline HttpAnswer exchange(host::HttpClient& client, const host::Call& call, const HttpRequest& request) {
  return exchange(client, call, std::vector{request}).front();
}

inline HttpRequest get(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  return request;
}

// Not repeatable.
inline HttpRequest post(std::string url, std::string body = "x") {
  HttpRequest request;
  request.method = "POST";
  request.url = std::move(url);
  request.body = std::move(body);
  request.repeatable = false;
  return request;
}

// A call without a deadline, and one that ends a while from now.
inline host::Call call_on(host::Clock& clock) { return {.clock = clock, .progress = {}}; }
inline host::Call call_on(host::Clock& clock, std::chrono::nanoseconds from_now) {
  return {.clock = clock, .deadline_ns = clock.monotonic() + from_now.count(), .progress = {}};
}

// Where simulated clocks begin.
constexpr Time start = Time{std::chrono::sys_days{std::chrono::year{2026} / 6 / 9}} + 14h;

// A server, a client of it and the client's clock.
template <class ClockKind>
struct Site {
  explicit Site(
      LoopbackServer::Reply reply, const std::function<void(host::HttpOptions&)>& change = [](host::HttpOptions&) {})
      : server(std::move(reply)), client(changed(options_for(server), change), clock, nullptr) {}

  HttpAnswer get(const std::string& path = {}) { return exchange(client, call_on(clock), test::get(server.origin() + path)); }
  HttpAnswer post(const std::string& path = {}) { return exchange(client, call_on(clock), test::post(server.origin() + path)); }
  std::vector<HttpAnswer> get_all(std::size_t count) {
    return exchange(client, call_on(clock), std::vector(count, test::get(server.origin())));
  }

  LoopbackServer server;
  ClockKind clock = begun();
  host::HttpClient client;

 private:
  static ClockKind begun() {
    if constexpr (std::is_same_v<ClockKind, host::SimulatedClock>)
      return host::SimulatedClock(start);
    else
      return host::SystemClock();
  }
  static host::HttpOptions changed(host::HttpOptions options, const std::function<void(host::HttpOptions&)>& change) {
    change(options);
    return options;
  }
};
using SimulatedSite = Site<host::SimulatedClock>;
using RealSite = Site<host::SystemClock>;

// Sets a flag after a while, from another thread.
class CancelAfter {
 public:
  explicit CancelAfter(std::chrono::milliseconds d)
      : thread_([this, d] {
          std::this_thread::sleep_for(d);
          at_ = std::chrono::steady_clock::now();
          flag = true;
        }) {}
  ~CancelAfter() {
    if (thread_.joinable()) thread_.join();
  }
  CancelAfter(const CancelAfter&) = delete;
  CancelAfter& operator=(const CancelAfter&) = delete;

  std::chrono::nanoseconds since() {
    const auto now = std::chrono::steady_clock::now();
    thread_.join();
    return now - at_;
  }

  std::atomic<bool> flag{false};

 private:
  std::chrono::steady_clock::time_point at_;
  std::thread thread_;
};

}  // namespace picket::test
