// What the tests of HttpClient share: short ways to make options, exchange one request and measure.
#pragma once
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "sdk/host/http/http_client.hpp"
#include "tests/support/loopback_server.hpp"

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

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

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
