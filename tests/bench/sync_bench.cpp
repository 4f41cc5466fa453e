// sync_bench --build DIR: how fast `picket serve --once` carries new Stellar Cyber cases into HaloPSA tickets, what that costs in
// requests, and what an idle cycle costs over as many linked tickets; beside a bare loop that only opens as many tickets one after the
// other, which is the limit that HaloPSA sets. Both simulated sides answer after the same latency. Ends with 1 if something went wrong;
// being slow is for people to judge.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>

#include "sdk/common/json.hpp"
#include "tests/bench/keep_alive.hpp"
#include "tests/bench/process.hpp"
#include "tests/bench/temporary_folder.hpp"
#include "tests/support/http_get.hpp"

namespace picket::bench {
namespace {

namespace fs = std::filesystem;
namespace json = picket::json;

struct Options {
  fs::path build;
  std::size_t cases = 1'000;
  int latency_ms = 20;
};

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

class SimulatedSide {
 public:
  SimulatedSide(const Options& options, const fs::path& folder, const std::string& kind, std::vector<std::string> more)
      : log_(folder / (kind + ".log")) {
    const fs::path port_file = folder / (kind + "-url");
    std::vector<std::string> arguments{options.build / "bin" / "picket-vendors", kind,          "--rate-limit", "0",     "--latency-ms",
                                       std::to_string(options.latency_ms),       "--port-file", port_file,      "--log", log_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    process_ = std::make_unique<Background>(arguments);
    url_ = wait_for_line(port_file);
  }
  const std::string& url() const { return url_; }
  json::object stats() const { return json::parse_object(test::http_call("GET", url_ + "/_sim/stats").body, "stats"); }
  void reset_stats() const { test::http_call("DELETE", url_ + "/_sim/stats"); }
  std::uint64_t requests() const { return static_cast<std::uint64_t>(json::integer_at(stats(), "requests").value_or(0)); }

  // When the last request that begins like this was answered, in milliseconds since 1970.
  std::int64_t last(const std::string& method_and_target) const {
    std::int64_t at = 0;
    std::string line;
    for (std::ifstream in(log_); std::getline(in, line);)
      if (line.find(" " + method_and_target) != std::string::npos) at = std::stoll(line);
    return at;
  }

 private:
  fs::path log_;
  std::unique_ptr<Background> process_;
  std::string url_;
};

struct Cycle {
  json::object document;
  Cost cost;
};

class SyncedPair {
 public:
  SyncedPair(const Options& options, const fs::path& folder)
      : options_(options),
        folder_(folder),
        stellar(options, folder, "stellar-cyber",
                {"--cases", std::to_string(options.cases), "--tenants", "5", "--alerts", "3", "--closed-percent", "0", "--days", "5"}),
        halo(options, folder, "halopsa", {}) {
    std::ofstream(folder / "config.env") << "HALOPSA_BASE_URL=" << halo.url()
                                         << "\nHALOPSA_OIDC_CLIENT_ID=halo_demo\nHALOPSA_OIDC_CLIENT_SECRET=halo_secret\n"
                                            "HALOPSA_TICKET_TYPE_NAME=Incident\nHALOPSA_CLIENT_NAME=Contoso\nHALOPSA_PRIORITY_ID=3\n"
                                            "STELLAR_USER=stellar_demo\nSTELLAR_API_KEY=stellar_key\nINSTANCE_KEY=bench\nSTELLAR_DB_HOST="
                                         << stellar.url() << "\nSQLITE_FILENAME=" << (folder / "sqlite.db").string() << "\n";
  }

  Cycle cycle() {
    const fs::path bin = options_.build / "bin" / "picket";
    const Finished done = run_program({bin, "--plugins", options_.build / "plugins", "--manifests", options_.build / "manifests", "--json",
                                       "serve", "--once", "--env-file", folder_ / "config.env"});
    if (done.exit_code != 0)
      throw std::runtime_error("picket serve --once ended with " + std::to_string(done.exit_code) + ": " + done.output);
    return {json::parse_object(done.output, "picket serve"), done.cost};
  }

 private:
  const Options& options_;
  fs::path folder_;

 public:
  SimulatedSide stellar, halo;
};

// The limit: tickets opened one after the other on one kept connection, with nothing else to do.
double raw_seconds_per_ticket(const Options& options, const fs::path& folder) {
  fs::create_directory(folder / "raw");
  const SimulatedSide halo(options, folder / "raw", "halopsa", {});
  KeepAlive connection(halo.url());
  const json::object token =
      json::parse_object(connection.send("POST", "/auth/token", {"Content-Type: application/x-www-form-urlencoded"},
                                         "grant_type=client_credentials&client_id=halo_demo&client_secret=halo_secret&scope=all"),
                         "token");
  const std::string authorization = "Authorization: Bearer " + json::text_at(token, "access_token").value_or("");
  const auto begun = std::chrono::steady_clock::now();
  const std::size_t count = std::min<std::size_t>(options.cases, 200);
  for (std::size_t i = 0; i < count; ++i)
    connection.send("POST", "/api/Tickets", {"Content-Type: application/json", authorization},
                    R"([{"summary":"Raw","details":"Raw","client_id":13,"tickettype_id":1,"priority_id":3}])");
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count() / static_cast<double>(count);
}

std::uint64_t connections(const SimulatedSide& side) {
  return static_cast<std::uint64_t>(json::integer_at(side.stats(), "connections").value_or(0));
}

void run(const Options& options) {
  const TemporaryFolder folder;
  SyncedPair sync(options, folder.path());
  sync.stellar.reset_stats();
  sync.halo.reset_stats();
  const std::int64_t begun = now_ms();
  const Cycle first = sync.cycle();
  const double seconds = static_cast<double>(sync.halo.last("POST /api/Tickets") - begun) / 1000;
  const json::object* delivery = json::object_at(first.document, "delivery");
  const std::int64_t opened = delivery == nullptr ? 0 : json::integer_at(*delivery, "tickets").value_or(0);
  if (opened != static_cast<std::int64_t>(options.cases))
    throw std::runtime_error(std::to_string(opened) + " tickets were opened: " + json::to_string(first.document));
  const double n = static_cast<double>(options.cases);
  const std::uint64_t requests = sync.stellar.requests() + sync.halo.requests();
  std::printf("%zu new cases, %d ms latency on both sides\n", options.cases, options.latency_ms);
  std::printf("  start to last ticket   %8.2f s   %8.1f cases/s\n", seconds, n / seconds);
  std::printf("  whole cycle            %8.2f s   %8.2f s processor   %4.0f MB peak\n", first.cost.wall_seconds,
              first.cost.processor_seconds, first.cost.peak_megabytes);
  std::printf("  requests per case      %8.2f     (%llu to Stellar Cyber on %llu connections, %llu to HaloPSA on %llu)\n",
              static_cast<double>(requests) / n, static_cast<unsigned long long>(sync.stellar.requests()),
              static_cast<unsigned long long>(connections(sync.stellar)), static_cast<unsigned long long>(sync.halo.requests()),
              static_cast<unsigned long long>(connections(sync.halo)));
  const double raw = raw_seconds_per_ticket(options, folder.path());
  std::printf("  bare serial creation   %8.1f tickets/s; picket / bare %.2f\n", 1 / raw, raw * n / seconds);

  sync.cycle();  // sees what the first one wrote
  sync.stellar.reset_stats();
  sync.halo.reset_stats();
  const Cycle idle = sync.cycle();
  std::printf("idle cycle over %zu linked tickets, the program's start included\n", options.cases);
  std::printf("  requests               %8llu to Stellar Cyber, %llu to HaloPSA\n",
              static_cast<unsigned long long>(sync.stellar.requests()), static_cast<unsigned long long>(sync.halo.requests()));
  std::printf("  %8.2f s wall   %8.2f s processor   %4.0f MB peak\n", idle.cost.wall_seconds, idle.cost.processor_seconds,
              idle.cost.peak_megabytes);
}

}  // namespace
}  // namespace picket::bench

int main(int argc, char** argv) {
  picket::bench::Options options;
  CLI::App app("Measures the pair Stellar Cyber and HaloPSA through picket serve against a bare loop that opens as many tickets");
  app.add_option("--build", options.build, "Build folder with bin/, plugins/ and manifests/")->required();
  app.add_option("--cases", options.cases, "New cases")->capture_default_str();
  app.add_option("--latency-ms", options.latency_ms, "Latency of every answer on both sides")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    picket::bench::run(options);
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "sync_bench: " << e.what() << '\n';
    return 1;
  }
}
