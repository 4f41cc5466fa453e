// Takes secrets out of a text that goes into a log or an error.
//
// Thread: a Redactor is immutable after construction; `redact` may be called from any thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace picket::host {

class Redactor {
 public:
  // Secrets shorter than 4 bytes are ignored: removing them would remove every text.
  explicit Redactor(const std::vector<std::string>& secrets = {});

  // The text with each of these replaced by "[redacted]":
  //  - a secret as it is, URL-encoded, escaped for JSON, or inside base64 of whatever it is a part of ("Basic" credentials);
  //  - the value of an Authorization or Proxy-Authorization header, in header lines and in JSON;
  //  - what follows the words Bearer and Basic, if it looks like credentials;
  //  - the user and password in a URL.
  std::string redact(std::string_view text) const;

 private:
  std::vector<std::string> plain_;   // secrets in every form that is searched for as it is
  std::vector<std::string> base64_;  // parts of base64 text that only a secret makes
};

}  // namespace picket::host
