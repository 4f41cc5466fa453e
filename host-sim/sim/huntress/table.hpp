// Rows as they are served: each kept as the text of its JSON, beside the few values that lists filter and sort by. One thread.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "picket/time.hpp"

namespace picket::sim::huntress {

struct Row {
  std::string key;  // the id as text
  std::int64_t id = 0;
  Time created = {};
  Time updated = {};
  std::vector<std::string> facets = {};  // one per name of the table; several values are separated by '\n'
  std::string text = {};
};

class Table {
 public:
  explicit Table(std::vector<std::string> facet_names) : facet_names_(std::move(facet_names)) {}

  const Row* find(const std::string& key) const;
  void put(Row row);
  bool erase(const std::string& key);
  std::size_t size() const { return rows_.size(); }
  std::int64_t next_id() const { return highest_id_ + 1; }

  // Ascending by "id", "created_at", "updated_at" or a facet; equal ones by id. Valid until the next change.
  const std::vector<const Row*>& sorted(const std::string& field) const;

  std::size_t facet_index(std::string_view name) const;
  const std::string& facet(const Row& row, std::string_view name) const { return row.facets[facet_index(name)]; }

 private:
  std::vector<std::string> facet_names_;
  std::unordered_map<std::string, Row> rows_;
  std::int64_t highest_id_ = 0;
  mutable std::map<std::string, std::vector<const Row*>> sorted_;
};

}  // namespace picket::sim::huntress
