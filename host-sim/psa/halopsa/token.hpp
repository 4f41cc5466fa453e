// The access token of one API application (OAuth 2, client credentials): fetched when it is first needed, again before it expires and
// after the API has rejected it. All requests share it.
// Thread: one. Errors: Error(auth) that names the keys to check, or what the network did.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "host-sim/psa/halopsa/config.hpp"
#include "sdk/host/call.hpp"
#include "sdk/host/http/redact.hpp"
#include "sdk/host/services.hpp"

namespace picket::psa::halopsa {

class AccessToken {
 public:
  // `config`, `http` and `clock` outlive it.
  AccessToken(const Config& config, host::Http& http, host::Clock& clock);

  const std::string& get(const host::Call&);
  // Reports that the API did not accept this one. Does nothing if another has replaced it since.
  void reject(const std::string& token);
  // Reports that this one lacks a right: rights are part of a token, so that one which was granted since is only in the next. False: it was
  // replaced for that reason a moment ago, and another would have no other rights.
  [[nodiscard]] bool reject_rights(const std::string& token);

  // Removes the client's secret and the current token from texts.
  const host::Redactor& redactor() const { return redactor_; }

 private:
  void fetch(const host::Call&);

  const Config& config_;
  host::Http& http_;
  host::Clock& clock_;
  std::string token_;  // empty: none
  std::int64_t renew_at_ns_ = 0;
  std::optional<std::int64_t> rights_renewed_at_ns_;
  host::Redactor redactor_;
};

}  // namespace picket::psa::halopsa
