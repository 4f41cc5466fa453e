// The site's authorisation server: client credentials for an access token.
#include "host-sim/sim/halopsa/halopsa.hpp"
#include "sdk/common/ascii.hpp"

namespace picket::sim::halopsa {
namespace {

Answer refusal(unsigned code, std::string_view error, std::string_view description) {
  json::object body;
  body["error"] = error;
  body["error_description"] = description;
  return {code, boost::json::serialize(body)};
}

Answer discovery(const std::string& origin) {
  json::object body;
  body["issuer"] = origin + "/auth/";
  body["token_endpoint"] = origin + "/auth/token";
  body["authorization_endpoint"] = origin + "/auth/authorize";
  body["jwks_uri"] = origin + "/auth/.well-known/jwks";
  json::array grants;
  grants.push_back(json::value("client_credentials"));
  body["grant_types_supported"] = std::move(grants);
  json::array scopes;
  scopes.push_back(json::value("all"));
  body["scopes_supported"] = std::move(scopes);
  return {200, boost::json::serialize(body)};
}

}  // namespace

Answer HaloPsa::authorise(const Request& request, const std::string& path) {
  if (path == "/auth/.well-known/openid-configuration" && request.method == "GET") return discovery(request.origin);
  if (path == "/auth/token" && request.method == "POST") return token(request);
  return error_answer(404, "There is no " + request.method + " " + request.path + ".");
}

Answer HaloPsa::token(const Request& request) {
  if (!ascii::lower(request.content_type).starts_with("application/x-www-form-urlencoded"))
    return refusal(400, "invalid_request", "The request must be a form.");
  const Query form(request.body);
  if (form.get("grant_type") != "client_credentials")
    return refusal(400, "unsupported_grant_type", "Only client_credentials is supported.");
  if (form.get("client_id") != client_id_ || form.get("client_secret") != client_secret_)
    return refusal(401, "invalid_client", "The specified client credentials are invalid.");
  const Quirks& quirks = site_.quirks();
  const std::string tenant = request.query.get("tenant").value_or("");
  const std::string expected = quirks.name(Quirk::tenant_in_token_url);
  if (quirks.has(Quirk::tenant_in_token_url) && (expected.empty() ? tenant.empty() : tenant != expected))
    return refusal(400, "invalid_request", "The tenant is unknown: the address of the token endpoint must end with ?tenant=NAME.");
  if (form.get("scope").value_or("").empty()) return refusal(400, "invalid_scope", "A scope is required.");
  ++tokens_issued_;
  json::object body;
  const std::string issued = tokens_.issue(now_);
  lacking_["Bearer " + issued] = quirks.missing_rights();
  body["access_token"] = issued;
  body["token_type"] = "Bearer";
  body["expires_in"] = tokens_.lifetime().count();
  body["scope"] = *form.get("scope");
  Answer answer{200, boost::json::serialize(body)};
  answer.headers.emplace_back("Cache-Control", "no-store");
  return answer;
}

}  // namespace picket::sim::halopsa
