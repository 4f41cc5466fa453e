// A running `picket-vendors KIND`: one side of a sync, and its controls (host-sim/sim/README.md). Thread: one.
#pragma once
#include <string>
#include <vector>

#include "sdk/common/json.hpp"
#include "tests/e2e/process.hpp"
#include "tests/support/tls_certificate.hpp"

namespace picket::e2e {

enum class Transport { plain, tls };

// A certificate for this machine, which is its own CA.
struct Certificate {
  Certificate();
  test::TemporaryFile certificate, key;

 private:
  explicit Certificate(const test::TlsCertificate& made) : certificate(made.certificate_pem), key(made.key_pem) {}
};

class Side {
 public:
  // With the command's own options: {"--cases", "100"}. Its rate limit is off unless given.
  // `certificate` null: plain HTTP.
  Side(const std::string& kind, std::vector<std::string> options, const Certificate* certificate = nullptr);

  const std::string& url() const { return url_; }

  json::value control(const std::string& path, const std::string& body) { return call("POST", path, body); }
  json::value show(const std::string& path) { return call("GET", path); }

  void fault(const std::string& fault);  // {"path":"/v1/agents","kind":"503","times":3}
  void clear_faults() { call("DELETE", "/_sim/faults"); }
  void revoke_tokens() { control("/_sim/tokens/revoke", "{}"); }

  json::object stats() { return call("GET", "/_sim/stats").as_object(); }
  void reset_stats() { call("DELETE", "/_sim/stats"); }
  std::uint64_t requests() { return static_cast<std::uint64_t>(stats().at("requests").to_number<double>()); }

 private:
  json::value call(const std::string& method, const std::string& path, const std::string& body = {});

  Process process_;
  std::string url_;
};

}  // namespace picket::e2e
