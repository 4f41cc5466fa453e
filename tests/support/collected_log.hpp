// A log that a test can read. Thread: one.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sdk/host/services.hpp"

namespace picket::test {

class CollectedLog final : public host::Log {
 public:
  void write(int, std::string_view message) override { lines.emplace_back(message); }
  std::vector<std::string> take() { return std::exchange(lines, {}); }
  std::vector<std::string> lines;
};

}  // namespace picket::test
