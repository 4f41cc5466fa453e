#include "host-sim/sim/server/options.hpp"

#include <iterator>

#include "picket/error.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::sim {

std::vector<Option> with_server_options(ServerOptions& options, std::vector<Option> own) {
  ListenOptions& listen = options.listen;
  SimulationOptions& simulation = options.simulation;
  std::vector<Option> all{
      {.names = "--port", .target = &listen.port, .help = "TCP port (0: one that is free)", .range = {{0, 65535}}},
      {.names = "--address", .target = &listen.address, .help = "IP address to listen on", .shows_default = true},
      {.names = "--port-file", .target = &options.port_file, .help = "Write the server's URL to this file once it listens"},
      {.names = "--tls-cert", .target = &listen.tls_cert, .help = "Certificate chain (PEM): serve TLS", .needs = "--tls-key"},
      {.names = "--tls-key", .target = &listen.tls_key, .help = "The certificate's key (PEM)", .needs = "--tls-cert"},
      {.names = "--rate-limit",
       .target = &simulation.rate_limit,
       .help = "Requests in a sliding window (0: no limit)",
       .range = {{0, 1'000'000}},
       .shows_default = true},
      {.names = "--rate-window-seconds,--rate-window",
       .target = &simulation.rate_window,
       .help = "Length of the sliding window [" + std::to_string(simulation.rate_window.count()) + "]",
       .range = {{1, 86'400}}},
      {.names = "!--no-retry-after", .target = &simulation.retry_after, .help = "Requests over the limit are refused without Retry-After"},
      {.names = "--latency-ms", .target = &simulation.latency, .help = "Delay before every API answer [0]", .range = {{0, 600'000}}},
      {.names = "--seed", .target = &simulation.seed, .help = "Seed of generated data and of faults' probability", .shows_default = true},
      {.names = "--log", .target = &simulation.log_file, .help = "Append one line per API request to this file"},
  };
  std::move(own.begin(), own.end(), std::back_inserter(all));
  return all;
}

Time base_time_of(const std::string& given, Time start) {
  if (given.empty()) return start;
  const auto time = parse_time(given);
  if (!time) throw Error(Status::invalid, "--base-time: expected a time such as 2026-06-09T14:00:00Z, not " + given, "base-time");
  return *time;
}

}  // namespace picket::sim
