#include "host-sim/psa/halopsa/token.hpp"

#include <algorithm>
#include <chrono>

#include "host-sim/psa/halopsa/answers.hpp"
#include "sdk/common/json.hpp"
#include "sdk/common/url_escape.hpp"

namespace picket::psa::halopsa {
namespace {

using std::chrono::seconds;

constexpr std::string_view attempt = "HaloPSA's authorisation server gave no access token";

[[noreturn]] void refuse(const HttpAnswer& answer, const host::Redactor& redactor) {
  const std::string code = std::to_string(answer.code);
  if (answer.code == 400 || answer.code == 401 || answer.code == 403) {
    const std::string words = words_of(answer, redactor);
    throw Error(Status::auth,
                "HaloPSA's authorisation server refused the credentials (" + code + ")" + (words.empty() ? "" : ": " + words) +
                    "; check HALOPSA_OIDC_CLIENT_ID, HALOPSA_OIDC_CLIENT_SECRET and HALOPSA_OIDC_CLIENT_SCOPE, and HALOPSA_TENANT if the "
                    "site is hosted",
                "HALOPSA_OIDC_CLIENT_SECRET");
  }
  if (answer.code == 404)
    throw Error(
        Status::invalid,
        "there is no authorisation server at HALOPSA_AUTHORIZATION_SERVER_URL (404); without that key it is HALOPSA_BASE_URL with /auth",
        "HALOPSA_AUTHORIZATION_SERVER_URL");
  document_of(answer, attempt, redactor);
  throw Error(Status::unavailable, std::string(attempt) + "; check HALOPSA_AUTHORIZATION_SERVER_URL", "HALOPSA_AUTHORIZATION_SERVER_URL");
}

bool is_header_value(const std::string& token) {
  return !token.empty() && std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

// Until when a token that lives so long is used: a request that is sent then still arrives in time.
seconds useful_life(std::int64_t expires_in) {
  const seconds life{std::clamp<std::int64_t>(expires_in, 1, 86'400)};
  return life - std::min(seconds{60}, life / 4);
}

}  // namespace

AccessToken::AccessToken(const Config& config, host::Http& http, host::Clock& clock)
    : config_(config), http_(http), clock_(clock), redactor_({config.client_secret}) {}

const std::string& AccessToken::get(const host::Call& call) {
  if (token_.empty() || clock_.monotonic() >= renew_at_ns_) fetch(call);
  return token_;
}

void AccessToken::reject(const std::string& token) {
  if (token == token_) token_.clear();
}

bool AccessToken::reject_rights(const std::string& token) {
  if (!token_.empty() && token != token_) return true;
  constexpr std::int64_t moment_ns = 10'000'000'000;  // the shortest delay between two attempts
  const std::int64_t now = clock_.monotonic();
  if (rights_renewed_at_ns_ && now - *rights_renewed_at_ns_ < moment_ns) return false;
  rights_renewed_at_ns_ = now;
  token_.clear();
  return true;
}

void AccessToken::fetch(const host::Call& call) {
  token_.clear();
  HttpRequest request;
  request.method = "POST";
  request.url = config_.token_url;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  request.body = "grant_type=client_credentials&client_id=" + url_escaped(config_.client_id) +
                 "&client_secret=" + url_escaped(config_.client_secret) + "&scope=" + url_escaped(config_.scope);
  const std::int64_t asked_at_ns = clock_.monotonic();
  HttpAnswer answer;
  http_.exchange(call, {&request, 1}, [&](std::size_t, HttpAnswer&& a) { answer = std::move(a); });
  if (answer.status != Status::ok || answer.code != 200) refuse(answer, redactor_);

  const json::value document = document_of(answer, attempt, redactor_);
  const json::object* o = document.if_object();
  std::string token = o == nullptr ? std::string{} : json::text_at(*o, "access_token").value_or("");
  if (!is_header_value(token)) refuse(answer, redactor_);
  constexpr std::int64_t unstated_life = 600;
  const seconds life = useful_life(json::integer_at(*o, "expires_in").value_or(unstated_life));
  renew_at_ns_ = asked_at_ns + std::chrono::nanoseconds(life).count();
  redactor_ = host::Redactor({config_.client_secret, token});
  token_ = std::move(token);
}

}  // namespace picket::psa::halopsa
