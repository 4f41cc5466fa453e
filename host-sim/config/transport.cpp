#include "host-sim/config/transport.hpp"

#include "sdk/common/ascii.hpp"
#include "sdk/common/list.hpp"
#include "sdk/common/text.hpp"

namespace picket::config {

std::optional<psa::Problem> transport_problem(const host::Manifest& manifest, const KeyValue& value_of) {
  for (const std::string_view key : {std::string_view(manifest.transport_env), transport_key}) {
    const std::string value = key.empty() ? std::string{} : value_of(key);
    if (value.empty()) continue;
    if (contains(transports, std::string_view(ascii::lower(value)))) return std::nullopt;
    return psa::Problem{std::string(key), std::string(key) + ": there is no transport \"" + text::clean_line(value, 80).text +
                                              "\"; there is: " + joined(transports)};
  }
  return std::nullopt;
}

}  // namespace picket::config
