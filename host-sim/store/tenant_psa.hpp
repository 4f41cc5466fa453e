// Tenants of a host that is configured by its environment, and the remote PSA in which a tenant's tickets live (picket_desks). Thread: that
// of the Database.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "host-sim/store/database.hpp"
#include "host-sim/store/psa.hpp"

namespace picket::store {

// The tenant of this name; it is made if there is none.
Tenant find_or_make_tenant(Database& db, const std::string& name);

struct TenantPsa {
  std::string psa;       // "halopsa"
  std::string base_url;  // shown to users, and compared to notice another PSA

  bool operator==(const TenantPsa&) const = default;
};

// Nothing: the tenant's tickets live in this database alone.
[[nodiscard]] std::optional<TenantPsa> find_tenant_psa(Database& db, std::string_view tenant);
void put_tenant_psa(Database& db, std::string_view tenant, const TenantPsa& psa);

}  // namespace picket::store
