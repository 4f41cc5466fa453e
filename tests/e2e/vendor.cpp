#include "tests/e2e/vendor.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/http_get.hpp"

namespace picket::e2e {
namespace {

Command command_for(std::vector<std::string> options) {
  if (std::find(options.begin(), options.end(), "--rate-limit") == options.end()) options.insert(options.end(), {"--rate-limit", "0"});
  Command command{{PICKET_VENDORS_COMMAND, "huntress"}, {}, {}};
  command.arguments.insert(command.arguments.end(), options.begin(), options.end());
  return command;
}

}  // namespace

Vendor::Vendor(std::vector<std::string> options) : process_(command_for(std::move(options))) {
  const std::string prefix = "listening on ";
  const std::string line = process_.first_line();
  REQUIRE(line.starts_with(prefix));
  url_ = line.substr(prefix.size());
}

json::value Vendor::call(const std::string& method, const std::string& path, const std::string& body) {
  const test::Answer answer = test::http_call(method, url_ + path, body, {"Content-Type: application/json"});
  INFO(answer.body);
  REQUIRE(answer.code == 200);
  return json::parse(answer.body, path);
}

json::array Vendor::incidents() { return call("GET", "/_sim/incidents").as_array(); }

void Vendor::fault(const std::string& fault) { call("POST", "/_sim/faults", R"({"faults":[)" + fault + "]}"); }

void Vendor::clear_faults() { call("DELETE", "/_sim/faults"); }

json::object Vendor::stats() { return call("GET", "/_sim/stats").as_object(); }

void Vendor::reset_stats() { call("DELETE", "/_sim/stats"); }

}  // namespace picket::e2e
