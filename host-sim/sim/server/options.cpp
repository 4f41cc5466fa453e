#include "host-sim/sim/server/options.hpp"

#include <CLI/CLI.hpp>

namespace picket::sim {
namespace {

// A whole number within bounds, with a message in plain words; CLI11 refuses what is no number by itself.
CLI::Validator between(long long low, long long high) {
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

template <class Duration>
void add_duration(CLI::App& command, const std::string& name, Duration& target, long long low, long long high, const std::string& help) {
  command
      .add_option_function<long long>(
          name, [&target](const long long& n) { target = Duration{n}; }, help)
      ->check(between(low, high));
}

}  // namespace

void add_server_options(CLI::App& command, ServerOptions& options) {
  command.add_option("--port", options.listen.port, "TCP port (0: one that is free)")->check(between(0, 65535));
  command.add_option("--address", options.listen.address, "IP address to listen on")->capture_default_str();
  command.add_option("--port-file", options.port_file, "Write the server's URL to this file once it listens");
  auto* cert = command.add_option("--tls-cert", options.listen.tls_cert, "Certificate chain (PEM): serve TLS");
  auto* key = command.add_option("--tls-key", options.listen.tls_key, "The certificate's key (PEM)");
  cert->needs(key);
  key->needs(cert);
  command.add_option("--rate-limit", options.simulation.rate_limit, "Requests in a sliding window (0: no limit)")
      ->capture_default_str()
      ->check(between(0, 1'000'000));
  add_duration(command, "--rate-window-seconds,--rate-window", options.simulation.rate_window, 1, 86'400,
               "Length of the sliding window [" + std::to_string(options.simulation.rate_window.count()) + "]");
  command.add_flag("!--no-retry-after", options.simulation.retry_after, "Requests over the limit are refused without Retry-After");
  add_duration(command, "--latency-ms", options.simulation.latency, 0, 600'000, "Delay before every API answer [0]");
  command.add_option("--seed", options.simulation.seed, "Seed of generated data and of faults' probability")->capture_default_str();
  command.add_option("--log", options.simulation.log_file, "Append one line per API request to this file");
}

}  // namespace picket::vendors
