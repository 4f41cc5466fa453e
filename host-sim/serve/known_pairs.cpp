#include "host-sim/serve/known_pairs.hpp"

#include "host-sim/store/connections.hpp"
#include "picket/error.hpp"

namespace picket::serve {
namespace {

bool has_psas(store::Database& db) {
  const char* count = db.backend() == store::Backend::sqlite
                          ? R"(SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'picket_desks')"
                          : R"(SELECT count(*) FROM pg_class WHERE oid = to_regclass('picket_desks'))";
  return store::integer_of(db.query<1>(count)[0][0]) > 0;
}

}  // namespace

std::string words_for_other_psa(const config::Configuration& configuration, const store::TenantPsa& before) {
  const std::string instance = "INSTANCE_KEY \"" + configuration.runtime.instance_key + "\"";
  if (before.psa != configuration.psa->id)
    return instance + " belongs to another PSA (" + before.psa + ") in this database; use another INSTANCE_KEY";
  if (before.base_url != configuration.psa_address && !configuration.runtime.psa_moved)
    return instance + " was used with " + before.base_url + " and is used with " + configuration.psa_address +
           " now, whose tickets are others; use another INSTANCE_KEY, or set PICKET_DESK_MOVED=true if it is the same " +
           std::string(configuration.psa->title) + " at a new address";
  return {};
}

std::vector<std::string> words_for_same_pairs(store::Database& db, const config::Configuration& configuration) {
  std::vector<std::string> words;
  for (const store::Connection& c : store::list_connections(db, {}, configuration.manifest->id)) {
    if (c.tenant_name == configuration.runtime.instance_key || c.instance_url != configuration.base_url) continue;
    const auto psa = store::find_tenant_psa(db, c.tenant);
    if (!psa || psa->psa != configuration.psa->id || psa->base_url != configuration.psa_address) continue;
    words.push_back("INSTANCE_KEY: this database already has \"" + c.tenant_name + "\" for the same " +
                    std::string(configuration.psa->title) + " and " + configuration.manifest->title + "; \"" +
                    configuration.runtime.instance_key + "\" opens its own tickets");
  }
  return words;
}

KnownPairs look_at_known_pairs(store::Database& db, const config::Configuration& configuration) {
  KnownPairs known;
  if (!has_psas(db)) return known;
  try {
    const store::Tenant tenant = store::find_tenant(db, configuration.runtime.instance_key);
    if (const auto before = store::find_tenant_psa(db, tenant.id)) known.problem = words_for_other_psa(configuration, *before);
  } catch (const Error& e) {
    if (e.status() != Status::not_found) throw;
  }
  known.warnings = words_for_same_pairs(db, configuration);
  return known;
}

}  // namespace picket::serve
