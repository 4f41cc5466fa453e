// Our ids and the remote PSA's ids of the same entities: tenant_external_entity_mappings with the PSA's id as integration type.
// Thread: loading that of the Database; else any.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "host-sim/store/database.hpp"
#include "host-sim/store/psa.hpp"

namespace picket::psa {

class EntityIds {
 public:
  static EntityIds load(store::Database& db, std::string_view tenant, std::string_view psa);

  // Empty if there is none.
  std::string remote_id(store::EntityKind kind, std::string_view our_id) const;
  std::string our_id(store::EntityKind kind, std::string_view remote_id) const;

 private:
  using Key = std::pair<std::string, std::string>;  // kind, id
  std::map<Key, std::string> remote_ids_, our_ids_;
};

}  // namespace picket::psa
