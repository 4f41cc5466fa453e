#include "sdk/conformance/expectations.hpp"

#include <sstream>
#include <utility>

#include "sdk/common/list.hpp"

namespace picket::conformance {

HttpAnswer answer_with(int code, std::string body, std::string type) {
  HttpAnswer answer;
  answer.code = code;
  answer.headers = {{"content-type", std::move(type)}};
  answer.body = std::move(body);
  return answer;
}

std::string described(const Error& e) { return std::string(name_of(e.status())) + ": " + e.what(); }

void expect_no_breach(const fakes::Host& host) {
  if (!host.breaches.list.empty()) throw Failed("the contract was broken: " + joined(host.breaches.list, "; "));
}

void expect_no_secret(const fakes::Host& host, const std::string& text, const std::string& where) {
  for (const std::string& secret : host.vault.given)
    if (text.find(secret) != std::string::npos) throw Failed(where + " holds a secret");
}

void expect_reason(const std::string& message) {
  std::istringstream words(message);
  std::string word;
  int count = 0;
  while (words >> word) ++count;
  if (count < 3) throw Failed("the message '" + message + "' does not say what happened; write a sentence");
}

}  // namespace picket::conformance
