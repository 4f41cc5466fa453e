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
  // The database, which must exist with Picket's tables; they are brought up to date. Throws Error(not_found), which says where it was
  // looked for and what makes one: a command that only reads leaves no trace.
  store::Database& db();
  // As db(), but makes the folder, the file and the tables where they are missing.
  store::Database& make_db();
  // The vault in the data folder, which must exist. Throws Error(not_found), which says where it was looked for.
  vault::Vault& vault();
  vault::Vault& make_vault();  // makes the folder where it is missing
  const registry::Registry& registry();
  host::Clock& clock() { return clock_; }
  host::Log& log() { return log_; }
  const std::atomic<bool>& cancel() const { return cancel_; }
  // Whether the grace has passed since cancellation was first noticed.
  bool grace_is_over();
  // Logs it if the vault has secrets, but none of a tenant that the database knows. Opening the database does so too.
  void warn_of_lost_database();
  Time now() const { return clock_.now(); }

 private:
  void make_data_folder();
  bool is_default_database() const { return options_.database_url == "sqlite:" + (options_.data / "picket.db").string(); }
  void finish_opening();

  HostOptions options_;
  host::Log& log_;
  const std::atomic<bool>& cancel_;
  host::SystemClock clock_;
  std::int64_t cancel_seen_ns_ = 0;
  std::unique_ptr<store::Database> db_;  // set once its tables are Picket's
  std::unique_ptr<vault::Vault> vault_;
  std::unique_ptr<registry::Registry> registry_;
};

}  // namespace picket::operations
