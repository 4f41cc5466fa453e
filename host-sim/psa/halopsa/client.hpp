// Requests to HaloPSA's API: credentials, connections, and a new access token when one is rejected or lacks a right.
// Thread: one at a time. Errors: throws Error(cancelled) and Error(deadline) when the call is over; whatever else goes wrong is an answer.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "host-sim/psa/halopsa/config.hpp"
#include "host-sim/psa/halopsa/token.hpp"
#include "sdk/host/clock.hpp"
#include "sdk/host/http/http_client.hpp"

namespace picket::psa::halopsa {

// Requests at once.
constexpr std::size_t max_concurrency = 4;

class Client {
 public:
  // `config` and `clock` outlive it; `proxy` may be empty. Throws Error(invalid) for what HttpClient refuses.
  Client(const Config& config, const std::function<std::string(std::string_view url)>& proxy, host::Clock& clock);

  // `path` is relative to the API's URL: "/Tickets?page_no=1".
  static HttpRequest get(std::string path);
  static HttpRequest post(std::string path, std::string body, bool repeatable);

  // Visits the answer of each as it comes, in any order.
  void exchange(const host::Call&, std::span<const HttpRequest>, const std::function<void(std::size_t index, HttpAnswer&&)>& visit);
  HttpAnswer send(const host::Call&, const HttpRequest&);

  const host::Redactor& redactor() const { return token_.redactor(); }
  std::uint64_t sent() const { return api_.sent() + authorization_.sent(); }

 private:
  const Config& config_;
  host::HttpClient api_, authorization_;
  AccessToken token_;
};

}  // namespace picket::psa::halopsa
