// Removes secrets from text that goes into a log or an error.
//
// Thread: a Redactor is immutable after construction; `redact` may be called from any thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace picket::host {

class Redactor {
 public:
  // Secrets shorter than 4 bytes are ignored: removing them would damage any text.
  explicit Redactor(const std::vector<std::string>& secrets = {});

  // The text with each of these replaced by "[redacted]":
  //  - a secret as it is, URL-encoded, escaped for JSON, or inside the base64 of a longer text ("Basic" credentials);
  //  - the value of an Authorization or Proxy-Authorization header, in header lines and in JSON;
  //  - the word after Bearer or Basic, if it looks like credentials;
  //  - the user and password in a URL.
  std::string redact(std::string_view text) const;

 private:
  std::vector<std::string> plain_;   // every form of the secrets that is searched for literally
  std::vector<std::string> base64_;  // base64 fragments that only a secret produces
};

}  // namespace picket::host
