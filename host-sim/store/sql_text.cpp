#include "host-sim/store/sql_text.hpp"

#include <algorithm>
#include <array>

#include "picket/error.hpp"

namespace picket::store {
namespace {

constexpr std::array<std::size_t, 4> list_sizes{1, 8, 64, 512};
constexpr std::array<std::size_t, 3> insert_sizes{64, 8, 1};
constexpr std::string_view list_mark = "(?...)";

std::string parameters(std::size_t count) {
  std::string text = "(?";
  for (std::size_t i = 1; i < count; ++i) text += ", ?";
  return text += ')';
}

}  // namespace

std::size_t column_count(std::string_view columns) { return static_cast<std::size_t>(std::count(columns.begin(), columns.end(), ',')) + 1; }

std::string insert_sql(std::string_view table, std::string_view columns, std::size_t rows, std::string_view suffix) {
  std::string text = "INSERT INTO ";
  text.append(table).append(" (").append(columns).append(") VALUES ");
  const std::string row = parameters(column_count(columns));
  for (std::size_t i = 0; i < rows; ++i) text.append(i == 0 ? "" : ", ").append(row);
  if (!suffix.empty()) text.append(" ").append(suffix);
  return text;
}

std::string with_list(std::string_view sql, std::size_t size) {
  const auto at = sql.find(list_mark);
  if (at == std::string_view::npos) throw Error(Status::internal, "a statement with a list must say where it is");
  return std::string(sql.substr(0, at)) + parameters(size) + std::string(sql.substr(at + list_mark.size()));
}

std::size_t list_size_for(std::size_t count) {
  for (const std::size_t size : list_sizes)
    if (count <= size) return size;
  return list_sizes.back();
}

std::size_t insert_size_for(std::size_t count) {
  for (const std::size_t size : insert_sizes)
    if (count >= size) return size;
  return insert_sizes.back();
}

std::string with_named_parameters(std::string_view sql, std::size_t& count) {
  std::string text;
  text.reserve(sql.size() * 2);
  bool quoted = false;
  count = 0;
  for (const char c : sql) {
    if (c == '\'') quoted = !quoted;
    if (c == '?' && !quoted) {
      text += ":p" + std::to_string(++count);
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace picket::store
