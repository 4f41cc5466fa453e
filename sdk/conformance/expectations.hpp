// What every check of validate.hpp looks at, and how it says that it failed. Internal to sdk/host.
#pragma once
#include <stdexcept>
#include <string>
#include <vector>

#include "picket/error.hpp"
#include "picket/http.hpp"
#include "sdk/conformance/fakes.hpp"

namespace picket::conformance {

// A check that failed, with what to change.
class Failed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

HttpAnswer answer_with(int code, std::string body, std::string type = "application/json");

std::string described(const Error&);  // "auth: the key was refused"
std::string listed(const std::vector<std::string>& texts);

// Each throws Failed.
void expect_no_breach(const fakes::Host&);
void expect_no_secret(const fakes::Host&, const std::string& text, const std::string& where);
void expect_reason(const std::string& message);  // a sentence for a person

}  // namespace picket::conformance
