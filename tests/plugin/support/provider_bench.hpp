// A loaded provider between a vendor and a PSA in memory, with a clock that the test moves. Each vendor's bench derives from it.
// Thread: one.
#pragma once
#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sdk/common/json.hpp"
#include "sdk/common/time_text.hpp"
#include "sdk/host/clock.hpp"
#include "sdk/host/provider_session.hpp"
#include "sdk/host/violations.hpp"
#include "tests/plugin/support/memory_psa.hpp"

namespace picket::test {

struct Polled {
  Status status = Status::ok;
  std::string message;
  PollReport report;
  std::uint64_t requests = 0;
};

// What became of the events of one call, in their order; nothing for those that the provider said nothing of.
struct Carried {
  Status status = Status::ok;
  std::string message;
  std::vector<std::optional<std::pair<Status, std::string>>> outcomes;
  std::uint64_t requests = 0;
};

class Lines final : public host::Log {
 public:
  void write(int, std::string_view message) override { lines.emplace_back(message); }
  std::vector<std::string> lines;
};

class ProviderBench {
 public:
  virtual ~ProviderBench() = default;

  // One call, in a session of its own unless `keeps_session`. Breaches of the contract fail the test.
  Polled poll(std::uint32_t flags = 0);
  Carried carry(std::span<const TicketEvent> events);
  std::string check();                                               // throws what the provider does
  std::vector<std::pair<std::string, std::string>> organizations();  // the same

  // Now, moved by `by`, as text.
  std::string at(std::chrono::seconds by = std::chrono::seconds{0}) const { return format_time(clock.now() + by); }
  void set(const std::string& key, const json::value& value);

  host::SimulatedClock clock{Time{std::chrono::seconds{1'780'000'000}}};
  MemoryPsa psa;
  Lines log;
  std::atomic<bool> cancel{false};
  std::uint32_t request_limit = 60;
  bool keeps_session = false;

 protected:
  ProviderBench(const host::LoadedProvider& provider, std::string base_url) : provider_(provider), base_url_(std::move(base_url)) {}
  virtual host::Http& http() = 0;

 private:
  class Vault final : public host::Secrets {
   public:
    std::optional<std::string> get(std::string_view name) override { return "secret-of-" + std::string(name); }
  };
  class Breaches final : public host::Violations {
   public:
    void add(std::string breach) override { FAIL_CHECK("breach of the contract: " << breach); }
  };

  template <class Work>
  void call(Work&& work);

  const host::LoadedProvider& provider_;
  std::string base_url_;
  Vault vault_;
  Breaches breaches_;
  std::unique_ptr<host::ProviderSession> session_;
};

bool contains(const std::string& text, std::string_view part);

}  // namespace picket::test
