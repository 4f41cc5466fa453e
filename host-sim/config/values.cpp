#include "host-sim/config/values.hpp"

#include <algorithm>
#include <cmath>

#include "sdk/common/ascii.hpp"
#include "sdk/common/number.hpp"
#include "sdk/common/text.hpp"

namespace picket::config {

std::string value_of(const ConfigurationSource& source, std::string_view key) {
  if (const auto found = source.environment.find(key); found != source.environment.end())
    if (std::string value = read_environment_value(found->second).value; !value.empty()) return value;
  std::string value;
  for (const EnvEntry& entry : source.file.entries)
    if (entry.key == key) value = entry.value;
  return value;
}

std::string Values::get(std::string_view key) const {
  std::string set = value_of(source_, key);
  if (const auto misspelt = misspelt_.find(key); set.empty() && misspelt != misspelt_.end()) return misspelt->second;
  return set;
}

bool Values::any_set(const std::vector<std::string>& names) const {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) { return !get(name).empty(); });
}

std::optional<bool> parse_switch(std::string_view text) {
  const std::string word = ascii::lower(text);
  for (const std::string_view yes : {"true", "yes", "on", "1"})
    if (word == yes) return true;
  for (const std::string_view no : {"false", "no", "off", "0"})
    if (word == no) return false;
  return std::nullopt;
}

std::optional<double> parse_number(std::string_view text) {
  const auto n = number_from<double>(text);
  return n && std::isfinite(*n) ? n : std::nullopt;
}

std::string quoted(const std::string& value) { return "\"" + text::clean_line(value, 80).text + "\""; }

}  // namespace picket::config
