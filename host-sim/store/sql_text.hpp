// Texts of SQL statements that are made, not written. Pure; any thread.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace picket::store {

// "INSERT INTO table (a, b) VALUES (?, ?), (?, ?) suffix" for a number of rows.
std::string insert_sql(std::string_view table, std::string_view columns, std::size_t rows, std::string_view suffix);

// How many columns "a, b, c" names.
std::size_t column_count(std::string_view columns);

// The one "(?...)" of a statement as a list of `size` parameters.
std::string with_list(std::string_view sql, std::size_t size);

// The sizes in which lists and inserts are asked for, so that their statements can be held: the smallest that has room for `count`, or
// the largest of all.
std::size_t list_size_for(std::size_t count);
// The largest size that `count` rows fill.
std::size_t insert_size_for(std::size_t count);

// SOCI's form of a statement: the parameters `?` become `:p1`, `:p2`, ... Those inside '...' stay. `count` is set to their number.
std::string with_named_parameters(std::string_view sql, std::size_t& count);

}  // namespace picket::store
