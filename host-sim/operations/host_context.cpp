#include "host-sim/operations/host_context.hpp"

#include <algorithm>
#include <optional>

#include "host-sim/store/database_url.hpp"
#include "host-sim/store/psa.hpp"
#include "host-sim/store/schema.hpp"
#include "host-sim/vault/files.hpp"
#include "picket/error.hpp"
#include "sdk/common/list.hpp"

namespace picket::operations {
namespace {

std::optional<std::filesystem::path> sqlite_file(const std::string& url) {
  const auto parsed = store::parse_database_url(url);
  return parsed.backend == store::Backend::sqlite ? std::optional<std::filesystem::path>(url.substr(url.find(':') + 1)) : std::nullopt;
}

std::vector<std::string> ids_of(const std::vector<store::Tenant>& tenants) {
  std::vector<std::string> ids;
  for (const store::Tenant& tenant : tenants) ids.push_back(tenant.id);
  return ids;
}

}  // namespace

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
    const std::string where = store::parse_database_url(options_.database_url).for_people;
    const auto missing = [&](const std::string& what) {
      return Error(
          Status::not_found,
          what +
              (is_default_database() ? " (the folder is what --data or PICKET_DATA says, or else ./picket-data; that of a pair is in "
                                       "the file that SQLITE_FILENAME names, for --db sqlite:FILE)"
                                     : "") +
              "; \"picket psa import FILE\" makes one, and so does \"picket serve\"",
          is_default_database() ? "--data" : "--db");
    };
    std::error_code error;
    if (const auto file = sqlite_file(options_.database_url); file && !std::filesystem::exists(*file, error))
      throw missing("there is no database " + where);
    else if (file && std::filesystem::is_regular_file(*file, error) && std::filesystem::file_size(*file, error) == 0)
      throw missing("the database " + where + " is empty");
    auto opened = std::make_unique<store::Database>(options_.database_url);
    if (!store::has_tables(*opened)) throw missing("the database " + where + " has no tables of Picket");
    db_ = std::move(opened);
    finish_opening();
  }
  return *db_;
}

store::Database& HostContext::make_db() {
  if (!db_) {
    if (is_default_database()) make_data_folder();
    auto opened = std::make_unique<store::Database>(options_.database_url);
    if (!store::has_tables(*opened))
      if (const std::string table = store::foreign_table(*opened); !table.empty())
        throw Error(
            Status::invalid,
            "the database " + opened->url_for_people() + " has a table \"" + table + "\" that is not Picket's; name another database",
            "--db");
    db_ = std::move(opened);
    finish_opening();
  }
  return *db_;
}

void HostContext::finish_opening() {
  store::migrate(*db_, now());
  warn_of_lost_database();
}

void HostContext::warn_of_lost_database() {
  const std::vector<std::string> known = ids_of(store::list_tenants(*db_));
  const std::vector<std::string> tenants = vault::tenants_of(options_.data);
  if (tenants.empty() || std::any_of(tenants.begin(), tenants.end(), [&](const std::string& t) { return contains(known, t); })) return;
  log_.write(
      PICKET_LOG_WARNING,
      "the vault " + vault::records_file(options_.data).string() + " holds secrets of " +
          (tenants.size() == 1 ? "a tenant" : std::to_string(tenants.size()) + " tenants") + " (" + tenants.front() +
          (tenants.size() > 1 ? ", ..." : "") + ") and the database " + db_->url_for_people() +
          " knows none of them: it was emptied, or it is another one. Put the right one back, or connect again; until then the vault's "
          "secrets are of no use");
}

vault::Vault& HostContext::vault() {
  std::error_code error;
  if (!vault_ && !std::filesystem::is_directory(options_.data, error))
    throw Error(Status::not_found,
                "there is no folder " + options_.data.string() +
                    " with the vault (the folder is what --data or PICKET_DATA says, or else ./picket-data); \"picket connect\" makes one",
                "--data");
  return make_vault();
}

vault::Vault& HostContext::make_vault() {
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
