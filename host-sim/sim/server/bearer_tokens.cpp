#include "host-sim/sim/server/bearer_tokens.hpp"

#include "sdk/common/base64.hpp"

namespace picket::sim {

std::string BearerTokens::issue(Time now) {
  std::erase_if(expiry_, [now](const auto& token) { return token.second <= now; });
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes += std::to_string(random_.next());
  std::string token = base64_encode(bytes, Padding::without);
  expiry_[token] = now + lifetime_;
  return token;
}

bool BearerTokens::good(std::string_view authorization, Time now) const {
  constexpr std::string_view scheme = "Bearer ";
  if (!authorization.starts_with(scheme)) return false;
  const auto token = expiry_.find(authorization.substr(scheme.size()));
  return token != expiry_.end() && now < token->second;
}

std::size_t BearerTokens::revoke_all() {
  const std::size_t count = expiry_.size();
  expiry_.clear();
  return count;
}

}  // namespace picket::sim
