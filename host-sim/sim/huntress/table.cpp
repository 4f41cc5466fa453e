#include "host-sim/sim/huntress/table.hpp"

#include <algorithm>
#include <stdexcept>

namespace picket::sim::huntress {
namespace {

template <class Less>
void sort_rows(std::vector<const Row*>& rows, Less less) {
  std::sort(rows.begin(), rows.end(), [&](const Row* a, const Row* b) {
    if (less(*a, *b)) return true;
    if (less(*b, *a)) return false;
    return a->id != b->id ? a->id < b->id : a->key < b->key;
  });
}

}  // namespace

const Row* Table::find(const std::string& key) const {
  const auto found = rows_.find(key);
  return found == rows_.end() ? nullptr : &found->second;
}

void Table::put(Row row) {
  sorted_.clear();
  highest_id_ = std::max(highest_id_, row.id);
  std::string key = row.key;
  rows_.insert_or_assign(std::move(key), std::move(row));
}

bool Table::erase(const std::string& key) {
  sorted_.clear();
  return rows_.erase(key) > 0;
}

std::size_t Table::facet_index(std::string_view name) const {
  const auto found = std::find(facet_names_.begin(), facet_names_.end(), name);
  if (found == facet_names_.end()) throw std::logic_error("no facet " + std::string(name));
  return static_cast<std::size_t>(found - facet_names_.begin());
}

const std::vector<const Row*>& Table::sorted(const std::string& field) const {
  auto& rows = sorted_[field];
  if (rows.size() == rows_.size()) return rows;
  rows.clear();
  for (const auto& [key, row] : rows_) rows.push_back(&row);
  if (field == "id") {
    sort_rows(rows, [](const Row& a, const Row& b) { return a.id < b.id; });
  } else if (field == "created_at") {
    sort_rows(rows, [](const Row& a, const Row& b) { return a.created < b.created; });
  } else if (field == "updated_at") {
    sort_rows(rows, [](const Row& a, const Row& b) { return a.updated < b.updated; });
  } else {
    const std::size_t index = facet_index(field);
    sort_rows(rows, [index](const Row& a, const Row& b) { return a.facets[index] < b.facets[index]; });
  }
  return rows;
}

}  // namespace picket::sim::huntress
