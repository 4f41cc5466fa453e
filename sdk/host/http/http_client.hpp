// HTTP for one connection: TLS, proxy, kept-alive connections, rate limit, repeats with back-off, limits on size and time. Implements what
// picket_http_1 promises to providers.
//
// Thread: one at a time. No threads are started, except by the system's resolver for names that are not addresses; destroying a client
// may wait for a look-up in progress.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "picket/http.hpp"
#include "sdk/host/call.hpp"
#include "sdk/host/clock.hpp"
#include "sdk/host/rate_limiter.hpp"
#include "sdk/host/services.hpp"

namespace picket::host {

struct HttpOptions {
  std::vector<std::string> origins;  // "https://api.huntress.io"; a request to any other origin is answered with Status::invalid
  std::string ca_file;               // PEM, trusted instead of the system's; empty: the system's
  bool verify_tls = true;            // false: any certificate is accepted
  std::string proxy;                 // "http://[user:password@]host:port", the password percent-encoded; empty: none
  std::chrono::milliseconds connect_timeout{10000};  // of name look-up, TCP, proxy and TLS handshake together
  std::chrono::milliseconds request_timeout{30000};  // of one attempt, connecting included
  int max_attempts = 5;
  std::chrono::milliseconds first_backoff{500}, max_backoff{30000};  // exponential with jitter
  // A 429 concerns the account: nothing is sent until Retry-After or the back-off is over, and it does not count as an attempt. The client
  // gives up when the account has been refused for this long, but waits for a longer Retry-After.
  std::chrono::milliseconds max_wait_for_429 = std::chrono::minutes{5};
  std::size_t max_answer_bytes = std::size_t{32} << 20;  // of a body
  std::size_t max_concurrency = 4;
  std::string user_agent = "picket";
};

class HttpClient final : public Http {
 public:
  // `clock` and `limiter` (may be null) must outlive the client. Throws Error(invalid) with the field at fault: an invalid
  // origin or proxy, a CA file that cannot be read, a limit of zero.
  HttpClient(HttpOptions options, Clock& clock, RateLimiter* limiter);
  ~HttpClient() override;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Performs all requests and visits each final answer as it arrives, in any order, each index once. A request that fails is an
  // answer with a status other than ok and a sentence with the reason, which never contains a header, a query or a body.
  // Throws Error(cancelled) or Error(deadline) within 100 ms when the call is over, leaving the rest unvisited; exceptions of the visitor
  // or the rate limiter pass through. Connections in use are then dropped. `call.clock` must be the client's.
  void exchange(const Call& call, std::span<const HttpRequest> requests,
                const std::function<void(std::size_t index, HttpAnswer&& answer)>& visit) override;

  // How many requests have been sent since the client was made, repeats included.
  std::uint64_t sent() const override;

 private:
  class Exchange;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace picket::host
