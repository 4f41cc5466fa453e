// HTTP for one connection: TLS, proxy, kept-alive connections, rate limit, repeats with back-off, limits of size and time, so that no
// caller has to think of them. What picket_http_1 promises to providers is done here.
//
// Thread: one at a time. No threads are started, except by the system's resolver for names that are not addresses; destroying a client
// may wait for a look-up under way.
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
  // A 429 is about the account: nothing is sent until Retry-After or the back-off is over, and it is no attempt of the request's. Given up
  // when the account has been refused for this long; a longer Retry-After is waited for.
  std::chrono::milliseconds max_wait_for_429 = std::chrono::minutes{5};
  std::size_t max_answer_bytes = std::size_t{32} << 20;  // of a body
  std::size_t max_concurrency = 4;
  std::string user_agent = "picket";
};

class HttpClient final : public Http {
 public:
  // `clock` and `limiter` (may be null) must outlive the client. Throws Error(invalid) with the field at fault: an origin or proxy that is
  // none, a CA file that cannot be read, a limit that is zero.
  HttpClient(HttpOptions options, Clock& clock, RateLimiter* limiter);
  ~HttpClient() override;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Performs all requests and visits each one's final answer as it comes, in any order, each index once. A request that fails is an
  // answer with a status other than ok and a sentence that says why; it never holds a header, a query or a body.
  // Throws Error(cancelled) or Error(deadline) within 100 ms when the call is over, leaving the rest unvisited, and what the visitor or the
  // rate limiter throws; connections in use are dropped then. `call.clock` must be the client's.
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
