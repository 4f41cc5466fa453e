#include "host-sim/sim/huntress/page_token.hpp"

#include <algorithm>

#include "host-sim/sim/huntress/times.hpp"
#include "sdk/common/base64.hpp"
#include "sdk/common/number.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::sim::huntress {
namespace {

constexpr std::string_view offset_prefix = "offset:";

bool by_time(const Order& order) { return order.field == "created_at" || order.field == "updated_at"; }
Time time_of(const Row& row, const Order& order) { return order.field == "created_at" ? row.created : row.updated; }

// Rows are in the list's order, so those before the page come first.
template <class IsBefore>
std::size_t first_not(const std::vector<const Row*>& rows, IsBefore is_before) {
  const auto found = std::partition_point(rows.begin(), rows.end(), [&](const Row* row) { return is_before(*row); });
  return static_cast<std::size_t>(found - rows.begin());
}

}  // namespace

std::string token_behind(const Row& last, std::size_t end, const Table& table, const Order& order, TokenKind kind) {
  std::string content;
  if (kind == TokenKind::offset)
    content = std::string(offset_prefix) + std::to_string(end);
  else if (by_time(order))
    content = time_text(time_of(last, order));
  else if (order.field == "id")
    content = std::to_string(last.id);
  else
    content = table.facet(last, order.field);
  return base64_encode(content, Padding::without);
}

std::optional<std::size_t> start_of_page(const std::string& token, const std::vector<const Row*>& rows, const Table& table,
                                         const Order& order, TokenKind kind) {
  const auto content = base64_decode(token, Padding::without);
  if (!content) return std::nullopt;
  const bool down = order.direction == Direction::descending;
  if (kind == TokenKind::offset) {
    if (!content->starts_with(offset_prefix)) return std::nullopt;
    const auto offset = number_from<std::size_t>(std::string_view(*content).substr(offset_prefix.size()));
    if (!offset) return std::nullopt;
    return std::min(*offset, rows.size());
  }
  if (by_time(order)) {
    const auto t = parse_time(*content);
    if (!t) return std::nullopt;
    const Time next_second = *t + std::chrono::seconds{1};
    return first_not(rows, [&](const Row& row) { return down ? time_of(row, order) >= *t : time_of(row, order) < next_second; });
  }
  if (order.field == "id") {
    const auto id = number_from<std::int64_t>(*content);
    if (!id) return std::nullopt;
    return first_not(rows, [&](const Row& row) { return down ? row.id >= *id : row.id <= *id; });
  }
  return first_not(rows, [&](const Row& row) {
    const std::string& value = table.facet(row, order.field);
    return down ? value >= *content : value <= *content;
  });
}

}  // namespace picket::sim::huntress
