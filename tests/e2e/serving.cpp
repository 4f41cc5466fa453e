#include "tests/e2e/serving.hpp"

#include <doctest/doctest.h>

#include <fstream>

namespace picket::e2e {
namespace {

std::filesystem::path port_file_in(const std::filesystem::path& folder) { return folder / "port"; }

Command serve_command(SyncedPair& sync, const std::filesystem::path& folder) {
  sync.keys().try_emplace("POLL_INTERVAL_MINS", "0.01");
  return sync.command({"serve", "--port-file", port_file_in(folder).string()});
}

}  // namespace

bool eventually(const std::function<bool()>& condition, std::chrono::seconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return true;
}

Serving::Serving(SyncedPair& sync) : process_(serve_command(sync, folder_.path())) {
  const bool listens = eventually([&] { return std::filesystem::exists(port_file_in(folder_.path())) || !process_.is_running(); });
  if (!listens || !process_.is_running()) FAIL("picket serve does not listen: " << process_.wait(std::chrono::seconds{0}).err);
  std::string line;
  std::getline(std::ifstream(port_file_in(folder_.path())) >> std::ws, line);
  REQUIRE(line.starts_with("http://"));
  url_ = "http://127.0.0.1" + line.substr(line.rfind(':'));
}

json::object Serving::health() const {
  const test::Answer answer = get("/api/health");
  CHECK((answer.code == 200 || answer.code == 503));
  return json::parse_object(answer.body, "health");
}

std::string Serving::status() const {
  const test::Answer answer = get("/api/health");
  const std::string status = json::text_at(json::parse_object(answer.body, "health"), "status").value_or("");
  CHECK(answer.code == (status == "failing" ? 503 : 200));
  return status;
}

bool Serving::becomes(const std::string& status, std::chrono::seconds limit) const {
  return eventually([&] { return this->status() == status; }, limit);
}

Output Serving::end(int signal) {
  process_.signal(signal);
  Output output = process_.wait(std::chrono::seconds{10});
  INFO(output.err);
  CHECK(output.exit_code == 0);
  return output;
}

}  // namespace picket::e2e
