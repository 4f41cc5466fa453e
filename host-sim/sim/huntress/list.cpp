#include "host-sim/sim/huntress/list.hpp"

#include <algorithm>

#include "picket/error.hpp"
#include "sdk/common/ascii.hpp"
#include "sdk/common/json.hpp"
#include "sdk/common/list.hpp"
#include "sdk/common/number.hpp"
#include "sdk/common/url_escape.hpp"

namespace picket::sim::huntress {
namespace {

constexpr std::int64_t default_limit = 10;
constexpr std::int64_t highest_limit = 500;

[[noreturn]] void refuse_parameter(const std::string& parameter, const std::string& why) {
  throw Error(Status::invalid, parameter + " " + why, parameter);
}

std::int64_t integer(const std::string& parameter, const std::string& text) {
  const auto n = number_from<std::int64_t>(text);
  if (!n) refuse_parameter(parameter, "is invalid");
  return *n;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end = text.find(separator); end != std::string::npos; end = text.find(separator, begin)) {
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

// What one filter of a request accepts.
struct Condition {
  std::size_t facet;
  std::vector<std::string> accepted;
  bool ignore_case;

  bool holds(const Row& row) const {
    const std::string& value = row.facets[facet];
    if (value.find('\n') == std::string::npos) return contains(accepted, ignore_case ? ascii::lower(value) : value);
    const auto values = split(value, '\n');
    return std::any_of(values.begin(), values.end(), [&](const std::string& v) { return contains(accepted, v); });
  }
};

Condition condition_of(const Filter& filter, const std::string& text, const Table& table) {
  Condition condition{table.facet_index(filter.facet), {text}, filter.kind == FilterKind::text};
  switch (filter.kind) {
    case FilterKind::integer: condition.accepted = {std::to_string(integer(filter.parameter, text))}; break;
    case FilterKind::text: condition.accepted = {ascii::lower(text)}; break;
    case FilterKind::any_of: condition.accepted = split(text, ','); [[fallthrough]];
    case FilterKind::one_of:
      for (const auto& value : condition.accepted)
        if (!contains(filter.values, value)) refuse_parameter(filter.parameter, "does not have a valid value");
  }
  return condition;
}

struct Page {
  std::size_t limit = 0;
  Order order;
  std::vector<Condition> conditions;
  std::optional<std::string> token;
};

Page page_of(const Request& request, const ListShape& shape, const Table& table) {
  Page page;
  const auto limit = request.query.get("limit");
  const std::int64_t n = limit ? integer("limit", *limit) : default_limit;
  if (n < 1 || n > highest_limit) refuse_parameter("limit", "does not have a valid value");
  page.limit = static_cast<std::size_t>(n);
  page.order.field = request.query.get("sort_field").value_or("id");
  if (!contains(shape.sort_fields, page.order.field)) refuse_parameter("sort_field", "does not have a valid value");
  const std::string direction = request.query.get("sort_direction").value_or("desc");
  if (direction != "asc" && direction != "desc") refuse_parameter("sort_direction", "does not have a valid value");
  page.order.direction = direction == "asc" ? Direction::ascending : Direction::descending;
  for (const auto& filter : shape.filters)
    if (const auto text = request.query.get(filter.parameter)) page.conditions.push_back(condition_of(filter, *text, table));
  page.token = request.query.get("page_token");
  return page;
}

std::vector<const Row*> rows_of(const Table& table, const Page& page) {
  const auto& all = table.sorted(page.order.field);
  std::vector<const Row*> rows;
  rows.reserve(all.size());
  const auto take = [&](const Row* row) {
    if (std::all_of(page.conditions.begin(), page.conditions.end(), [&](const Condition& c) { return c.holds(*row); })) rows.push_back(row);
  };
  if (page.order.direction == Direction::ascending)
    std::for_each(all.begin(), all.end(), take);
  else
    std::for_each(all.rbegin(), all.rend(), take);
  return rows;
}

std::string next_url(const Request& request, const std::string& token, std::size_t limit) {
  std::string url = request.origin + request.path + "?page_token=" + url_escaped(token) + "&limit=" + std::to_string(limit);
  for (const auto& [name, value] : request.query.items())
    if (name != "page_token" && name != "limit") url += "&" + url_escaped(name) + "=" + url_escaped(value);
  return url;
}

std::string body_of(const std::vector<const Row*>& rows, std::size_t begin, std::size_t end, const std::string& name,
                    const json::object& pagination) {
  const std::string tail = "],\"pagination\":" + boost::json::serialize(pagination) + "}";
  std::size_t size = name.size() + tail.size() + 8;
  for (std::size_t i = begin; i < end; ++i) size += rows[i]->text.size() + 1;
  std::string body;
  body.reserve(size);
  body += "{\"" + name + "\":[";
  for (std::size_t i = begin; i < end; ++i) {
    if (i != begin) body += ',';
    body += rows[i]->text;
  }
  body += tail;
  return body;
}

Answer answer_of(const Table& table, const ListShape& shape, const Request& request, TokenKind kind) {
  const Page page = page_of(request, shape, table);
  const auto rows = rows_of(table, page);
  std::size_t begin = 0;
  if (page.token) {
    const auto start = start_of_page(*page.token, rows, table, page.order, kind);
    if (!start) refuse_parameter("page_token", "is invalid");
    begin = *start;
  }
  const std::size_t end = std::min(rows.size(), begin + page.limit);
  json::object pagination;
  if (end < rows.size()) {
    const std::string token = token_behind(*rows[end - 1], end, table, page.order, kind);
    pagination["next_page_url"] = next_url(request, token, page.limit);
    pagination["next_page_token"] = token;
  }
  return {200, body_of(rows, begin, end, shape.name, pagination)};
}

}  // namespace

Answer list_answer(const Table& table, const ListShape& shape, const Request& request, TokenKind kind) {
  try {
    return answer_of(table, shape, request, kind);
  } catch (const Error& e) {
    return error_answer(400, e.what());
  }
}

}  // namespace picket::sim::huntress
