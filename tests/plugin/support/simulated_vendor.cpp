#include "tests/plugin/support/simulated_vendor.hpp"

#include <algorithm>

#include "sdk/common/ascii.hpp"

namespace picket::test {

HttpAnswer answer(int code, std::string body) {
  HttpAnswer a;
  a.code = code;
  a.body = std::move(body);
  return a;
}

HttpAnswer no_answer(Status status) {
  HttpAnswer a;
  a.status = status;
  a.message = "the connection broke";
  return a;
}

void SimulatedVendor::exchange(const host::Call& call, std::span<const HttpRequest> requests,
                               const std::function<void(std::size_t, HttpAnswer&&)>& visit) {
  batches.push_back(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    call.check();
    if (on_call) on_call();
    const sim::Request request = request_of(requests[i]);
    const Asked one = asked_of(request, requests[i].repeatable);
    asked.push_back(one);
    std::optional<HttpAnswer> given = fault ? fault(one) : std::nullopt;
    if (!given) {
      sim::Answer true_answer = answer_to(request);
      given = answer(static_cast<int>(true_answer.code), std::move(true_answer.body));
      for (auto& [name, value] : true_answer.headers) given->headers.emplace_back(ascii::lower(name), std::move(value));
      if (amend) amend(one, *given);
      if (on_effect) on_effect();
      if (fault_after)
        if (auto instead = fault_after(one)) given = std::move(instead);
    }
    visit(i, std::move(*given));
  }
}

// A URL of another origin keeps it in its path, which no vendor knows.
sim::Request SimulatedVendor::request_of(const HttpRequest& given) const {
  sim::Request request = sim::make_request(given.method, given.url.starts_with(origin_) ? given.url.substr(origin_.size()) : given.url);
  request.origin = origin_;
  request.body = given.body;
  for (const auto& [name, value] : given.headers) {
    if (ascii::equal_ignoring_case(name, "Authorization")) request.authorization = value;
    if (ascii::equal_ignoring_case(name, "Content-Type")) request.content_type = value;
  }
  return request;
}

Asked SimulatedVendor::asked_of(const sim::Request& request, bool repeatable) const {
  const std::string path = request.path.starts_with(root_) ? request.path.substr(root_.size()) : request.path;
  return {request.method, path, request.query, request.authorization, request.body, repeatable};
}

std::size_t SimulatedVendor::count(const std::function<bool(const Asked&)>& which) const {
  return static_cast<std::size_t>(std::count_if(asked.begin(), asked.end(), which));
}

std::size_t SimulatedVendor::count(const std::string& path_end) const {
  return count([&](const Asked& a) { return a.path.ends_with(path_end); });
}

bool SimulatedVendor::reveals_credentials(const std::string& text) const {
  return count([&](const Asked& a) {
           const std::string credentials = a.authorization.substr(a.authorization.find(' ') + 1);
           return !credentials.empty() && text.find(credentials) != std::string::npos;
         }) > 0;
}

}  // namespace picket::test
