// Single attempts to perform HTTP requests: sockets, TLS, proxy, kept-alive connections. Nothing here repeats, waits for a rate limit or
// knows a simulated clock; HttpClient does that.
//
// Thread: one at a time.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "picket/http.hpp"
#include "sdk/host/http/retry.hpp"
#include "sdk/host/http/url.hpp"

namespace picket::host {

struct Proxy {
  Origin origin;
  std::string authorization;  // the value of Proxy-Authorization; empty: none
};

struct TransportOptions {
  std::string ca_file;
  bool verify_tls = true;
  std::optional<Proxy> proxy;
  std::string user_agent;
  std::chrono::milliseconds connect_timeout{0}, request_timeout{0};
  std::size_t max_answer_bytes = 0;
  std::size_t max_idle = 0;  // connections kept per origin
};

struct Dispatch {
  std::size_t id = 0;  // chosen by the caller, unique among those in flight
  Origin origin;
  std::string head, body;
  bool answer_has_body = true;              // false for HEAD
  bool reuse = true;                        // false: on a fresh connection
  std::chrono::milliseconds time_limit{0};  // of this attempt, if shorter than the option; 0 = none
};

struct AttemptResult {
  std::size_t id = 0;
  AttemptEnd end = AttemptEnd::not_sent;
  // The attempt failed before the first byte of an answer because the server had closed a kept connection, which says nothing about the
  // server's health. `end` says whether the request may have been received.
  bool stale = false;
  HttpAnswer answer;    // when answered: code, headers, body
  std::string message;  // otherwise the reason, one sentence without its full stop
};

class Transport {
 public:
  // Throws Error(invalid) when the CA file cannot be read.
  explicit Transport(TransportOptions options);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  void start(Dispatch dispatch);

  // Runs until at least one attempt has ended or `slice` of real time has passed; returns the ended ones.
  [[nodiscard]] std::vector<AttemptResult> run(std::chrono::nanoseconds slice);

  std::size_t in_flight() const;
  void drop_in_flight();       // without results
  std::uint64_t sent() const;  // attempts whose first byte was handed to the network

 private:
  class Flight;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace picket::host
