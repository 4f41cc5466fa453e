// `picket serve` that runs until end(), and its health. Thread: one.
//
//   Serving serving(sync);
//   sync.add_case(R"("name":"Phish")");
//   CHECK(eventually([&] { return sync.tickets().size() == 1; }));
//   CHECK(serving.end().exit_code == 0);
#pragma once
#include <functional>

#include "tests/e2e/sync.hpp"
#include "tests/support/http_get.hpp"

namespace picket::e2e {

bool eventually(const std::function<bool()>& condition, std::chrono::seconds limit = std::chrono::seconds{30});

class Serving {
 public:
  // Returns when it listens. Cycles come every 0.6 s unless the sync's keys say otherwise.
  explicit Serving(SyncedPair& sync);

  std::string port() const { return url_.substr(url_.rfind(':') + 1); }

  test::Answer get(const std::string& path) const { return test::http_call("GET", url_ + path); }
  json::object health() const;
  std::string status() const;  // "ok", "starting", "failing"
  bool becomes(const std::string& status, std::chrono::seconds limit = std::chrono::seconds{30}) const;

  // SIGTERM, or another signal; it must end within 10 s, by itself.
  Output end(int signal = 15);

 private:
  test::TemporaryFolder folder_;
  Process process_;
  std::string url_;
};

}  // namespace picket::e2e
