#include "sdk/host/entry_check.hpp"

#include <algorithm>
#include <string_view>

#include "sdk/common/abi_model.hpp"
#include "sdk/common/ascii.hpp"
#include "sdk/common/text.hpp"
#include "sdk/host/first_sizes.hpp"

namespace picket::host {
namespace {

bool is_id(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return ascii::is_lower(c) || ascii::is_digit(c) || c == '-'; });
}

// x.y.z, each a number.
bool is_version(std::string_view s) {
  int parts = 0;
  while (true) {
    const std::size_t dot = std::min(s.find('.'), s.size());
    if (dot > 9 || !ascii::is_number(s.substr(0, dot))) return false;
    ++parts;
    if (dot == s.size()) return parts == 3;
    s.remove_prefix(dot + 1);
  }
}

std::string quoted(picket_str s) { return "'" + text::clean_line(from_abi(s), 80).text + "'"; }

}  // namespace

std::optional<std::string> entry_size_fault(const picket_entry_point& e) {
  if (e.size >= first_size<picket_entry_point> && e.size <= absurd_size) return std::nullopt;
  return "picket_entry.size is " + std::to_string(e.size) + ", expected at least " + std::to_string(first_size<picket_entry_point>);
}

std::optional<std::string> entry_abi_fault(const picket_entry_point& e) {
  if (e.abi_major == PICKET_ABI_MAJOR) return std::nullopt;
  return "it speaks contract " + std::to_string(e.abi_major) + "." + std::to_string(e.abi_minor) + ", this host speaks " +
         std::to_string(PICKET_ABI_MAJOR) + "." + std::to_string(PICKET_ABI_MINOR) + "; rebuild it with the host's SDK";
}

std::optional<std::string> entry_id_fault(const picket_entry_point& e) {
  if (is_id(from_abi(e.id))) return std::nullopt;
  return "the id is " + quoted(e.id) + ", expected lower case letters, digits and '-'";
}

std::optional<std::string> entry_version_fault(const picket_entry_point& e) {
  if (is_version(from_abi(e.version))) return std::nullopt;
  return "the version is " + quoted(e.version) + ", expected three numbers such as 1.0.0";
}

std::optional<std::string> entry_category_fault(const picket_entry_point& e) {
  std::string expected;
  for (const std::string_view category : provider_categories) {
    if (from_abi(e.category) == category) return std::nullopt;
    expected += (expected.empty() ? "'" : " or '") + std::string(category) + "'";
  }
  return "the category is " + quoted(e.category) + ", expected " + expected;
}

std::optional<std::string> entry_open_fault(const picket_entry_point& e) {
  if (e.open != nullptr) return std::nullopt;
  return "picket_entry.open is a null pointer";
}

}  // namespace picket::host
