#include <algorithm>
#include <map>
#include <set>

#include "host-sim/store/psa.hpp"
#include "host-sim/store/psa_file.hpp"
#include "host-sim/store/uuid.hpp"
#include "sdk/common/text.hpp"

namespace picket::store {
namespace {

using Values = std::vector<Field>;

using Columns = std::vector<std::size_t>;  // by their place in Kind::columns

// How rows of a kind are stored and recognised.
struct Kind {
  std::string_view table;
  std::string_view id_column;
  std::string_view columns;
  Columns flags;            // booleans
  Columns key;              // identify a row without its id
  Columns looser_key = {};  // tried when nothing has the key; may be empty
};

struct Wanted {
  std::string path;
  std::string id;  // given, or found, or new
  bool id_given = false;
  std::string label;
  Values values;
};

// The parts of a key joined by a character that no cleaned text contains.
std::string key_of(const Values& values, const Columns& columns) {
  std::string key;
  for (const std::size_t i : columns) key.append(text::fold(values[i].value_or(""))).append("\x1f");
  return key;
}

Field field_or_null(const std::string& text) { return text.empty() ? Field{} : Field{text}; }
Field flag(bool value) { return value ? "1" : "0"; }

const Kind clients_kind{"clients", "client_id", "client_name, is_inactive", {1}, {0}};
const Kind contacts_kind{"contacts", "contact_name_id", "client_id, full_name, email, is_primary", {3}, {0, 2}};
const Kind boards_kind{"boards", "board_id", "board_name", {}, {0}};
const Kind statuses_kind{"statuses", "status_id", "board_id, name, is_default, is_closed", {2, 3}, {0, 1}};
const Kind priorities_kind{"priorities", "priority_id", "priority_name, order_number", {}, {0}};
const Kind categories_kind{"categories", "category_id", "category_name, parent_category, board_id", {}, {0, 1, 2}};
// Two machines of a client may have the same name, so the serial number belongs to the key. A machine with a new serial number is still the
// same one if no other has its name.
const Kind assets_kind{"assets", "asset_id", "client_id, name, serial_number, asset_type", {}, {0, 1, 2}, {0, 1}};
const Kind users_kind{"users", "user_id", "name, email", {}, {1}};

// The rows of a kind that a tenant has.
struct Existing {
  std::map<std::string, Values> by_id;
  std::multimap<std::string, std::string> by_key, by_looser_key;
};

class Importer {
 public:
  Importer(Database& db, std::string_view file) : db_(db), file_(file) {}

  ImportResult run(const PsaFile& psa) {
    tenant(psa.tenant);
    clients(psa);
    contacts(psa);
    boards(psa);
    statuses(psa);
    priorities(psa);
    categories(psa);
    assets(psa);
    users(psa);
    return std::move(result_);
  }

 private:
  void tenant(const PsaRecord& record) {
    std::vector<Tenant> same;
    for (auto& known : list_tenants(db_))
      if (record.id.empty() ? text::fold(known.name) == text::fold(record.name) : known.id == record.id) same.push_back(std::move(known));
    if (same.size() > 1) refuse_psa(file_, "tenant.name", "is the name of several tenants; give its id");
    ImportCounts counts;
    result_.tenant = {same.empty() ? (record.id.empty() ? new_uuid() : record.id) : same[0].id, record.name};
    if (same.empty()) {
      db_.execute("INSERT INTO tenants (tenant, name) VALUES (?, ?)", {result_.tenant.id, record.name});
      ++counts.created;
    } else if (same[0].name != record.name) {
      db_.execute("UPDATE tenants SET name = ? WHERE tenant = ?", {record.name, result_.tenant.id});
      ++counts.updated;
    } else {
      ++counts.unchanged;
    }
    result_.counts.emplace_back("tenants", counts);
  }

  void clients(const PsaFile& psa) {
    std::vector<Wanted> wanted;
    for (const auto& r : psa.clients) wanted.push_back(make(r, {r.name, flag(r.inactive)}));
    store(clients_kind, wanted);
    for (const auto& w : wanted) file_clients_.push_back(w.id);
  }

  void contacts(const PsaFile& psa) {
    std::vector<Wanted> wanted;
    for (const auto& r : psa.contacts) wanted.push_back(make(r, {file_clients_[r.client_index], r.name, r.email, flag(r.primary)}));
    store(contacts_kind, wanted);
    // A new primary contact replaces one that the file does not name.
    for (std::size_t i = 0; i < wanted.size(); ++i)
      if (psa.contacts[i].primary)
        db_.execute(R"(UPDATE contacts
                       SET is_primary = ?
                       WHERE tenant = ? AND client_id = ? AND contact_name_id <> ? AND is_primary = true)",
                    {param_of(false), result_.tenant.id, *wanted[i].values[0], wanted[i].id});
  }

  void boards(const PsaFile& psa) {
    std::vector<Wanted> wanted;
    for (const auto& r : psa.boards) wanted.push_back(make(r, {r.name}));
    store(boards_kind, wanted);
  }

  void statuses(const PsaFile& psa) {
    const auto names = reference(EntityKind::board);
    std::vector<Wanted> wanted;
    std::map<std::string, std::string> defaults;
    for (const auto& r : psa.statuses) {
      const Field board = r.board.empty() ? Field{} : Field{resolve(names, r.board, r.path + ".board", "board")};
      if (r.is_default) {
        const auto [other, is_first] = defaults.emplace(board.value_or(""), r.path);
        if (!is_first)
          refuse_psa(file_, r.path + ".default", "may be true for one status of a board only; it is for " + other->second + " too");
      }
      wanted.push_back(make(r, {board, r.name, flag(r.is_default), flag(r.closed)}));
    }
    store(statuses_kind, wanted);
    for (const auto& w : wanted) {
      if (w.values[2] != "1") continue;
      std::string others = "UPDATE statuses SET is_default = ? WHERE tenant = ? AND status_id <> ? AND is_default = true AND board_id";
      std::vector<Param> params{param_of(false), result_.tenant.id, w.id};
      if (w.values[0]) params.emplace_back(*w.values[0]);
      db_.execute(others + (w.values[0] ? " = ?" : " IS NULL"), params);
    }
  }

  void priorities(const PsaFile& psa) {
    std::vector<Wanted> wanted;
    for (const auto& r : psa.priorities) wanted.push_back(make(r, {r.name, std::to_string(wanted.size() + 1)}));
    store(priorities_kind, wanted);
  }

  // Parents before children, because a child refers to its parent's id.
  void categories(const PsaFile& psa) {
    const auto boards = reference(EntityKind::board);
    ImportCounts counts;
    std::vector<const PsaRecord*> waiting;
    for (const auto& r : psa.categories) waiting.push_back(&r);
    std::set<std::string> seen;
    while (!waiting.empty()) {
      const auto is_waiting = [&](const std::string& name) {
        return std::any_of(waiting.begin(), waiting.end(), [&](const PsaRecord* r) { return text::fold(r->name) == text::fold(name); });
      };
      std::vector<Wanted> wanted;
      std::vector<const PsaRecord*> later;
      const auto names = reference(EntityKind::category);
      for (const PsaRecord* r : waiting) {
        const Field board = r->board.empty() ? Field{} : Field{resolve(boards, r->board, r->path + ".board", "board")};
        Field parent;
        if (!r->parent.empty()) {
          if (is_waiting(r->parent)) {
            later.push_back(r);
            continue;
          }
          parent = resolve_parent(r->parent, board, r->path + ".parent");
        }
        wanted.push_back(make(*r, {r->name, parent, board}));
        if (!seen.insert(key_of(wanted.back().values, categories_kind.key)).second)
          refuse_psa(file_, r->path + ".name", "names a category that the file has already: " + r->name);
      }
      if (wanted.empty()) refuse_psa(file_, later[0]->path + ".parent", "forms a circle");
      counts = sum(counts, upsert(categories_kind, wanted));
      waiting = std::move(later);
    }
    count(categories_kind, counts);
  }

  void assets(const PsaFile& psa) {
    const auto names = reference(EntityKind::client);
    std::vector<Wanted> wanted;
    for (const auto& r : psa.assets)
      wanted.push_back(
          make(r, {resolve(names, r.client, r.path + ".client", "client"), r.name, field_or_null(r.serial_number), field_or_null(r.type)}));
    store(assets_kind, wanted);
  }

  void users(const PsaFile& psa) {
    std::vector<Wanted> wanted;
    for (const auto& r : psa.users) wanted.push_back(make(r, {r.name, r.email}));
    store(users_kind, wanted);
  }

  // ---- shared by all kinds

  static Wanted make(const PsaRecord& record, Values values) {
    return {.path = record.path, .id = record.id, .id_given = !record.id.empty(), .label = record.name, .values = std::move(values)};
  }

  void store(const Kind& kind, std::vector<Wanted>& wanted) { count(kind, upsert(kind, wanted)); }

  void count(const Kind& kind, const ImportCounts& counts) { result_.counts.emplace_back(std::string(kind.table), counts); }

  static ImportCounts sum(const ImportCounts& a, const ImportCounts& b) {
    return {a.created + b.created, a.updated + b.updated, a.unchanged + b.unchanged};
  }

  using Names = std::multimap<std::string, std::string>;  // folded name, and id -> id

  template <class Filter>
  Names reference(EntityKind kind, Filter counts) {
    Names names;
    for (const auto& entity : list_entities(db_, result_.tenant.id, kind)) {
      if (!counts(entity)) continue;
      names.emplace(text::fold(entity.name), entity.id);
      names.emplace(entity.id, entity.id);
    }
    return names;
  }

  Names reference(EntityKind kind) {
    return reference(kind, [](const Entity&) { return true; });
  }

  std::string resolve(const Names& names, const std::string& name, const std::string& path, std::string_view what) {
    const auto found = names.equal_range(text::fold(name));
    const auto matches = std::distance(found.first, found.second);
    if (matches == 1) return found.first->second;
    if (matches > 1) refuse_psa(file_, path, "is the name of several: " + name + "; write its id");
    std::vector<std::string> known;
    for (const auto& [key, id] : names)
      if (key != id) known.push_back(key);
    const std::string meant = text::nearest(text::fold(name), known);
    refuse_psa(file_, path,
               "names a " + std::string(what) + " that is neither in the file nor in the database: " + name +
                   (meant.empty() ? "" : "; did you mean \"" + meant + "\"?"));
  }

  // The parent is the category of that name on the same board.
  std::string resolve_parent(const std::string& name, const Field& board, const std::string& path) {
    const Names names = reference(EntityKind::category, [&](const Entity& entity) { return entity.board_id == board.value_or(""); });
    return resolve(names, name, path, "category of the same board");
  }

  Existing read(const Kind& kind) {
    Existing existing;
    const std::size_t width = static_cast<std::size_t>(std::count(kind.columns.begin(), kind.columns.end(), ',')) + 1;
    const std::string sql = "SELECT " + std::string(kind.id_column) + ", " + std::string(kind.columns) + " FROM " +
                            std::string(kind.table) + " WHERE tenant = ?";
    const Param tenant = result_.tenant.id;
    db_.select(sql, {&tenant, 1}, width + 1, [&](std::span<Field> row) {
      Values values(std::make_move_iterator(row.begin() + 1), std::make_move_iterator(row.end()));
      for (const std::size_t i : kind.flags) values[i] = flag(bool_of(values[i]));
      existing.by_key.emplace(key_of(values, kind.key), *row[0]);
      if (!kind.looser_key.empty()) existing.by_looser_key.emplace(key_of(values, kind.looser_key), *row[0]);
      existing.by_id.emplace(*row[0], std::move(values));
    });
    return existing;
  }

  // Gives each wanted row the id of the existing row that it describes, or a new id.
  void recognise(const Kind& kind, std::vector<Wanted>& wanted, const Existing& existing) {
    std::map<std::string, const Wanted*> keys, ids;
    for (auto& w : wanted) {
      const std::string key = key_of(w.values, kind.key);
      if (const auto [other, is_first] = keys.emplace(key, &w); !is_first)
        refuse_psa(file_, w.path, "is the same as " + other->second->path + ": " + w.label);
      const auto [same, same_end] = existing.by_key.equal_range(key);
      const auto matches = std::distance(same, same_end);
      if (w.id_given) {
        for (auto it = same; it != same_end; ++it)
          if (it->second != w.id && !existing.by_id.contains(w.id))
            refuse_psa(file_, w.path + ".id", "is not the id of \"" + w.label + "\", which exists already with the id " + it->second);
      } else if (matches > 1) {
        refuse_psa(file_, w.path, "is the name of several in the database: " + w.label + "; give its id");
      } else if (matches == 1) {
        w.id = same->second;
      }
      if (w.id.empty()) continue;
      if (const auto [other, is_first] = ids.emplace(w.id, &w); !is_first)
        refuse_psa(file_, w.path + ".id", "is the id of " + other->second->path + " too");
    }
    for (auto& w : wanted) {
      if (!w.id.empty()) continue;
      if (!kind.looser_key.empty()) {
        const std::string key = key_of(w.values, kind.looser_key);
        const auto [same, same_end] = existing.by_looser_key.equal_range(key);
        if (std::distance(same, same_end) == 1 && ids.emplace(same->second, &w).second) w.id = same->second;
      }
      if (w.id.empty()) w.id = new_uuid();
    }
  }

  ImportCounts upsert(const Kind& kind, std::vector<Wanted>& wanted) {
    ImportCounts counts;
    const Existing existing = read(kind);
    recognise(kind, wanted, existing);
    std::vector<Param> created;
    for (const auto& w : wanted) {
      const auto known = existing.by_id.find(w.id);
      if (known == existing.by_id.end()) {
        created.push_back(result_.tenant.id);
        created.push_back(w.id);
        for (const auto& value : w.values) created.push_back(value ? Param(*value) : Param());
        ++counts.created;
      } else if (known->second == w.values) {
        ++counts.unchanged;
      } else {
        update(kind, w);
        ++counts.updated;
      }
    }
    db_.insert_many(kind.table, "tenant, " + std::string(kind.id_column) + ", " + std::string(kind.columns), created);
    return counts;
  }

  void update(const Kind& kind, const Wanted& w) {
    std::string assignments(kind.columns);
    for (auto at = assignments.find(", "); at != std::string::npos; at = assignments.find(", ", at + 6))
      assignments.replace(at, 2, " = ?, ");
    std::vector<Param> params;
    for (const auto& value : w.values) params.push_back(value ? Param(*value) : Param());
    params.emplace_back(result_.tenant.id);
    params.emplace_back(w.id);
    db_.execute(
        "UPDATE " + std::string(kind.table) + " SET " + assignments + " = ? WHERE tenant = ? AND " + std::string(kind.id_column) + " = ?",
        params);
  }

  Database& db_;
  std::string_view file_;
  ImportResult result_;
  std::vector<std::string> file_clients_;  // ids, in the order of the file
};

}  // namespace

const ImportCounts& ImportResult::of(std::string_view kind) const {
  static const ImportCounts none;
  const auto found = std::find_if(counts.begin(), counts.end(), [&](const auto& entry) { return entry.first == kind; });
  return found == counts.end() ? none : found->second;
}

ImportResult import_psa(Database& db, std::string_view json_text, std::string_view file) {
  const PsaFile psa = parse_psa_file(json_text, file);
  Transaction transaction(db);
  ImportResult result = Importer(db, file).run(psa);
  transaction.commit();
  return result;
}

}  // namespace picket::store
