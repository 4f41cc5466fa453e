// Where the next page of a list begins. As at the vendor, a token holds the one-second time of the last row ("timestamp"), so rows that
// share that second with it are lost; or it is a plain offset, which shifts when rows move. Pure functions; any thread.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "host-sim/sim/huntress/table.hpp"

namespace picket::sim::huntress {

enum class TokenKind { timestamp, offset };
enum class Direction { ascending, descending };

struct Order {
  std::string field;  // "id", "created_at", "updated_at" or a facet
  Direction direction = Direction::descending;
};

// The token behind `last`, which is the row number `end - 1` of the filtered list. Lists that are not sorted by a time hold the last row's
// value in their token.
std::string token_behind(const Row& last, std::size_t end, const Table& table, const Order& order, TokenKind kind);

// The first row of the page that a token stands for; nothing if it is no token of this list.
std::optional<std::size_t> start_of_page(const std::string& token, const std::vector<const Row*>& rows, const Table& table,
                                         const Order& order, TokenKind kind);

}  // namespace picket::sim::huntress
