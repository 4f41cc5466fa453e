#include "host-sim/psa/entity_ids.hpp"

namespace picket::psa {
namespace {

std::string found(const std::map<std::pair<std::string, std::string>, std::string>& ids, store::EntityKind kind, std::string_view id) {
  const auto at = ids.find({std::string(store::name_of(kind)), std::string(id)});
  return at == ids.end() ? std::string() : at->second;
}

}  // namespace

EntityIds EntityIds::load(store::Database& db, std::string_view tenant, std::string_view psa) {
  EntityIds ids;
  const store::Param params[] = {tenant, psa};
  db.select(R"(SELECT alga_entity_type, alga_entity_id, external_entity_id FROM tenant_external_entity_mappings
      WHERE tenant = ? AND integration_type = ? AND external_realm_id = '')",
            params, 3, [&](std::span<store::Field> row) {
              const std::string kind = store::text_of(row[0]);
              const std::string ours = store::text_of(row[1]);
              const std::string theirs = store::text_of(row[2]);
              ids.remote_ids_.emplace(Key{kind, ours}, theirs);
              ids.our_ids_.emplace(Key{kind, theirs}, ours);
            });
  return ids;
}

std::string EntityIds::remote_id(store::EntityKind kind, std::string_view our_id) const { return found(remote_ids_, kind, our_id); }
std::string EntityIds::our_id(store::EntityKind kind, std::string_view remote_id) const { return found(our_ids_, kind, remote_id); }

}  // namespace picket::psa
