#include "host-sim/store/tenant_psa.hpp"

#include "host-sim/store/uuid.hpp"
#include "sdk/common/text.hpp"

namespace picket::store {

Tenant find_or_make_tenant(Database& db, const std::string& name) {
  Transaction transaction(db);
  for (Tenant& tenant : list_tenants(db))
    if (text::fold(tenant.name) == text::fold(name)) return std::move(tenant);
  Tenant made{new_uuid(), name};
  db.execute("INSERT INTO tenants (tenant, name) VALUES (?, ?)", {made.id, made.name});
  transaction.commit();
  return made;
}

std::optional<TenantPsa> find_tenant_psa(Database& db, std::string_view tenant) {
  auto rows = db.query<2>("SELECT desk, base_url FROM picket_desks WHERE tenant = ?", {tenant});
  if (rows.empty()) return std::nullopt;
  return TenantPsa{text_of(rows[0][0]), text_of(rows[0][1])};
}

void put_tenant_psa(Database& db, std::string_view tenant, const TenantPsa& psa) {
  db.execute(R"(INSERT INTO picket_desks (tenant, desk, base_url)
                VALUES (?, ?, ?)
                ON CONFLICT (tenant) DO UPDATE SET desk = excluded.desk, base_url = excluded.base_url)",
             {tenant, psa.psa, psa.base_url});
}

}  // namespace picket::store
