// Builds the texts of SQL statements. Pure; any thread.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace picket::store {

// "INSERT INTO table (a, b) VALUES (?, ?), (?, ?) suffix" for `rows` rows.
std::string insert_sql(std::string_view table, std::string_view columns, std::size_t rows, std::string_view suffix);

// The number of columns in "a, b, c".
std::size_t column_count(std::string_view columns);

// The statement with its one "(?...)" replaced by a list of `size` parameters.
std::string with_list(std::string_view sql, std::size_t size);

// Lists and inserts come in a few sizes, so that few statements are prepared. The smallest list size with room for `count`, or the largest
// of all.
std::size_t list_size_for(std::size_t count);
// The largest insert size that `count` rows fill.
std::size_t insert_size_for(std::size_t count);

// SOCI's form of a statement: the parameters `?` become `:p1`, `:p2`, ... Those inside '...' stay. `count` is set to their number.
std::string with_named_parameters(std::string_view sql, std::size_t& count);

}  // namespace picket::store
