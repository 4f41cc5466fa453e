#include "host-sim/psa/halopsa/client.hpp"

#include <numeric>
#include <utility>
#include <vector>

#include "host-sim/psa/psa.hpp"
#include "sdk/host/http/url.hpp"

namespace picket::psa::halopsa {
namespace {

host::HttpOptions options_for(const std::string& url, const Config& config, const std::function<std::string(std::string_view url)>& proxy) {
  const auto parsed = host::parse_url(url);
  host::HttpOptions options;
  options.origins = {parsed ? parsed->origin.text() : url};
  options.ca_file = config.ca_file;
  options.verify_tls = config.verify_tls;
  if (proxy) options.proxy = proxy(url);
  options.request_timeout = config.request_timeout;
  options.max_concurrency = max_concurrency;
  return options;
}

HttpAnswer unanswered(const Error& e) {
  HttpAnswer answer;
  answer.status = e.status();
  answer.message = e.what();
  answer.retry_after = e.retry_after();
  return answer;
}

}  // namespace

Client::Client(const Config& config, const std::function<std::string(std::string_view url)>& proxy, host::Clock& clock)
    : config_(config),
      api_(options_for(config.api_url, config, proxy), clock, nullptr),
      authorization_(options_for(config.token_url, config, proxy), clock, nullptr),
      token_(config, authorization_, clock) {}

HttpRequest Client::get(std::string path) {
  HttpRequest request;
  request.url = std::move(path);
  return request;
}

HttpRequest Client::post(std::string path, std::string body, bool repeatable) {
  HttpRequest request;
  request.method = "POST";
  request.url = std::move(path);
  request.headers = {{"Content-Type", "application/json"}};
  request.body = std::move(body);
  request.repeatable = repeatable;
  return request;
}

void Client::exchange(const host::Call& call, std::span<const HttpRequest> requests,
                      const std::function<void(std::size_t index, HttpAnswer&&)>& visit) {
  std::vector<std::size_t> left(requests.size());
  std::iota(left.begin(), left.end(), std::size_t{0});

  // A token may be revoked or expire between two requests, or be older than a right that was granted: those that met with it are sent once
  // more with another, which is safe, because a request that is refused for its token has no effect.
  constexpr int rounds = 2;
  for (int round = 1; round <= rounds && !left.empty(); ++round) {
    std::string token;
    try {
      token = token_.get(call);
    } catch (const Error& e) {
      if (ends_the_call(e)) throw;
      for (const std::size_t i : left) visit(i, unanswered(e));
      return;
    }
    std::vector<HttpRequest> batch;
    batch.reserve(left.size());
    for (const std::size_t i : left) {
      HttpRequest& request = batch.emplace_back(requests[i]);
      request.url = config_.api_url + request.url;
      request.headers.emplace_back("Authorization", "Bearer " + token);
      request.headers.emplace_back("Accept", "application/json");
    }
    std::vector<std::size_t> rejected;
    std::vector<std::pair<std::size_t, HttpAnswer>> forbidden;
    api_.exchange(call, batch, [&](std::size_t position, HttpAnswer&& answer) {
      if (answer.status == Status::ok && answer.code == 401 && round < rounds)
        rejected.push_back(left[position]);
      else if (answer.status == Status::ok && answer.code == 403 && round < rounds)
        forbidden.emplace_back(left[position], std::move(answer));
      else
        visit(left[position], std::move(answer));
    });
    if (!rejected.empty()) token_.reject(token);
    const bool is_renewed = !rejected.empty() || (!forbidden.empty() && token_.reject_rights(token));
    for (auto& [index, answer] : forbidden)
      if (is_renewed)
        rejected.push_back(index);
      else
        visit(index, std::move(answer));
    left = std::move(rejected);
  }
}

HttpAnswer Client::send(const host::Call& call, const HttpRequest& request) {
  HttpAnswer answer;
  exchange(call, {&request, 1}, [&](std::size_t, HttpAnswer&& a) { answer = std::move(a); });
  return answer;
}

}  // namespace picket::psa::halopsa
