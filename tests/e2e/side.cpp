#include "tests/e2e/side.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/http_get.hpp"

namespace picket::e2e {

namespace {

Command command_for(const std::string& kind, std::vector<std::string> options, const Certificate* certificate) {
  if (std::find(options.begin(), options.end(), "--rate-limit") == options.end()) options.insert(options.end(), {"--rate-limit", "0"});
  if (certificate != nullptr)
    options.insert(options.end(), {"--tls-cert", certificate->certificate.path(), "--tls-key", certificate->key.path()});
  Command command{{PICKET_VENDORS_COMMAND, kind}, {}, {}};
  command.arguments.insert(command.arguments.end(), options.begin(), options.end());
  return command;
}

}  // namespace

Certificate::Certificate() : Certificate(test::make_self_signed_certificate({"127.0.0.1", "localhost"})) {}

Side::Side(const std::string& kind, std::vector<std::string> options, const Certificate* certificate)
    : process_(command_for(kind, std::move(options), certificate)), url_(process_.url()) {}

json::value Side::call(const std::string& method, const std::string& path, const std::string& body) {
  const test::Answer answer = test::http_call(method, url_ + path, body, {"Content-Type: application/json"});
  INFO(answer.body);
  REQUIRE(answer.code == 200);
  return json::parse(answer.body, path);
}

void Side::fault(const std::string& fault) { control("/_sim/faults", R"({"faults":[)" + fault + "]}"); }

}  // namespace picket::e2e
