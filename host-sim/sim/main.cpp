// picket-vendors: simulated vendors' interfaces for development, tests and demonstrations. Exit codes: 0 ended by a signal, 1 could not
// serve, 2 wrong options or scenario.
#include <CLI/CLI.hpp>
#include <iostream>

#include "host-sim/sim/halopsa/command.hpp"
#include "host-sim/sim/huntress/command.hpp"
#include "host-sim/sim/stellar-cyber/command.hpp"
#include "picket/error.hpp"

namespace {

using picket::sim::Command;
using picket::sim::Option;

// Every vendor, one line each.
constexpr Command (*vendors[])() = {
    picket::sim::halopsa::command,
    picket::sim::huntress::command,
    picket::sim::stellar_cyber::command,
};

// A whole number within bounds, with a message in plain words; CLI11 refuses what is no number by itself.
CLI::Validator whole_number(std::int64_t low, std::int64_t high) {
  return CLI::Validator(
      [low, high](std::string& text) {
        const std::string expected = "expected a whole number from " + std::to_string(low) + " to " + std::to_string(high);
        try {
          std::size_t used = 0;
          const long long n = std::stoll(text, &used);
          return used == text.size() && n >= low && n <= high ? std::string{} : expected + ", not " + text;
        } catch (const std::exception&) {
          return expected + ", not " + text;
        }
      },
      std::to_string(low) + ".." + std::to_string(high));
}

template <class Value>
CLI::Option* add_to(CLI::App& app, const Option& option, Value* target) {
  return app.add_option(option.names, *target, option.help);
}

CLI::Option* add_to(CLI::App& app, const Option& option, bool* target) { return app.add_flag(option.names, *target, option.help); }

template <class Period>
CLI::Option* add_to(CLI::App& app, const Option& option, std::chrono::duration<std::int64_t, Period>* target) {
  const auto store = [target](const std::int64_t& n) { *target = std::chrono::duration<std::int64_t, Period>{n}; };
  return app.add_option_function<std::int64_t>(option.names, store, option.help);
}

void add(CLI::App& app, const Option& option) {
  CLI::Option* added = std::visit([&](auto* target) { return add_to(app, option, target); }, option.target);
  if (option.shows_default) added->capture_default_str();
  if (!option.choices.empty()) added->check(CLI::IsMember(option.choices));
  if (!option.range) return;
  const auto [low, high] = *option.range;
  if (std::holds_alternative<double*>(option.target))
    added->check(CLI::Range(static_cast<double>(low), static_cast<double>(high)));
  else
    added->check(whole_number(low, high));
}

void add(CLI::App& app, const Command& command) {
  CLI::App* added = app.add_subcommand(command.name, command.help);
  for (const Option& option : command.options) add(*added, option);
  for (const Option& option : command.options)
    if (!option.needs.empty()) added->get_option(option.names)->needs(added->get_option(option.needs));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Simulated vendors' interfaces", "picket-vendors");
  app.require_subcommand(0, 1);  // none is refused below, so that a misspelt one is named in the message
  std::vector<Command> commands;
  std::string names;
  for (const auto make : vendors) {
    commands.push_back(make());
    add(app, commands.back());
    names += (names.empty() ? "" : ", ") + commands.back().name;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  try {
    for (const Command& command : commands)
      if (app.got_subcommand(command.name)) return command.run();
  } catch (const picket::Error& e) {
    std::cerr << "picket-vendors: " << e.what() << '\n';
    return e.status() == picket::Status::invalid ? 2 : 1;
  } catch (const std::exception& e) {
    std::cerr << "picket-vendors: " << e.what() << '\n';
    return 1;
  }
  std::cerr << "A subcommand is required: " << names << "\nRun with --help for more information.\n";
  return 2;
}
