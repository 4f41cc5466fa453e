// The query part of a request's target. Plain values.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace picket::sim {

class Query {
 public:
  Query() = default;
  explicit Query(std::string_view text);  // "a=1&b=two%20words"

  // The last value given under this name.
  std::optional<std::string> get(std::string_view name) const;

  const std::vector<std::pair<std::string, std::string>>& items() const { return items_; }

 private:
  std::vector<std::pair<std::string, std::string>> items_;
};

}  // namespace picket::sim
