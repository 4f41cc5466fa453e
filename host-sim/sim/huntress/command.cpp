#include "host-sim/sim/huntress/command.hpp"

#include <memory>

#include "host-sim/sim/huntress/generator.hpp"
#include "host-sim/sim/huntress/huntress.hpp"
#include "host-sim/sim/huntress/scenario.hpp"
#include "host-sim/sim/server/run.hpp"
#include "host-sim/sim/server/scenario.hpp"

namespace picket::sim::huntress {
namespace {

struct CommandOptions {
  ServerOptions server = {};
  HuntressOptions huntress = {};
  GeneratorOptions generator = {};
  std::optional<std::size_t> organizations = {}, agents = {}, incidents = {};
  std::string page_token = {};
  std::string scenario = {};
  std::string base_time = {};
};

// Without a scenario and numbers, generates a small sample.
void choose_sizes(CommandOptions& options) {
  const bool sized = options.organizations || options.agents || options.incidents;
  const bool sample = !sized && options.scenario.empty();
  options.generator.organizations = options.organizations.value_or(sample ? 5 : 0);
  options.generator.agents = options.agents.value_or(sample ? 20 : 0);
  options.generator.incidents = options.incidents.value_or(sample ? 25 : 0);
}

int serve(CommandOptions& options) {
  SimClock clock;
  const Time start = clock.now();
  const Time base = base_time_of(options.base_time, start);
  Data data;
  Events events;
  if (!options.scenario.empty()) load_scenario(scenario_text(options.scenario), options.scenario, data, events, base);
  choose_sizes(options);
  options.generator.seed = options.server.simulation.seed;
  options.generator.base_time = base;
  generate(data, options.generator);
  options.huntress.tokens = options.page_token == "offset" ? TokenKind::offset : TokenKind::timestamp;
  auto vendor = std::make_unique<Huntress>(options.huntress, std::move(data), std::move(events), start);
  return run_server(options.server, std::move(vendor), std::move(clock));
}

std::vector<Option> own_options(CommandOptions& options) {
  GeneratorOptions& generator = options.generator;
  return {
      {.names = "--api-key", .target = &options.huntress.api_key, .help = "API key that is accepted", .shows_default = true},
      {.names = "--api-secret", .target = &options.huntress.api_secret, .help = "Its secret [hs_demo, which opens nothing else]"},
      {.names = "--scenario", .target = &options.scenario, .help = "Scenario file (host-sim/sim/README.md)"},
      {.names = "--organizations",
       .target = &options.organizations,
       .help = "Organizations to generate [5, or 0 with a scenario]",
       .range = {{0, 100'000}}},
      {.names = "--agents", .target = &options.agents, .help = "Agents to generate [20, or 0 with a scenario]", .range = {{0, 1'000'000}}},
      {.names = "--incidents",
       .target = &options.incidents,
       .help = "Incidents to generate [25, or 0 with a scenario]",
       .range = {{0, 1'000'000}}},
      {.names = "--closed-percent",
       .target = &generator.closed_percent,
       .help = "Of the generated incidents, how many are closed",
       .range = {{0, 100}}},
      {.names = "--many-remediations-percent",
       .target = &generator.many_remediations_percent,
       .help = "How many have more than ten remediations",
       .range = {{0, 100}}},
      {.names = "--days",
       .target = &generator.days,
       .help = "Spread incidents over so many days before the base time",
       .range = {{1, 3650}},
       .shows_default = true},
      {.names = "--base-time", .target = &options.base_time, .help = "Moment at which the data end (ISO 8601) [the server's start]"},
      {.names = "--page-token",
       .target = &options.page_token,
       .help = "Page tokens: timestamp (as the vendor's, ties are lost) or offset [timestamp]",
       .choices = {"timestamp", "offset"}},
  };
}

}  // namespace

Command command() {
  const auto options = std::make_shared<CommandOptions>();
  return {.name = "huntress",
          .help = "Serve a simulated Huntress account",
          .options = with_server_options(options->server, own_options(*options)),
          .run = [options] { return serve(*options); }};
}

}  // namespace picket::sim::huntress
