#include "host-sim/sim/halopsa/command.hpp"

#include <iostream>
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
  std::vector<std::string> quirks = {};
  bool lists_quirks = false;
};

int list_quirks() {
  static constexpr std::size_t width = 34;
  const auto line = [](std::string name, std::string_view help) {
    name.resize(std::max(width, name.size() + 1), ' ');
    std::cout << "  " << name << help << '\n';
  };
  std::cout << "Quirks of real sites (--quirk, several together):\n";
  for (const QuirkRow& row : quirk_table()) line(quirk_form(row), row.help);
  std::cout << "\nRights of the API's agent, with their names in HaloPSA:\n";
  for (const RightRow& row : rights_table()) line(std::string(row.name), row.title);
  return 0;
}

int serve(CommandOptions& options) {
  if (options.lists_quirks) return list_quirks();
  SimClock clock;
  const Time start = clock.now();
  options.site.seed = options.server.simulation.seed;
  for (const std::string& outcome : options.refused_outcomes) options.site.rules.refused_outcomes.insert(text::fold(outcome));
  auto site = std::make_unique<HaloPsa>(options.site, start);
  if (!options.scenario.empty()) load_scenario_file(options.scenario, *site, start);
  for (const std::string& quirk : options.quirks) site->site().quirks().set(quirk, site->site().directory());
  site->site().directory().generate_clients(options.clients);
  return run_server(options.server, std::move(site), std::move(clock));
}

std::vector<Option> own_options(CommandOptions& options) {
  HaloPsaOptions& site = options.site;
  return {
      {.names = "--client-id", .target = &site.client_id, .help = "Client id that is accepted", .shows_default = true},
      {.names = "--client-secret", .target = &site.client_secret, .help = "Its secret [halo_secret, which opens nothing else]"},
      {.names = "--token-seconds",
       .target = &site.token_lifetime,
       .help = "How long an access token is good [3600]",
       .range = {{1, 86'400}}},
      {.names = "--auto-increment",
       .target = &site.rules.auto_increment,
       .help = "Ticket numbers never collide, however many are created at once"},
      {.names = "--refuse-notes-on-closed,!--accept-notes-on-closed",
       .target = &site.rules.refuse_notes_on_closed,
       .help = "Whether a closed ticket refuses notes [refuse]"},
      {.names = "--refused-outcome",
       .target = &options.refused_outcomes,
       .help = "An action that the client may not use (can be given more than once)"},
      {.names = "--wrapped-lists", .target = &site.wrapped_lists, .help = "All lists as {record_count, name: [...]}"},
      {.names = "--clients", .target = &options.clients, .help = "Generate clients until there are so many", .range = {{0, 100'000}}},
      {.names = "--quirk",
       .target = &options.quirks,
       .help = "A behaviour of real sites, such as late-list=30 (can be given more than once)"},
      {.names = "--quirks", .target = &options.lists_quirks, .help = "List the quirks and end"},
      {.names = "--scenario", .target = &options.scenario, .help = "Scenario file (host-sim/sim/README.md)"},
  };
}

}  // namespace

Command command() {
  const auto options = std::make_shared<CommandOptions>();
  options->server.simulation.rate_limit = 500;
  options->server.simulation.rate_window = std::chrono::seconds{180};
  return {.name = "halopsa",
          .help = "Serve a simulated HaloPSA site",
          .options = with_server_options(options->server, own_options(*options)),
          .run = [options] { return serve(*options); }};
}

}  // namespace picket::sim::halopsa
