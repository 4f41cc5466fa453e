// A database through its own C interface and nothing between: what Picket's speed is measured against. Thread: one.
#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace picket::bench {

using Value = std::optional<std::string>;  // nothing = NULL
using Row = std::vector<Value>;

class RawDatabase {
 public:
  virtual ~RawDatabase() = default;
  virtual void begin() = 0;
  virtual void commit() = 0;
  // Prepares a statement once, its parameters written `?`. All parameters and columns are text.
  virtual std::size_t prepare(const std::string& sql) = 0;
  virtual std::vector<Row> run(std::size_t statement, std::span<const Value> parameters = {}) = 0;
};

// With the pragmas that Picket sets. Both throw std::runtime_error, as all of their functions do.
std::unique_ptr<RawDatabase> open_raw_sqlite(const std::string& path);
std::unique_ptr<RawDatabase> open_raw_postgresql(const std::string& url);

}  // namespace picket::bench
