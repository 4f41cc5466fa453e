#include "host-sim/store/sequences.hpp"

namespace picket::store {

std::int64_t take_numbers(Database& db, std::string_view tenant, std::string_view name, std::size_t count, std::int64_t first) {
  db.execute("INSERT INTO picket_sequences (tenant, name, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
             {tenant, name, std::to_string(first)});
  db.execute("UPDATE picket_sequences SET value = value + ? WHERE tenant = ? AND name = ?", {std::to_string(count), tenant, name});
  const auto row = db.query<1>("SELECT value FROM picket_sequences WHERE tenant = ? AND name = ?", {tenant, name});
  return integer_of(row.at(0)[0]) - static_cast<std::int64_t>(count);
}

}  // namespace picket::store
