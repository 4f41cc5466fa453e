#include "host-sim/sim/halopsa/command.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "host-sim/sim/halopsa/scenario.hpp"
#include "host-sim/sim/server/run.hpp"
#include "sdk/common/text.hpp"

namespace picket::sim::halopsa {
namespace {

struct CommandOptions {
  ServerOptions server = {};
  HaloPsaOptions site = {};
  std::size_t clients = 0;
  std::vector<std::string> refused_outcomes = {};
  std::string scenario = {};
};

int serve(CommandOptions& options) {
  SimClock clock;
  const Time start = clock.now();
  options.site.seed = options.server.simulation.seed;
  for (const std::string& outcome : options.refused_outcomes) options.site.rules.refused_outcomes.insert(text::fold(outcome));
  auto site = std::make_unique<HaloPsa>(options.site, start);
  if (!options.scenario.empty()) load_scenario_file(options.scenario, *site, start);
  site->site().directory().generate_clients(options.clients);
  return run_server(options.server, std::move(site), std::move(clock));
}

}  // namespace

void add_command(CLI::App& app, std::function<int()>& run) {
  CLI::App* command = app.add_subcommand("halopsa", "Serve a simulated HaloPSA site");
  const auto options = std::make_shared<CommandOptions>();
  options->server.simulation.rate_limit = 500;
  options->server.simulation.rate_window = std::chrono::seconds{180};
  add_server_options(*command, options->server);
  HaloPsaOptions& site = options->site;
  command->add_option("--client-id", site.client_id, "Client id that is accepted")->capture_default_str();
  command->add_option("--client-secret", site.client_secret, "Its secret [halo_secret, which opens nothing else]");
  command
      ->add_option_function<int>(
          "--token-seconds", [&site](const int& n) { site.token_lifetime = std::chrono::seconds{n}; },
          "How long an access token is good [3600]")
      ->check(CLI::Range(1, 86'400));
  command->add_flag("--auto-increment", site.rules.auto_increment, "Ticket numbers never collide, however many are created at once");
  command->add_flag("--refuse-notes-on-closed,!--accept-notes-on-closed", site.rules.refuse_notes_on_closed,
                    "Whether a closed ticket refuses notes [refuse]");
  command->add_option("--refused-outcome", options->refused_outcomes, "An action that the client may not use (again and again)");
  command->add_flag("--wrapped-lists", site.wrapped_lists, "All lists as {record_count, name: [...]}");
  command->add_option("--clients", options->clients, "Generate clients until there are so many")->check(CLI::Range(0, 100'000));
  command->add_option("--scenario", options->scenario, "Scenario file (host-sim/sim/README.md)");
  command->callback([options, &run] { run = [options] { return serve(*options); }; });
}

}  // namespace picket::vendors::halopsa
