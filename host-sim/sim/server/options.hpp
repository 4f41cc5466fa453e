// The options of a vendor's subcommand as data; main.cpp makes a command line of them. One thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "host-sim/sim/server/http_server.hpp"
#include "host-sim/sim/server/simulation.hpp"

namespace picket::sim {

// Where the value goes. A bool is a flag; what is optional stays empty unless the option is given.
using OptionTarget = std::variant<bool*, std::string*, std::vector<std::string>*, std::uint16_t*, std::int64_t*, std::size_t*,
                                  std::optional<std::size_t>*, double*, std::chrono::seconds*, std::chrono::milliseconds*>;

struct Option {
  std::string names;  // "--seed"; of a flag also what unsets it: "--on,!--off"
  OptionTarget target;
  std::string help;
  std::optional<std::pair<std::int64_t, std::int64_t>> range = std::nullopt;
  std::vector<std::string> choices = {};
  std::string needs = {};      // another option that must be given with it
  bool shows_default = false;  // in the help: what the target holds
};

struct Command {
  std::string name;
  std::string help;
  std::vector<Option> options;  // their targets live as long as `run`
  std::function<int()> run;     // the process's exit code; throws Error
};

struct ServerOptions {
  ListenOptions listen = {};
  SimulationOptions simulation = {};
  std::string port_file = {};
};

// The options that every vendor has, then the vendor's own. What `options` holds are the vendor's defaults.
std::vector<Option> with_server_options(ServerOptions& options, std::vector<Option> own);

// When the data end: `given`, or the server's start if that is empty. Throws Error(invalid).
Time base_time_of(const std::string& given, Time start);

}  // namespace picket::sim
