// The PSA's own data - tenants, clients, contacts, boards, statuses, priorities, categories, assets, users - as a stand-alone host needs
// it: imported from a file, looked up by name. Thread: that of the Database.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/store/database.hpp"

namespace picket::store {

struct Tenant {
  std::string id;
  std::string name;

  bool operator==(const Tenant&) const = default;
};

// By id or by name, ignoring case. Error(not_found) lists what exists, Error(invalid) means that the name is ambiguous.
Tenant find_tenant(Database& db, std::string_view id_or_name);
std::vector<Tenant> list_tenants(Database& db);

enum class EntityKind { client, board, status, priority, category };
std::string_view name_of(EntityKind kind);  // "client", ...

struct Entity {
  std::string id;
  std::string name;
  std::string board_id;     // statuses and categories; empty = for every board
  std::string parent_id;    // subcategories
  bool inactive = false;    // clients
  bool is_closed = false;   // statuses
  bool is_default = false;  // statuses

  bool operator==(const Entity&) const = default;
};

std::vector<Entity> list_entities(Database& db, std::string_view tenant, EntityKind kind);  // by name; priorities in their own order

// By id or by name, ignoring case. `board_id`, if given, narrows statuses and categories to those of that board and of every board,
// `parent_id` narrows categories to that category's subcategories. Error(not_found) lists the names that exist and the nearest one;
// Error(invalid) lists the ids to choose from.
Entity find_entity(Database& db, std::string_view tenant, EntityKind kind, std::string_view id_or_name, std::string_view board_id = {},
                   std::string_view parent_id = {});

struct ImportCounts {
  std::uint64_t created = 0;
  std::uint64_t updated = 0;
  std::uint64_t unchanged = 0;

  bool operator==(const ImportCounts&) const = default;
};

struct ImportResult {
  Tenant tenant;
  std::vector<std::pair<std::string, ImportCounts>> counts;  // "clients", "contacts", ... in the file's usual order

  const ImportCounts& of(std::string_view kind) const;
};

// Loads or updates one tenant's data from a JSON document, in one transaction; importing the same document again changes nothing. Existing
// rows are recognised by id where one is given, else by name. `file` names the document in errors: Error(invalid) with the file, the
// path in it ("clients[3].contacts[0].email") and what was expected there; field() is the path.
ImportResult import_psa(Database& db, std::string_view json_text, std::string_view file);

}  // namespace picket::store
