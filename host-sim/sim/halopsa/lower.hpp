// Letters A to Z in lower case, as the site compares words. Pure function; any thread.
#pragma once
#include <string>
#include <string_view>

namespace picket::sim::halopsa {

inline std::string lower(std::string_view s) {
  std::string out(s);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return out;
}

}  // namespace picket::vendors::halopsa
