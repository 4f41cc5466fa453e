// What every operation works with, opened when first needed: database, vault, registry, clock, log.
// Thread: one; `cancel` may be set from a signal handler.
#pragma once
#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "host-sim/registry/registry.hpp"
#include "host-sim/store/database.hpp"
#include "host-sim/vault/vault.hpp"
#include "sdk/host/clock.hpp"
#include "sdk/host/services.hpp"

namespace picket::operations {

struct HostOptions {
  std::filesystem::path data;
  std::string database_url;  // empty: sqlite:<data>/picket.db
  std::filesystem::path plugins;
  std::filesystem::path manifests;
  std::filesystem::path vault_key_file;  // empty: made in the data folder
  std::string edition;
  std::string ca_file;            // empty: the system's certificates
  bool allow_plain_http = false;  // to other machines, where credentials travel in clear text
  // How long requests under way may still take after cancellation; 0: they are dropped at once.
  std::chrono::seconds grace{0};
};

class HostContext {
 public:
  HostContext(HostOptions, host::Log&, const std::atomic<bool>& cancel);

  const HostOptions& options() const { return options_; }
  const std::string& database_url() const { return options_.database_url; }
  store::Database& db();  // migrated
  vault::Vault& vault();
  const registry::Registry& registry();
  host::Clock& clock() { return clock_; }
  host::Log& log() { return log_; }
  const std::atomic<bool>& cancel() const { return cancel_; }
  // Whether the grace has passed since cancellation was first noticed.
  bool grace_is_over();
  Time now() const { return clock_.now(); }

 private:
  void make_data_folder();

  HostOptions options_;
  host::Log& log_;
  const std::atomic<bool>& cancel_;
  host::SystemClock clock_;
  std::int64_t cancel_seen_ns_ = 0;
  std::unique_ptr<store::Database> db_;
  std::unique_ptr<vault::Vault> vault_;
  std::unique_ptr<registry::Registry> registry_;
};

}  // namespace picket::operations
