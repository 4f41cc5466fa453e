#include "host-sim/cli/commands.hpp"
#include "host-sim/operations/environment_keys.hpp"
#include "sdk/common/json.hpp"

namespace picket::cli {
namespace {

using operations::EnvironmentKey;
using operations::EnvironmentKeys;

std::string cell(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : c == '<' ? "&lt;" : std::string(1, c);
  return out;
}

std::string default_cell(const EnvironmentKey& key) {
  if (key.required) return "required";
  return key.default_value.empty() ? "" : "`" + key.default_value + "`";
}

std::string keys_markdown(const std::vector<EnvironmentKeys>& groups) {
  std::string out = "# The environment keys\n\nMade by `picket keys --markdown`; do not edit.\n";
  for (const EnvironmentKeys& group : groups) {
    out += "\n## " + group.title + "\n\n| key | default | what it is |\n| --- | --- | --- |\n";
    for (const EnvironmentKey& key : group.keys)
      out += "| `" + key.name + "` | " + cell(default_cell(key)) + " | " + cell(key.description) + " |\n";
  }
  return out;
}

std::string keys_text(const std::vector<EnvironmentKeys>& groups) {
  std::string out;
  for (const EnvironmentKeys& group : groups) {
    std::vector<std::vector<std::string>> rows{{group.title, "default", "what it is"}};
    for (const EnvironmentKey& key : group.keys)
      rows.push_back({"  " + key.name, key.required ? "required" : key.default_value, key.description});
    out += (out.empty() ? "" : "\n") + table(rows);
  }
  return out;
}

json::object keys_json(const EnvironmentKeys& group) {
  json::array keys;
  for (const EnvironmentKey& key : group.keys)
    keys.push_back({{"name", key.name}, {"default", key.default_value}, {"required", key.required}, {"description", key.description}});
  return {{"owner", group.owner}, {"title", group.title}, {"keys", std::move(keys)}};
}

}  // namespace

int keys(HostContext& context, const Console& console, bool markdown) {
  const std::vector<EnvironmentKeys> groups = operations::environment_keys(context);
  json::array list;
  for (const EnvironmentKeys& group : groups) list.push_back(keys_json(group));
  console.print({{"keys", std::move(list)}}, markdown ? keys_markdown(groups) : keys_text(groups));
  return done;
}

}  // namespace picket::cli
