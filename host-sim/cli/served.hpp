// What `picket serve` and `picket check` work with: the configuration from the environment and a file, and a host for it.
// Thread: one.
#pragma once
#include <memory>

#include "host-sim/cli/commands.hpp"
#include "host-sim/config/configuration.hpp"
#include "host-sim/operations/redacting_log.hpp"

namespace picket::cli {

class Served {
 public:
  // `usual` has every command's defaults, which the file overrides where neither the command line nor the environment does. Throws
  // Error(invalid) if the file cannot be read.
  Served(HostContext& usual, const ServeArguments& arguments);
  ~Served();
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  const config::Configuration& configuration() const { return configuration_; }
  HostContext& context() { return *context_; }
  bool has_file() const { return !source_.file_name.empty(); }

 private:
  operations::HostOptions options_for(const HostContext& usual, const ServeArguments& arguments) const;

  config::ConfigurationSource source_;
  std::unique_ptr<registry::Registry> registry_;  // the configuration points into it
  config::Configuration configuration_;
  std::unique_ptr<operations::RedactingLog> log_;
  std::unique_ptr<HostContext> context_;
};

}  // namespace picket::cli
