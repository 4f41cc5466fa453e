#include "host-sim/store/rate_limits.hpp"

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "tests/support/postgres/storages.hpp"

using namespace picket;
using namespace picket::store;
using namespace std::chrono_literals;

namespace {

// When each request "arrived at the vendor", seen by all processes.
struct Arrivals {
  std::atomic<std::size_t> count;
  std::int64_t micros[4096];
};

void hammer(const std::string& url, Arrivals& arrivals, std::chrono::milliseconds time) {
  host::SystemClock clock;
  SharedRateLimiter limiter(url, "account", 10, 300ms, clock);
  const auto end = clock.now() + time;
  unsigned step = static_cast<unsigned>(getpid());
  while (clock.now() < end) {
    const auto grant = limiter.acquire(1 + step++ % 4);
    for (std::size_t i = 0; i < grant.count; ++i) {
      if (step % 3 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(step % 7));
      arrivals.micros[arrivals.count++] = clock.now().time_since_epoch().count();
      limiter.done(grant.token);
    }
    if (grant.count == 0) std::this_thread::sleep_for(std::min<std::chrono::microseconds>(grant.wait, 300ms));
  }
}

}  // namespace

STORAGE_TEST_CASE(s, "several processes together never exceed the limit") {
  void* memory = mmap(nullptr, sizeof(Arrivals), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(memory != MAP_FAILED);
  auto& arrivals = *new (memory) Arrivals{};
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      try {
        hammer(s.url, arrivals, 2500ms);
        _exit(0);
      } catch (...) {
        _exit(1);
      }
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int result = -1;
    CHECK(waitpid(child, &result, 0) == child);
    CHECK(result == 0);
  }
  const std::size_t count = arrivals.count;
  std::sort(arrivals.micros, arrivals.micros + count);
  std::size_t most = 0;
  for (std::size_t first = 0, last = 0; last < count; ++last) {
    while (arrivals.micros[last] - arrivals.micros[first] >= 300'000) ++first;
    most = std::max(most, last - first + 1);
  }
  CHECK(most <= 10);
  CHECK(count >= 20);  // and it does not block
  munmap(memory, sizeof(Arrivals));
}

STORAGE_TEST_CASE(s, "done is written when a batch is over, and one grant's answers are not counted twice") {
  host::SimulatedClock clock(test::test_start());
  SharedRateLimiter a(s.url, "x", 4, 60s, clock);
  SharedRateLimiter b(s.url, "x", 4, 60s, clock);
  SharedRateLimiter elsewhere(s.url, "y", 4, 60s, clock);
  const auto grant = a.acquire(9);
  CHECK(grant.count == 4);
  CHECK(b.acquire(1).count == 0);
  CHECK(elsewhere.acquire(1).count == 1);
  for (int i = 0; i < 5; ++i) a.done(grant.token);
  clock.advance(59s);
  CHECK(b.acquire(1).count == 0);
  clock.advance(3s);
  CHECK(b.acquire(9).count == 4);
  CHECK_THROWS_AS(SharedRateLimiter(s.url, "x", 0, 60s, clock), Error);
}
