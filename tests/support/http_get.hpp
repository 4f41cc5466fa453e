// A plain HTTP/1.1 client, so that tests do not depend on the client under test: blocking, one connection per call; over TLS it accepts any
// certificate. Any thread.
#pragma once
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace picket::test {

struct Answer {
  int code = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  bool complete = true;  // false: the connection ended before Content-Length was reached
};

// There was no answer: refused, reset, timed out, or not HTTP.
class NoAnswer : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// `headers` are whole lines: "Authorization: Basic ...". Throws NoAnswer.
Answer http_call(const std::string& method, const std::string& url, const std::string& body = {},
                 const std::vector<std::string>& headers = {});

}  // namespace picket::test
