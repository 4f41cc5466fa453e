#include "host-sim/sim/huntress/command.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "host-sim/sim/huntress/generator.hpp"
#include "host-sim/sim/huntress/huntress.hpp"
#include "host-sim/sim/huntress/scenario.hpp"
#include "host-sim/sim/server/run.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::sim::huntress {
namespace {

struct CommandOptions {
  ServerOptions server = {};
  HuntressOptions huntress = {};
  GeneratorOptions generator = {};
  std::string scenario = {};
  std::string base_time = {};
};

constexpr std::size_t default_organizations = 5;
constexpr std::size_t default_agents = 20;
constexpr std::size_t default_incidents = 25;

// With neither a scenario nor numbers there is still something to look at.
void choose_sizes(const CLI::App& command, CommandOptions& options) {
  const bool sized = command.count("--organizations") + command.count("--agents") + command.count("--incidents") > 0;
  if (sized || !options.scenario.empty()) return;
  options.generator.organizations = default_organizations;
  options.generator.agents = default_agents;
  options.generator.incidents = default_incidents;
}

int serve(const CLI::App& command, CommandOptions& options) {
  SimClock clock;
  const Time start = clock.now();
  Time base = start;
  if (!options.base_time.empty()) {
    const auto given = parse_time(options.base_time);
    if (!given)
      throw Error(Status::invalid, "--base-time: expected a time such as 2026-06-09T14:00:00Z, not " + options.base_time, "base-time");
    base = *given;
  }
  Data data;
  Events events;
  if (!options.scenario.empty()) load_scenario_file(options.scenario, data, events, base);
  choose_sizes(command, options);
  options.generator.seed = options.server.simulation.seed;
  options.generator.base_time = base;
  generate(data, options.generator);
  auto vendor = std::make_unique<Huntress>(options.huntress, std::move(data), std::move(events), start);
  return run_server(options.server, std::move(vendor), std::move(clock));
}

}  // namespace

void add_command(CLI::App& app, std::function<int()>& run) {
  CLI::App* command = app.add_subcommand("huntress", "Serve a simulated Huntress account");
  const auto options = std::make_shared<CommandOptions>();
  add_server_options(*command, options->server);
  command->add_option("--api-key", options->huntress.api_key, "API key that is accepted")->capture_default_str();
  command->add_option("--api-secret", options->huntress.api_secret, "Its secret [hs_demo, which opens nothing else]");
  command->add_option("--scenario", options->scenario, "Scenario file (host-sim/sim/README.md)");
  GeneratorOptions& generator = options->generator;
  command->add_option("--organizations", generator.organizations, "Organizations to generate [5, or 0 with a scenario]")
      ->check(CLI::Range(0, 100000));
  command->add_option("--agents", generator.agents, "Agents to generate [20, or 0 with a scenario]")->check(CLI::Range(0, 1000000));
  command->add_option("--incidents", generator.incidents, "Incidents to generate [25, or 0 with a scenario]")
      ->check(CLI::Range(0, 1000000));
  command->add_option("--closed-percent", generator.closed_percent, "Of the generated incidents, how many are closed")
      ->check(CLI::Range(0.0, 100.0));
  command->add_option("--many-remediations-percent", generator.many_remediations_percent, "How many have more than ten remediations")
      ->check(CLI::Range(0.0, 100.0));
  command->add_option("--days", generator.days, "Spread incidents over so many days before the base time")
      ->capture_default_str()
      ->check(CLI::Range(1, 3650));
  command->add_option("--base-time", options->base_time, "Moment at which the data end (ISO 8601) [the server's start]");
  command
      ->add_option_function<std::string>(
          "--page-token",
          [options](const std::string& kind) { options->huntress.tokens = kind == "offset" ? TokenKind::offset : TokenKind::timestamp; },
          "Page tokens: timestamp (as the vendor's, ties are lost) or offset [timestamp]")
      ->check(CLI::IsMember({"timestamp", "offset"}));
  command->callback([command, options, &run] { run = [command, options] { return serve(*command, *options); }; });
}

}  // namespace picket::vendors::huntress
