// Words for messages. Pure; any thread.
#pragma once
#include <string>
#include <vector>

namespace picket::operations {

// "a, b, c"
inline std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

}  // namespace picket::operations
