// HTTP requests and answers as C++ values, the same on both sides of the contract (see picket_http_1).
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "picket/error.hpp"

namespace picket {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method = "GET";
  std::string url;  // absolute
  HttpHeaders headers;
  std::string body;
  bool repeatable = true;                 // false: repeated only if it certainly had no effect
  std::chrono::milliseconds patience{0};  // how long to wait for it in total; 0 = as long as the call may take
};

struct HttpAnswer {
  Status status = Status::ok;  // ok: an answer with any code; otherwise none arrived and `message` says why
  int code = 0;
  HttpHeaders headers;  // names in lower case
  std::string body;
  std::string message;
  std::optional<std::chrono::milliseconds> retry_after;

  std::string_view header(std::string_view lower_case_name) const {
    for (const auto& [name, value] : headers)
      if (name == lower_case_name) return value;
    return {};
  }
};

}  // namespace picket
