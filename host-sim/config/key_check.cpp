#include "host-sim/config/key_check.hpp"

#include <map>

#include "sdk/common/list.hpp"

namespace picket::config {
namespace {

void check_key(const std::string& key, bool in_file, const KnownKeys& known, Values& values, Configuration& c) {
  if (known.contains(key)) return;
  if (const std::string other(known.other_provider(key)); !other.empty()) {
    c.warnings.push_back(key + " belongs to the provider " + other + ", which does not take part here; add --provider " + other +
                         " if it is meant");
    return;
  }
  const KnownKeys::Near near = known.nearest(key);
  // The environment belongs to others too: only what is surely a slip is meant for us there.
  if (near.is_sure || (in_file && !near.key.empty() && values.get(near.key).empty())) {
    c.problems.push_back({key, key + " is no known key; did you mean " + near.key + "?"});
    values.take_misspelt(near.key, key);
  } else {
    c.warnings.push_back(key + " is no known key and is ignored" + (near.key.empty() ? "" : "; the nearest one is " + near.key));
  }
}

}  // namespace

void check_keys(const ConfigurationSource& source, const KnownKeys& known, Values& values, Configuration& c) {
  std::map<std::string_view, int> lines;
  for (const EnvEntry& entry : source.file.entries) {
    if (const auto [at, is_new] = lines.emplace(entry.key, entry.line); !is_new)
      c.warnings.push_back(entry.key + " is set on line " + std::to_string(at->second) + " and again on line " +
                           std::to_string(entry.line) + "; the last one counts");
    else if (!entry.value.empty())
      check_key(entry.key, true, known, values, c);
  }
  for (const auto& [key, text] : source.environment) {
    const EnvironmentValue read = read_environment_value(text);
    const bool is_ours = known.contains(key) && !contains(library_keys(), std::string_view(key));
    if (is_ours && !read.problem.empty()) c.problems.push_back({key, key + ": " + read.problem});
    if (!read.value.empty() && !lines.contains(key) && known.begins_like_ours(key)) check_key(key, false, known, values, c);
  }
}

}  // namespace picket::config
