#include "host-sim/cli/served.hpp"
#include "host-sim/serve/check.hpp"
#include "sdk/common/json.hpp"

namespace picket::cli {

int check(HostContext& usual, const Console& console, const ServeArguments& arguments) {
  Served served(usual, arguments);
  const serve::CheckResult result = serve::check(served.context(), served.configuration());
  json::object document;
  document["ok"] = result.ok();
  std::string text;
  const auto add = [&](const char* member, const std::vector<std::string>& lines, const char* mark) {
    json::array all;
    for (const std::string& line : lines) {
      all.emplace_back(line);
      text += mark + line + "\n";
    }
    document[member] = std::move(all);
  };
  add("facts", result.facts, "good     ");
  add("warnings", result.warnings, "warning  ");
  add("problems", result.problems, "WRONG    ");
  text += result.ok() ? "Everything is as it should be.\n"
                      : std::to_string(result.problems.size()) + (result.problems.size() == 1 ? " thing is" : " things are") + " wrong.\n";
  console.print(document, text);
  return result.ok() ? done : wrong_usage;
}

}  // namespace picket::cli
