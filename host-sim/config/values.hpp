// What keys are set to, and how their values are read. Pure; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/config/configuration.hpp"

namespace picket::config {

// The process's environment before the file. What a misspelt key says is taken as the right key's value, so that what else is wrong with it
// is reported at once.
class Values {
 public:
  explicit Values(const ConfigurationSource& source) : source_(source) {}

  std::string get(std::string_view key) const;  // empty text where it is not set, or set to nothing
  bool any_set(const std::vector<std::string>& keys) const;
  void take_misspelt(const std::string& right, const std::string& written) { misspelt_.emplace(right, get(written)); }

 private:
  const ConfigurationSource& source_;
  Variables misspelt_;  // by the right key
};

// A finite number and nothing else.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);

// A value in a message.
std::string quoted(const std::string& value);

}  // namespace picket::config
