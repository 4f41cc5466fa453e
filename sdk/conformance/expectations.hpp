// What every conformance check expects, and how it reports a failure. Internal to sdk/conformance.
#pragma once
#include <stdexcept>
#include <string>

#include "picket/error.hpp"
#include "picket/http.hpp"
#include "sdk/conformance/fakes.hpp"

namespace picket::conformance {

// Thrown by a check that fails; the text says what to change.
class Failed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

[[nodiscard]] HttpAnswer answer_with(int code, std::string body, std::string type = "application/json");

[[nodiscard]] std::string described(const Error&);  // "auth: the key was refused"

// Each throws Failed.
void expect_no_breach(const fakes::Host&);
void expect_no_secret(const fakes::Host&, const std::string& text, const std::string& where);
void expect_reason(const std::string& message);  // a sentence for a person

}  // namespace picket::conformance
