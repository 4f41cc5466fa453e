// backfill_bench --build DIR [--postgres-url-file FILE] ...: how fast `picket poll` carries a backfill into tickets, with
// everything that belongs to it (the program's start, HTTP, JSON, planning, content, the database), beside a plain loop that only writes
// the same rows with one transaction per incident. Ends with 1 if something went wrong; being slow is for people to judge.
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/bench/raw_loop.hpp"
#include "tests/bench/temporary_folder.hpp"
#include "tests/bench/workplace.hpp"

namespace picket::bench {
namespace {

namespace fs = std::filesystem;

struct Options {
  Programs programs;
  std::string postgres_url;
  Sizes sizes;
  std::size_t first_poll = 2'000;
  int repeat = 1;
};

using MakeStorage = std::function<std::unique_ptr<Storage>(const fs::path& folder)>;

void print_head() {
  std::printf("%-11s %-22s %9s %8s %11s %12s %14s %8s %9s\n", "storage", "run", "incidents", "wall s", "incidents/s", "host cpu s",
              "database cpu s", "peak MB", "requests");
}

void print_line(const Storage& storage, const char* run, std::size_t incidents, const Cost& cost, const std::string& requests) {
  const std::string peak = cost.peak_megabytes > 0 ? std::to_string(std::lround(cost.peak_megabytes)) : "-";
  std::printf("%-11s %-22s %9zu %8.2f %11.0f %12.2f %14.2f %8s %9s\n", storage.name().c_str(), run, incidents, cost.wall_seconds,
              static_cast<double>(incidents) / cost.wall_seconds, cost.processor_seconds, cost.server_processor_seconds, peak.c_str(),
              requests.c_str());
  std::fflush(stdout);
}

void expect_created(const PollRun& run, std::size_t expected) {
  if (run.created != expected)
    throw std::runtime_error("expected " + std::to_string(expected) + " tickets, " + std::to_string(run.created) + " were opened");
}

Cost cost_of_raw_loop(Storage& storage, std::size_t expected) {
  std::vector<IncidentRows> rows;
  const auto read = [&] {
    rows = read_incident_rows(*storage.open());
    if (rows.size() != expected) throw std::runtime_error("the database holds " + std::to_string(rows.size()) + " tickets");
  };
  return cost_of(
      read, [&] { write_incident_rows(*storage.open_copy(), rows); }, [&] { return storage.server_processor_seconds(); });
}

void backfill(const Options& options, const MakeStorage& make_storage) {
  const TemporaryFolder folder;
  const auto storage = make_storage(folder.path());
  PollRun poll;
  {
    Workplace workplace(options.programs, options.sizes, *storage, folder.path());
    storage->copy();
    poll = workplace.poll();
  }
  expect_created(poll, options.sizes.incidents);
  print_line(*storage, "picket poll, backfill", options.sizes.incidents, poll.cost, std::to_string(poll.requests));
  const Cost raw = cost_of_raw_loop(*storage, options.sizes.incidents);
  print_line(*storage, "raw loop, same rows", options.sizes.incidents, raw, "-");
  std::printf("%-11s %-22s %27.2f times as fast as the raw loop\n", storage->name().c_str(), "picket / raw",
              raw.wall_seconds / poll.cost.wall_seconds);
}

void first_and_idle_poll(const Options& options, const MakeStorage& make_storage) {
  const TemporaryFolder folder;
  const auto storage = make_storage(folder.path());
  Sizes sizes = options.sizes;
  sizes.incidents = options.first_poll;
  sizes.has_long_remediations = false;  // else the polls that follow fetch them, and none is idle for a while
  Workplace workplace(options.programs, sizes, *storage, folder.path());
  const PollRun first = workplace.poll();
  expect_created(first, sizes.incidents);
  print_line(*storage, "first poll", sizes.incidents, first.cost, std::to_string(first.requests));
  const PollRun idle = workplace.poll();
  expect_created(idle, 0);
  print_line(*storage, "idle poll", 0, idle.cost, std::to_string(idle.requests));
}

void run(const Options& options) {
  std::vector<MakeStorage> storages{[](const fs::path& folder) { return sqlite_storage(folder); }};
  if (!options.postgres_url.empty()) storages.push_back([&](const fs::path&) { return postgresql_storage(options.postgres_url); });
  print_head();
  for (int i = 0; i < options.repeat; ++i)
    for (const MakeStorage& make : storages) {
      backfill(options, make);
      first_and_idle_poll(options, make);
    }
}

}  // namespace
}  // namespace picket::bench

int main(int argc, char** argv) {
  picket::bench::Options options;
  std::string postgres_url_file;
  CLI::App app("Measures a backfill through picket poll against a plain loop that writes the same rows");
  app.add_option("--build", options.programs.build, "Build folder with bin/, plugins/ and manifests/")->required();
  app.add_option("--postgres-url-file", postgres_url_file,
                 "File with the URL of a database on a PostgreSQL server, as superuser; else only SQLite")
      ->envname("PICKET_TEST_POSTGRES");
  app.add_option("--incidents", options.sizes.incidents, "Incidents of the backfill")->capture_default_str();
  app.add_option("--organizations", options.sizes.organizations, "Organizations")->capture_default_str();
  app.add_option("--agents", options.sizes.agents, "Agents")->capture_default_str();
  app.add_option("--first-poll", options.first_poll, "Incidents of the first poll that an idle one follows")->capture_default_str();
  app.add_option("--repeat", options.repeat, "Times to measure everything")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    if (!postgres_url_file.empty() && !std::getline(std::ifstream(postgres_url_file) >> std::ws, options.postgres_url))
      throw std::runtime_error(postgres_url_file + " holds no URL");
    picket::bench::run(options);
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "backfill_bench: " << e.what() << '\n';
    return 1;
  }
}
