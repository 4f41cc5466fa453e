// A simulated vendor (host-sim/sim) behind the host's HTTP service, without sockets. Keeps every request, and lets a test replace any
// answer. Thread: one.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host-sim/sim/server/exchange.hpp"
#include "sdk/host/services.hpp"

namespace picket::test {

struct Asked {
  std::string method;
  std::string path;  // decoded, below the API's root
  sim::Query query;
  std::string authorization;
  std::string body;
  bool repeatable = true;

  std::string parameter(const std::string& name) const { return query.get(name).value_or(""); }
};

HttpAnswer answer(int code, std::string body = {});
// No answer came, and `status` says what is known of the request.
HttpAnswer no_answer(Status status);

class SimulatedVendor : public host::Http {
 public:
  void exchange(const host::Call&, std::span<const HttpRequest>, const std::function<void(std::size_t, HttpAnswer&&)>& visit) override;
  std::uint64_t sent() const override { return asked.size(); }

  std::size_t count(const std::function<bool(const Asked&)>& which) const;
  std::size_t count(const std::string& path_end) const;     // requests to paths that end so
  bool reveals_credentials(const std::string& text) const;  // of any request so far

  std::vector<Asked> asked;
  std::vector<std::size_t> batches;  // how many requests went out at once
  // Replace the vendor's answer where they return one: before the request has its effect, or after that.
  std::function<std::optional<HttpAnswer>(const Asked&)> fault, fault_after;
  // May change what the vendor answered.
  std::function<void(const Asked&, HttpAnswer&)> amend;
  // Called before and after the effect. What they throw is what the provider gets.
  std::function<void()> on_call, on_effect;

 protected:
  // `origin` is the scheme and host of every URL, `root` the path that precedes every Asked::path.
  SimulatedVendor(std::string origin, std::string root) : origin_(std::move(origin)), root_(std::move(root)) {}

  virtual sim::Answer answer_to(const sim::Request&) = 0;

 private:
  sim::Request request_of(const HttpRequest&) const;
  Asked asked_of(const sim::Request&, bool repeatable) const;

  std::string origin_, root_;
};

}  // namespace picket::test
