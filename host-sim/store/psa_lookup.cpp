#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "host-sim/store/psa.hpp"
#include "host-sim/store/uuid.hpp"
#include "sdk/common/text.hpp"

namespace picket::store {
namespace {

constexpr std::size_t names_worth_listing = 20;

std::string in_quotes(const std::string& name) { return '"' + name + '"'; }

// "; there are "A", "B"": what helps a user who misspelt a name.
std::string advice(std::string_view wanted, const std::set<std::string>& names, std::string_view what) {
  if (names.empty()) return "; there is no " + std::string(what) + " yet";
  std::map<std::string, std::string> folded;
  for (const auto& name : names) folded.emplace(text::fold(name), name);
  std::vector<std::string> keys;
  for (const auto& [key, name] : folded) keys.push_back(key);
  std::string text;
  if (const auto meant = folded.find(text::nearest(text::fold(wanted), keys)); meant != folded.end())
    text = "; did you mean " + in_quotes(meant->second) + "?";
  std::size_t listed = 0;
  for (const auto& name : names) {
    if (listed == names_worth_listing) return text + " and " + std::to_string(names.size() - listed) + " more";
    text += (listed++ == 0 ? (text.empty() ? "; there are " : " There are ") : ", ") + in_quotes(name);
  }
  return text;
}

template <class Item>
Item find_named(std::vector<Item> items, std::string_view id_or_name, std::string_view what, std::string_view plural,
                std::string_view where) {
  const std::string folded = text::fold(id_or_name);
  std::vector<const Item*> same;
  for (const auto& item : items) {
    if (item.id == folded) return item;
    if (text::fold(item.name) == folded) same.push_back(&item);
  }
  if (same.size() == 1) return *same[0];
  if (same.size() > 1) {
    std::string ids;
    for (const Item* item : same) ids += (ids.empty() ? "" : ", ") + item->id;
    throw Error(
        Status::invalid,
        "several " + std::string(plural) + std::string(where) + " are named " + in_quotes(std::string(id_or_name)) + "; use an id: " + ids,
        std::string(what));
  }
  std::set<std::string> names;
  for (const auto& item : items) names.insert(item.name);
  throw Error(
      Status::not_found,
      "there is no " + std::string(what) + " " + in_quotes(std::string(id_or_name)) + std::string(where) + advice(id_or_name, names, what),
      std::string(what));
}

struct KindNames {
  std::string_view singular, plural, sql;
};

const KindNames& names(EntityKind kind) {
  // In the order of the kinds.
  static constexpr std::array<KindNames, 5> all{{
      {"client", "clients",
       R"(SELECT client_id, client_name, NULL, NULL, is_inactive, NULL, NULL
         FROM clients
         WHERE tenant = ?
         ORDER BY client_name, client_id)"},
      {"board", "boards",
       R"(SELECT board_id, board_name, NULL, NULL, NULL, NULL, NULL
         FROM boards
         WHERE tenant = ?
         ORDER BY board_name, board_id)"},
      {"status", "statuses",
       R"(SELECT status_id, name, board_id, NULL, NULL, is_closed, is_default
         FROM statuses
         WHERE tenant = ?
         ORDER BY name, status_id)"},
      {"priority", "priorities",
       R"(SELECT priority_id, priority_name, NULL, NULL, NULL, NULL, NULL
         FROM priorities
         WHERE tenant = ?
         ORDER BY order_number, priority_name, priority_id)"},
      {"category", "categories",
       R"(SELECT category_id, category_name, board_id, parent_category, NULL, NULL, NULL
         FROM categories
         WHERE tenant = ?
         ORDER BY category_name, category_id)"},
  }};
  return all.at(static_cast<std::size_t>(kind));
}

}  // namespace

std::string_view name_of(EntityKind kind) { return names(kind).singular; }

std::vector<Tenant> list_tenants(Database& db) {
  std::vector<Tenant> tenants;
  for (auto& row : db.query<2>("SELECT tenant, name FROM tenants ORDER BY name, tenant"))
    tenants.push_back({text_of(row[0]), text_of(row[1])});
  return tenants;
}

Tenant find_tenant(Database& db, std::string_view id_or_name) {
  auto tenants = list_tenants(db);
  if (tenants.empty())
    throw Error(Status::not_found, "there is no tenant yet; load one's PSA data with \"picket psa import FILE\"", "tenant");
  return find_named(std::move(tenants), id_or_name, "tenant", "tenants", "");
}

std::vector<Entity> list_entities(Database& db, std::string_view tenant, EntityKind kind) {
  std::vector<Entity> entities;
  for (auto& row : db.query<7>(names(kind).sql, {tenant}))
    entities.push_back(
        {text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]), bool_of(row[4]), bool_of(row[5]), bool_of(row[6])});
  return entities;
}

Entity find_entity(Database& db, std::string_view tenant, EntityKind kind, std::string_view id_or_name, std::string_view board_id,
                   std::string_view parent_id) {
  auto entities = list_entities(db, tenant, kind);
  if (!board_id.empty() && (kind == EntityKind::status || kind == EntityKind::category))
    std::erase_if(entities, [&](const Entity& e) { return !e.board_id.empty() && e.board_id != board_id; });
  if (!parent_id.empty()) std::erase_if(entities, [&](const Entity& e) { return e.parent_id != parent_id; });
  // Of two with the same name, the board's own one is meant.
  if (!board_id.empty()) {
    const auto is_named = [&](const Entity& e) { return text::fold(e.name) == text::fold(id_or_name); };
    if (std::any_of(entities.begin(), entities.end(), [&](const Entity& e) { return is_named(e) && e.board_id == board_id; }))
      std::erase_if(entities, [&](const Entity& e) { return is_named(e) && e.board_id != board_id; });
  }
  return find_named(std::move(entities), id_or_name, names(kind).singular, names(kind).plural,
                    !parent_id.empty()  ? " in this category"
                    : !board_id.empty() ? " on this board"
                                        : "");
}

}  // namespace picket::store
