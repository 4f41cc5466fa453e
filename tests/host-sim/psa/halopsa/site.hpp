// A HaloPSA of a few scripted answers; whatever a test does not script is answered as by a small healthy site.
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/psa/psa_kind.hpp"
#include "sdk/host/clock.hpp"
#include "tests/support/collected_log.hpp"
#include "tests/support/loopback_server.hpp"

namespace picket::test {

class Site {
 public:
  using Answer = std::function<LoopbackReply(const LoopbackRequest&)>;

  explicit Site(std::optional<TlsCertificate> tls = std::nullopt);

  // "POST /api/Actions": method and the beginning of the target. The last one given that fits answers.
  void on(const std::string& what, Answer);
  void on(const std::string& what, int code, const std::string& body);
  // The first answer, the second, ...; the last one stays.
  void on(const std::string& what, std::vector<LoopbackReply>);

  std::vector<LoopbackRequest> asked(const std::string& what) const;
  std::size_t count(const std::string& what) const { return asked(what).size(); }
  const LoopbackServer& server() const { return *server_; }
  LoopbackServer& server() { return *server_; }

  psa::PsaEnvironment environment() const;
  // A PSA with these keys beside the necessary ones.
  std::unique_ptr<psa::Psa> psa(const std::map<std::string, std::string>& more = {});

  host::SimulatedClock clock;
  CollectedLog log;
  host::Call call() { return {.clock = clock, .progress = {}}; }

 private:
  LoopbackReply answer(const LoopbackRequest&);

  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, Answer>> answers_;
  std::vector<LoopbackRequest> asked_;
  std::unique_ptr<LoopbackServer> server_;  // ends first
};

// A ticket in the site's format.
std::string ticket_json(int id, std::string_view more = {});
// {"record_count": n, "tickets": [...]}
std::string tickets_json(std::size_t total, const std::vector<std::string>& rows);

}  // namespace picket::test
