// A host with nothing behind it: the services that a provider under test receives. Internal to sdk/conformance and the tests.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sdk/common/list.hpp"
#include "sdk/host/offer.hpp"
#include "sdk/host/violations.hpp"

namespace picket::conformance::fakes {

class Lines final : public host::Log {
 public:
  void write(int, std::string_view message) override { lines.emplace_back(message); }
  std::vector<std::string> lines;
};

class Breaches final : public host::Violations {
 public:
  void add(std::string breach) override { list.push_back(std::move(breach)); }
  std::vector<std::string> list;
};

// Whether the request asks for a token, judged by its URL.
inline bool signs_in(const HttpRequest& request) { return request.url.find("token") != std::string::npos; }

// Every request gets the same answer, and none leaves the process.
class Vendor final : public host::Http {
 public:
  void exchange(const host::Call& call, std::span<const HttpRequest> batch,
                const std::function<void(std::size_t, HttpAnswer&&)>& visit) override {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      call.check();
      ++sent_;
      urls.push_back(batch[i].url);
      requests.push_back(batch[i]);
      if (cuts_short && !batch[i].repeatable) throw Error(Status::cancelled, "the work was cancelled");
      visit(i, HttpAnswer(answer_to(batch[i])));
    }
  }
  std::uint64_t sent() const override { return sent_; }

  HttpAnswer answer;
  std::optional<HttpAnswer> token_answer;  // to requests that sign in, instead of `answer`
  bool cuts_short = false;                 // the call ends during the first request that is not repeatable
  std::optional<HttpAnswer> first_answer;  // to the first other request, instead of `answer`
  std::vector<std::string> urls;
  std::vector<HttpRequest> requests;

 private:
  const HttpAnswer& answer_to(const HttpRequest& request) {
    if (token_answer && signs_in(request)) return *token_answer;
    return first_answer && std::exchange(is_first_, false) ? *first_answer : answer;
  }

  bool is_first_ = true;
  std::uint64_t sent_ = 0;
};

class Vault final : public host::Secrets {
 public:
  std::optional<std::string> get(std::string_view name) override {
    if (empty) return std::nullopt;
    given.push_back("secret-of-" + std::string(name) + "-5e8c1f0d");
    return given.back();
  }
  bool empty = false;
  std::vector<std::string> given;
};

class Rows final : public host::Storage {
 public:
  explicit Rows(std::string settings) : settings_(std::move(settings)) {}
  std::string settings() override { return settings_; }
  std::optional<std::string> cursor(std::string_view) override { return std::nullopt; }
  void find_alerts(std::span<const std::string_view> external_ids, const std::function<void(const Alert&)>& visit) override {
    for (const Alert& alert : alerts)
      if (contains(external_ids, alert.external_id)) visit(alert);
  }
  void list_alerts(std::int32_t, std::size_t, const std::function<void(const Alert&)>&) override {}
  void find_mappings(std::span<const std::string_view>, const std::function<void(const Mapping&)>&) override {}

  std::vector<Alert> alerts;

 private:
  std::string settings_;
};

class NoAssets final : public host::Directory {
 public:
  void assets(std::span<const std::string_view>, const std::function<void(const Asset&)>&) override {}
};

class Psa final : public host::Tickets {
 public:
  void apply(const host::Call&, std::span<const ChangeSet> sets, const Outcome& outcome) override {
    for (std::size_t i = 0; i < sets.size(); ++i) {
      applied.push_back(sets[i]);
      outcome(i, Status::ok, sets[i].open_ticket ? "ticket-1" : "", "");
    }
  }
  std::vector<ChangeSet> applied;
};

struct Host {
  explicit Host(std::string settings) : rows(std::move(settings)) {}

  host::Offer offer() {
    return {.log = &log,
            .clock = &clock,
            .http = &vendor,
            .request_limit = 60,
            .secrets = &vault,
            .storage = &rows,
            .directory = &directory,
            .tickets = &psa};
  }

  Lines log;
  Breaches breaches;
  host::SimulatedClock clock{Time{std::chrono::seconds{1'780'000'000}}};
  Vendor vendor;
  Vault vault;
  Rows rows;
  NoAssets directory;
  Psa psa;
};

}  // namespace picket::conformance::fakes
