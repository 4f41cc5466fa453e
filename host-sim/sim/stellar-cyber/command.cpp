#include "host-sim/sim/stellar-cyber/command.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "host-sim/sim/server/run.hpp"
#include "host-sim/sim/stellar-cyber/generator.hpp"
#include "host-sim/sim/stellar-cyber/scenario.hpp"
#include "host-sim/sim/stellar-cyber/stellar_cyber.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::sim::stellar_cyber {
namespace {

struct CommandOptions {
  ServerOptions server = {};
  StellarCyberOptions stellar = {};
  GeneratorOptions generator = {};
  std::int64_t token_seconds = 600;
  std::int64_t limit_max = 0;  // 0: not given
  bool silent_comments = false;
  std::string scenario = {};
  std::string base_time = {};
};

constexpr std::size_t default_cases = 25;

Time base_time_of(const std::string& given, Time start) {
  if (given.empty()) return start;
  const auto time = parse_time(given);
  if (!time) throw Error(Status::invalid, "--base-time: expected a time such as 2026-06-09T14:00:00Z, not " + given, "base-time");
  return *time;
}

// The command line has the last word over a scenario.
void choose_quirks(const CommandOptions& options, Quirks& quirks) {
  if (options.silent_comments) quirks.comments_touch_case = false;
  if (options.limit_max > 0) quirks.limit_max = options.limit_max;
}

int serve(const CLI::App& command, CommandOptions& options) {
  SimClock clock;
  const Time start = clock.now();
  Data data;
  Events events;
  options.generator.base_time = base_time_of(options.base_time, start);
  options.generator.seed = options.server.simulation.seed;
  options.stellar.seed = options.server.simulation.seed;
  options.stellar.token_time = std::chrono::seconds{options.token_seconds};
  if (!options.scenario.empty()) load_scenario_file(options.scenario, data, events, options.generator.base_time);
  // With neither a scenario nor a number there is still something to look at.
  if (command.count("--cases") == 0 && options.scenario.empty()) options.generator.cases = default_cases;
  generate(data, options.generator);
  choose_quirks(options, data.quirks());
  auto vendor = std::make_unique<StellarCyber>(options.stellar, std::move(data), std::move(events), start);
  return run_server(options.server, std::move(vendor), std::move(clock));
}

}  // namespace

void add_command(CLI::App& app, std::function<int()>& run) {
  CLI::App* command = app.add_subcommand("stellar-cyber", "Serve a simulated Stellar Cyber installation");
  const auto options = std::make_shared<CommandOptions>();
  options->server.simulation.rate_limit = 0;
  add_server_options(*command, options->server);
  StellarCyberOptions& stellar = options->stellar;
  command->add_option("--user", stellar.user, "API user that is accepted")->capture_default_str();
  command->add_option("--api-key", stellar.api_key, "The user's API key [stellar_key, which opens nothing else]");
  command->add_option("--user-id", stellar.user_id, "The user's id, as GET /users tells it")->capture_default_str();
  command->add_option("--token-seconds", options->token_seconds, "How long an access token is good")
      ->capture_default_str()
      ->check(CLI::Range(1, 86'400));
  command->add_option("--limit-max", options->limit_max, "Rows of a page, however many are asked for [250]")->check(CLI::Range(1, 100'000));
  command->add_flag("--silent-comments", options->silent_comments, "A comment does not change version and modified_at of its case");
  command->add_option("--scenario", options->scenario, "Scenario file (host-sim/sim/README.md)");
  GeneratorOptions& generator = options->generator;
  command->add_option("--cases", generator.cases, "Cases to generate [25, or 0 with a scenario]")->check(CLI::Range(0, 1'000'000));
  command->add_option("--tenants", generator.tenants, "Tenants that they are spread over")
      ->capture_default_str()
      ->check(CLI::Range(1, 100'000));
  command->add_option("--alerts", generator.alerts, "Alerts of each")->capture_default_str()->check(CLI::Range(0, 10'000));
  command->add_option("--closed-percent", generator.closed_percent, "Of the generated cases, how many are resolved")
      ->check(CLI::Range(0.0, 100.0));
  command->add_option("--days", generator.days, "Spread cases over so many days before the base time")
      ->capture_default_str()
      ->check(CLI::Range(1, 3650));
  command->add_option("--base-time", options->base_time, "Moment at which the data end (ISO 8601) [the server's start]");
  command->callback([command, options, &run] { run = [command, options] { return serve(*command, *options); }; });
}

}  // namespace picket::vendors::stellar_cyber
