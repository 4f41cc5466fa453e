// What a vendor's JSON API answered: the document that was expected, or the Error that says what came instead. Pure; any thread.
//
// Anything but the documented shape is Status::unavailable, an HTML page with code 200 included: a proxy on the way may serve one. No
// message repeats the vendor's words.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "picket/error.hpp"
#include "picket/http.hpp"
#include "sdk/common/json.hpp"

namespace picket {

// How messages speak of a vendor's API.
struct VendorApi {
  std::string_view name;     // "Huntress"
  std::string_view address;  // what an operator checks when something else answers: "the base URL"
  // What is wrong with the credentials, and what to do about it. `code` is 401 or 403.
  std::string (*refusal)(const std::string& path, int code);

  // The JSON object inside the answer to a request for `path` (with or without a query).
  [[nodiscard]] json::object object(const std::string& path, const HttpAnswer&) const;
  // The list under `key`, which can be moved out of the document.
  [[nodiscard]] json::array& list(json::object& document, std::string_view key, const std::string& path) const;
  [[nodiscard]] json::array list(json::object&& document, std::string_view key, const std::string& path) const {
    return std::move(list(document, key, path));
  }
  // For a request that may not be repeated: throws Error(unknown_outcome) where the vendor may have done what was asked all the same: a
  // server that failed, or a page that is not the API's.
  void expect_written(const std::string& path, const HttpAnswer&) const;
  // The error for an answer that is not as documented.
  [[nodiscard]] Error unexpected(const std::string& path, const std::string& expected) const;
};

[[nodiscard]] bool is_html(std::string_view body);

// The server failed on a request that it had taken; so it may have had an effect.
[[nodiscard]] inline bool may_have_failed(int code) { return code >= 500 || code == 408; }

// An answer per request, or why there is none.
template <class T>
struct Result {
  std::optional<T> value;
  Status status = Status::ok;
  std::string message;
};

// What `read` returns, or the Error that it throws.
template <class T, class Read>
[[nodiscard]] Result<T> result_of(Read&& read) {
  Result<T> result;
  try {
    result.value = read();
  } catch (const Error& e) {
    result.status = e.status();
    result.message = e.what();
  }
  return result;
}

// The answers to one request for each of `ids`, read one by one: what is wrong with one concerns no other.
template <class T, class Path, class Read>
[[nodiscard]] std::vector<Result<T>> read_each(const VendorApi& api, std::span<const std::string> ids, Path&& path,
                                               const std::vector<HttpAnswer>& answers, Read&& read) {
  std::vector<Result<T>> results;
  for (std::size_t i = 0; i < ids.size(); ++i) results.push_back(result_of<T>([&] { return read(api.object(path(ids[i]), answers[i])); }));
  return results;
}

}  // namespace picket
