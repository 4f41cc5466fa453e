// The loaded provider between a fake Huntress and a desk in memory, with a clock that the test moves. Thread: one.
#pragma once
#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <vector>

#include "picket/abi/provider.h"
#include "sdk/common/time_text.hpp"
#include "sdk/host/clock.hpp"
#include "tests/plugin/huntress/fake_huntress.hpp"
#include "tests/plugin/huntress/memory_desk.hpp"

namespace huntress::test {

struct Polled {
  picket::Status status = picket::Status::ok;
  std::string message;
  picket::PollReport report;
  std::size_t requests = 0;
};

class Lines final : public picket::host::Log {
 public:
  void write(int, std::string_view message) override { lines.emplace_back(message); }
  std::vector<std::string> lines;
};

class Bench {
 public:
  Bench();

  // One cycle, in a session of its own. Breaches of the contract fail the test.
  Polled poll(std::uint32_t flags = 0);

  // As huntress's time text: now, moved by `by`.
  std::string at(std::chrono::seconds by = std::chrono::seconds{0}) const { return picket::format_time(clock.now() + by); }
  std::string cursor() const { return desk.cursors.contains("incidents") ? desk.cursors.at("incidents") : std::string{}; }
  void set(const std::string& key, const json::value& value);
  // The incident changes: its updated_at becomes now.
  json::object& change(std::int64_t id);

  picket::host::SimulatedClock clock{picket::Time{std::chrono::seconds{1'780'000'000}}};
  FakeHuntress vendor;
  MemoryDesk desk;
  Lines log;
  std::atomic<bool> cancel{false};
  std::uint32_t request_limit = 60;
};

// The first poll, of nothing: cursors stand, no sweep is due.
struct Started : Bench {
  Started() { poll(); }
};

bool contains(const std::string& text, std::string_view part);

}  // namespace huntress::test
