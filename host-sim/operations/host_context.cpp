#include "host-sim/operations/host_context.hpp"

#include "host-sim/store/schema.hpp"
#include "host-sim/vault/files.hpp"
#include "picket/error.hpp"

namespace picket::operations {

HostContext::HostContext(HostOptions options, host::Log& log, const std::atomic<bool>& cancel)
    : options_(std::move(options)), log_(log), cancel_(cancel) {
  if (options_.database_url.empty()) options_.database_url = "sqlite:" + (options_.data / "picket.db").string();
}

bool HostContext::grace_is_over() {
  if (!cancel_.load(std::memory_order_relaxed)) return false;
  const std::int64_t now = clock_.monotonic();
  if (cancel_seen_ns_ == 0) cancel_seen_ns_ = now;
  return now - cancel_seen_ns_ >= std::chrono::nanoseconds(options_.grace).count();
}

void HostContext::make_data_folder() {
  try {
    vault::make_private_folder(options_.data);
  } catch (const Error& e) {
    throw Error(e.status(), e.what(), "--data");
  }
}

store::Database& HostContext::db() {
  if (!db_) {
    if (options_.database_url == "sqlite:" + (options_.data / "picket.db").string()) make_data_folder();
    db_ = std::make_unique<store::Database>(options_.database_url);
    store::migrate(*db_, now());
  }
  return *db_;
}

vault::Vault& HostContext::vault() {
  if (!vault_) {
    make_data_folder();
    vault_ = std::make_unique<vault::Vault>(options_.data, options_.vault_key_file);
  }
  return *vault_;
}

const registry::Registry& HostContext::registry() {
  if (!registry_)
    registry_ = std::make_unique<registry::Registry>(options_.manifests, options_.plugins, registry::parse_edition(options_.edition));
  return *registry_;
}

}  // namespace picket::operations
