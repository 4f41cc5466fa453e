#include "host-sim/sim/stellar-cyber/command.hpp"

#include <memory>

#include "host-sim/sim/server/run.hpp"
#include "host-sim/sim/server/scenario.hpp"
#include "host-sim/sim/stellar-cyber/generator.hpp"
#include "host-sim/sim/stellar-cyber/scenario.hpp"
#include "host-sim/sim/stellar-cyber/stellar_cyber.hpp"

namespace picket::sim::stellar_cyber {
namespace {

struct CommandOptions {
  ServerOptions server = {};
  StellarCyberOptions stellar = {};
  GeneratorOptions generator = {};
  std::optional<std::size_t> cases = {}, limit_max = {};
  bool silent_comments = false;
  std::string scenario = {};
  std::string base_time = {};
};

constexpr std::size_t default_cases = 25;

// The command line overrides the scenario.
void choose_quirks(const CommandOptions& options, Quirks& quirks) {
  if (options.silent_comments) quirks.comments_touch_case = false;
  if (options.limit_max) quirks.limit_max = static_cast<std::int64_t>(*options.limit_max);
}

int serve(CommandOptions& options) {
  SimClock clock;
  const Time start = clock.now();
  Data data;
  Events events;
  options.generator.base_time = base_time_of(options.base_time, start);
  options.generator.seed = options.server.simulation.seed;
  options.stellar.seed = options.server.simulation.seed;
  if (!options.scenario.empty())
    load_scenario(scenario_text(options.scenario), options.scenario, data, events, options.generator.base_time);
  // Without a scenario and a number, generates a small sample.
  options.generator.cases = options.cases.value_or(options.scenario.empty() ? default_cases : 0);
  generate(data, options.generator);
  choose_quirks(options, data.quirks());
  auto vendor = std::make_unique<StellarCyber>(options.stellar, std::move(data), std::move(events), start);
  return run_server(options.server, std::move(vendor), std::move(clock));
}

std::vector<Option> own_options(CommandOptions& options) {
  StellarCyberOptions& stellar = options.stellar;
  GeneratorOptions& generator = options.generator;
  return {
      {.names = "--user", .target = &stellar.user, .help = "API user that is accepted", .shows_default = true},
      {.names = "--api-key", .target = &stellar.api_key, .help = "The user's API key [stellar_key, which opens nothing else]"},
      {.names = "--user-id", .target = &stellar.user_id, .help = "The user's id, as in GET /users", .shows_default = true},
      {.names = "--token-seconds", .target = &stellar.token_time, .help = "How long an access token is good [600]", .range = {{1, 86'400}}},
      {.names = "--limit-max",
       .target = &options.limit_max,
       .help = "Rows of a page, however many are asked for [250]",
       .range = {{1, 100'000}}},
      {.names = "--silent-comments",
       .target = &options.silent_comments,
       .help = "A comment does not change version and modified_at of its case"},
      {.names = "--scenario", .target = &options.scenario, .help = "Scenario file (host-sim/sim/README.md)"},
      {.names = "--cases", .target = &options.cases, .help = "Cases to generate [25, or 0 with a scenario]", .range = {{0, 1'000'000}}},
      {.names = "--tenants",
       .target = &generator.tenants,
       .help = "Tenants that they are spread over",
       .range = {{1, 100'000}},
       .shows_default = true},
      {.names = "--alerts", .target = &generator.alerts, .help = "Alerts of each", .range = {{0, 10'000}}, .shows_default = true},
      {.names = "--closed-percent",
       .target = &generator.closed_percent,
       .help = "Of the generated cases, how many are resolved",
       .range = {{0, 100}}},
      {.names = "--days",
       .target = &generator.days,
       .help = "Spread cases over so many days before the base time",
       .range = {{1, 3650}},
       .shows_default = true},
      {.names = "--base-time", .target = &options.base_time, .help = "Moment at which the data end (ISO 8601) [the server's start]"},
  };
}

}  // namespace

Command command() {
  const auto options = std::make_shared<CommandOptions>();
  options->server.simulation.rate_limit = 0;
  return {.name = "stellar-cyber",
          .help = "Serve a simulated Stellar Cyber installation",
          .options = with_server_options(options->server, own_options(*options)),
          .run = [options] { return serve(*options); }};
}

}  // namespace picket::sim::stellar_cyber
