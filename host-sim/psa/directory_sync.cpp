#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "host-sim/psa/psa_sync.hpp"
#include "host-sim/store/psa.hpp"
#include "host-sim/store/uuid.hpp"
#include "sdk/common/text.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::psa {
namespace {

using store::Field;
using store::Param;
using Values = std::vector<Field>;

constexpr std::size_t max_name = 250;

// How entities of a kind are stored.
struct Kind {
  store::EntityKind kind;
  std::string_view table, id_column, columns;
  std::size_t name_column;
  std::vector<std::size_t> flags;                               // the columns that are booleans
  Values (*values)(const RemoteEntity&, std::size_t position);  // of `columns`
};

Field flag(bool value) { return value ? "1" : "0"; }

std::string name_of(const RemoteEntity& entity) {
  std::string name = text::clean_line(entity.name, max_name).text;
  return name.empty() ? entity.id : name;
}

const Kind clients_kind{
    store::EntityKind::client, "clients", "client_id", "client_name, is_inactive", 0, {1}, [](const RemoteEntity& e, std::size_t) {
      return Values{name_of(e), flag(e.inactive)};
    }};
const Kind boards_kind{store::EntityKind::board, "boards", "board_id", "board_name", 0, {}, [](const RemoteEntity& e, std::size_t) {
                         return Values{Field(name_of(e))};
                       }};
// A remote PSA's statuses and categories belong to every board.
const Kind statuses_kind{store::EntityKind::status,
                         "statuses",
                         "status_id",
                         "board_id, name, is_default, is_closed",
                         1,
                         {2, 3},
                         [](const RemoteEntity& e, std::size_t) {
                           return Values{Field(), name_of(e), flag(e.is_default), flag(e.is_closed)};
                         }};
const Kind priorities_kind{store::EntityKind::priority,
                           "priorities",
                           "priority_id",
                           "priority_name, order_number",
                           0,
                           {},
                           [](const RemoteEntity& e, std::size_t position) {
                             return Values{name_of(e), std::to_string(position)};
                           }};
const Kind categories_kind{store::EntityKind::category,
                           "categories",
                           "category_id",
                           "category_name, parent_category, board_id",
                           0,
                           {},
                           [](const RemoteEntity& e, std::size_t) {
                             return Values{name_of(e), Field(), Field()};
                           }};

using OurIds = std::map<std::string, std::string, std::less<>>;  // by remote id

class DirectorySync {
 public:
  DirectorySync(store::Database& db, std::string_view tenant, std::string_view psa, Time now)
      : db_(db), tenant_(tenant), psa_(psa), now_(format_time(now)) {}

  PsaDefaults run(const RemoteDirectory& directory) {
    const auto clients = sync(clients_kind, directory.clients);
    const auto boards = sync(boards_kind, directory.boards);
    const auto statuses = sync(statuses_kind, directory.statuses);
    const auto priorities = sync(priorities_kind, directory.priorities);
    const auto categories = sync(categories_kind, directory.categories);
    const auto ours = [](const OurIds& ids, const std::string& theirs) {
      const auto found = ids.find(theirs);
      return found == ids.end() ? std::string() : found->second;
    };
    return {ours(clients, directory.defaults.client_id), ours(boards, directory.defaults.board_id),
            ours(priorities, directory.defaults.priority_id), ours(categories, directory.defaults.category_id),
            ours(statuses, directory.defaults.closed_status_id)};
  }

 private:
  OurIds sync(const Kind& kind, const std::vector<RemoteEntity>& entities) {
    const auto rows = read_rows(kind);
    OurIds mapped = read_mappings(kind);
    std::multimap<std::string, std::string> unmapped;  // folded name -> id
    std::set<std::string, std::less<>> taken;
    for (auto it = mapped.begin(); it != mapped.end();) {
      taken.insert(it->second);
      it = rows.contains(it->second) ? std::next(it) : mapped.erase(it);
    }
    for (const auto& [id, values] : rows)
      if (!taken.contains(id)) unmapped.emplace(text::fold(*values[kind.name_column]), id);

    OurIds listed;
    std::vector<Param> new_rows, new_mappings;
    for (std::size_t i = 0; i < entities.size(); ++i) {
      const RemoteEntity& entity = entities[i];
      if (entity.id.empty() || listed.contains(entity.id)) continue;
      const Values& values = texts_.emplace_back(kind.values(entity, i + 1));
      const auto known = mapped.find(entity.id);
      std::string id = known != mapped.end() ? known->second : take_over(kind, rows, values, unmapped);
      if (id.empty()) {
        id = store::new_uuid();
        new_rows.insert(new_rows.end(), {tenant_, texts_.emplace_back(Values{id})[0]});
        for (const auto& value : values) new_rows.push_back(value ? Param(*value) : Param());
      } else if (const auto& current = rows.at(id); current != values) {
        update(kind, id, values);
      }
      if (known == mapped.end()) {
        const Values& made = texts_.emplace_back(Values{store::new_uuid(), id, entity.id});
        new_mappings.insert(new_mappings.end(),
                            {tenant_, *made[0], psa_, store::name_of(kind.kind), *made[1], *made[2], "", "synced", now_, now_, now_});
      }
      listed.emplace(entity.id, std::move(id));
    }
    db_.insert_many(kind.table, "tenant, " + std::string(kind.id_column) + ", " + std::string(kind.columns), new_rows);
    // A mapping whose row is gone may still exist.
    db_.insert_many("tenant_external_entity_mappings",
                    R"(tenant, id, integration_type, alga_entity_type, alga_entity_id, external_entity_id, external_realm_id, sync_status,
    last_synced_at, created_at, updated_at)",
                    new_mappings,
                    R"(ON CONFLICT (tenant, integration_type, alga_entity_type, external_entity_id, external_realm_id) DO UPDATE
    SET alga_entity_id = excluded.alga_entity_id, last_synced_at = excluded.last_synced_at, updated_at = excluded.updated_at)");
    retire(kind, rows, mapped, listed);
    return listed;
  }

  // Retires what the PSA no longer lists.
  void retire(const Kind& kind, const std::map<std::string, Values>& rows, const OurIds& mapped, const OurIds& listed) {
    if (kind.kind == store::EntityKind::client)
      for (const auto& [theirs, ours] : mapped)
        if (!listed.contains(theirs) && rows.at(ours)[1] != flag(true))
          db_.execute("UPDATE clients SET is_inactive = true WHERE tenant = ? AND client_id = ?", {tenant_, ours});
    if (kind.kind == store::EntityKind::status) {
      std::set<std::string_view> ids;
      for (const auto& [theirs, ours] : listed) ids.insert(ours);
      for (const auto& [id, values] : rows)
        if (!ids.contains(id) && (values[2] == flag(true) || values[3] == flag(true)))
          db_.execute("UPDATE statuses SET is_default = false, is_closed = false WHERE tenant = ? AND status_id = ?", {tenant_, id});
    }
  }

  std::map<std::string, Values> read_rows(const Kind& kind) {
    std::map<std::string, Values> rows;
    const std::size_t width = static_cast<std::size_t>(std::count(kind.columns.begin(), kind.columns.end(), ',')) + 1;
    const Param params[] = {tenant_};
    db_.select("SELECT " + std::string(kind.id_column) + ", " + std::string(kind.columns) + " FROM " + std::string(kind.table) +
                   " WHERE tenant = ?",
               params, width + 1, [&](std::span<Field> row) {
                 Values values(std::make_move_iterator(row.begin() + 1), std::make_move_iterator(row.end()));
                 for (const std::size_t i : kind.flags) values[i] = flag(store::bool_of(values[i]));
                 rows.emplace(*row[0], std::move(values));
               });
    return rows;
  }

  OurIds read_mappings(const Kind& kind) {
    OurIds ids;
    const Param params[] = {tenant_, psa_, store::name_of(kind.kind)};
    db_.select(R"(SELECT external_entity_id, alga_entity_id FROM tenant_external_entity_mappings
        WHERE tenant = ? AND integration_type = ? AND alga_entity_type = ? AND external_realm_id = '')",
               params, 2, [&](std::span<Field> row) { ids.emplace(store::text_of(row[0]), store::text_of(row[1])); });
    return ids;
  }

  // An unmapped row with that name, preferably one that belongs to every board; empty if there is none.
  static std::string take_over(const Kind& kind, const std::map<std::string, Values>& rows, const Values& wanted,
                               std::multimap<std::string, std::string>& unmapped) {
    const auto [begin, end] = unmapped.equal_range(text::fold(*wanted[kind.name_column]));
    if (begin == end) return {};
    const auto is_alike = [&](const auto& candidate) {
      const Values& values = rows.at(candidate.second);
      for (std::size_t i = 0; i < values.size(); ++i)
        if (values[i].has_value() != wanted[i].has_value()) return false;
      return true;
    };
    auto best = std::find_if(begin, end, is_alike);
    if (best == end) best = begin;
    std::string id = best->second;
    unmapped.erase(best);
    return id;
  }

  void update(const Kind& kind, const std::string& id, const Values& values) {
    std::string assignments(kind.columns);
    for (auto at = assignments.find(", "); at != std::string::npos; at = assignments.find(", ", at + 6))
      assignments.replace(at, 2, " = ?, ");
    std::vector<Param> params;
    for (const auto& value : values) params.push_back(value ? Param(*value) : Param());
    params.insert(params.end(), {tenant_, id});
    db_.execute(
        "UPDATE " + std::string(kind.table) + " SET " + assignments + " = ? WHERE tenant = ? AND " + std::string(kind.id_column) + " = ?",
        params);
  }

  store::Database& db_;
  const std::string_view tenant_, psa_;
  const std::string now_;
  std::deque<Values> texts_;  // parameters point into these
};

}  // namespace

// In one transaction. An entity is identified by its remote id; a new one takes over a row of ours with the same name, or gets a new row.
// Rows that are up to date are not written.
PsaDefaults PsaSync::sync_directory(const host::Call& call) {
  const RemoteDirectory directory = psa_.directory(call);
  const std::string psa = psa_.id();
  store::Transaction transaction(db_);
  const PsaDefaults defaults = DirectorySync(db_, tenant_, psa, clock_.now()).run(directory);
  transaction.commit();
  return defaults;
}

}  // namespace picket::psa
