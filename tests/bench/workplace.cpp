#include "tests/bench/workplace.hpp"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <stdexcept>
#include <thread>

#include "sdk/common/json.hpp"
#include "tests/support/http_get.hpp"

namespace picket::bench {

namespace json = picket::json;
namespace fs = std::filesystem;

namespace {

constexpr const char* tenant = "Benchmark MSP";

json::array rows_at_vendor(const std::string& url) { return json::parse(test::http_call("GET", url).body, url).as_array(); }

}  // namespace

Workplace::Workplace(const Programs& programs, const Sizes& sizes, Storage& storage, const fs::path& folder)
    : programs_(programs), sizes_(sizes), storage_(storage), folder_(folder) {
  const fs::path port_file = folder / "vendor-url";
  vendor_.emplace(std::vector<std::string>{programs.build / "bin" / "picket-vendors",
                                           "huntress",
                                           "--organizations",
                                           std::to_string(sizes.organizations),
                                           "--agents",
                                           std::to_string(sizes.agents),
                                           "--incidents",
                                           std::to_string(sizes.incidents),
                                           "--closed-percent",
                                           "0",
                                           "--many-remediations-percent",
                                           sizes.has_long_remediations ? "5" : "0",
                                           "--days",
                                           "6",
                                           "--seed",
                                           "7",
                                           "--rate-limit",
                                           "0",
                                           "--port-file",
                                           port_file});
  vendor_url_ = wait_for_line(port_file);
  setenv("PICKET_BENCH_KEY", "hk_demo", 1);
  setenv("PICKET_BENCH_SECRET", "hs_demo", 1);
  write_psa_file(folder / "psa.json");
  picket({"psa", "import", folder / "psa.json"});
  picket({"connect", "huntress", "--tenant", tenant, "--base-url", vendor_url_, "--secret", "api_key=env:PICKET_BENCH_KEY", "--secret",
          "api_secret=env:PICKET_BENCH_SECRET"});
  picket({"settings", "set", "huntress", "--tenant", tenant, "boardId=Security", "fallbackBoardId=Triage", "fallbackClientId=Fallback"});
}

// Every organization is a client, except each 25th, whose tickets go to the fallback client; every agent is an asset.
void Workplace::write_psa_file(const fs::path& file) {
  std::map<std::int64_t, std::string> client_names;
  json::array clients{{{"name", "Fallback"}}};
  for (const json::value& row : rows_at_vendor(vendor_url_ + "/_sim/organizations")) {
    if (client_names.size() % 25 == 24) {
      client_names[row.at("id").to_number<std::int64_t>()] = "Fallback";
      continue;
    }
    const std::string name(row.at("name").as_string());
    client_names[row.at("id").to_number<std::int64_t>()] = name;
    clients.push_back({{"name", name},
                       {"contacts", json::array{{{"name", "Contact of " + name}, {"email", "it@client.example.com"}, {"primary", true}}}}});
  }
  json::array assets;
  for (const json::value& row : rows_at_vendor(vendor_url_ + "/_sim/agents"))
    assets.push_back({{"client", client_names.at(row.at("organization_id").to_number<std::int64_t>())},
                      {"name", row.at("hostname")},
                      {"serial_number", row.at("serial_number")},
                      {"type", "workstation"}});
  const json::object psa{{"tenant", {{"name", tenant}}},
                         {"clients", std::move(clients)},
                         {"boards", json::array{{{"name", "Security"}}, {{"name", "Triage"}}}},
                         {"statuses", json::array{{{"name", "New"}, {"board", "Security"}, {"default", true}},
                                                  {{"name", "Closed"}, {"board", "Security"}, {"closed", true}},
                                                  {{"name", "Untriaged"}, {"board", "Triage"}, {"default", true}}}},
                         {"priorities", json::array{{{"name", "Urgent"}}, {{"name", "High"}}, {{"name", "Medium"}}}},
                         {"assets", std::move(assets)}};
  std::ofstream(file) << boost::json::serialize(psa);
}

std::string Workplace::picket(const std::vector<std::string>& arguments, Cost* cost) {
  const fs::path& build = programs_.build;
  std::vector<std::string> command{build / "bin" / "picket", "--data",    folder_ / "data",  "--db",
                                   storage_.picket_url(),    "--plugins", build / "plugins", "--manifests",
                                   build / "manifests",      "--json"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const double before = storage_.server_processor_seconds();
  Finished finished = run_program(command);
  finished.cost.server_processor_seconds = storage_.server_processor_seconds() - before;
  if (finished.exit_code != 0) throw std::runtime_error("picket " + arguments[0] + " failed: " + finished.output);
  if (cost != nullptr) *cost = finished.cost;
  return finished.output;
}

PollRun Workplace::poll() {
  PollRun run;
  const json::object report = json::parse_object(picket({"poll", "huntress", "--tenant", tenant}, &run.cost), "the poll's report");
  if (report.at("status").as_string() != "completed")
    throw std::runtime_error("the poll did not complete: " + boost::json::serialize(report));
  run.created = report.at("created").to_number<std::uint64_t>();
  run.requests = report.at("requests").to_number<std::uint64_t>();
  return run;
}

}  // namespace picket::bench
