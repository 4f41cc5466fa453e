#include "host-sim/sim/stellar-cyber/list.hpp"

#include <algorithm>
#include <array>

#include "host-sim/sim/server/json_answer.hpp"
#include "host-sim/sim/server/refuse.hpp"
#include "sdk/common/list.hpp"
#include "sdk/common/number.hpp"

namespace picket::sim::stellar_cyber {
namespace {

constexpr std::int64_t default_limit = 50;

constexpr std::array<std::string_view, 16> parameters{"FROM~modified_at",
                                                      "FROM~created_at",
                                                      "FROM~score",
                                                      "min_size_auto",
                                                      "tenantid",
                                                      "NOT~tags",
                                                      "NOT~modified_by",
                                                      "tags",
                                                      "status",
                                                      "ticket_id",
                                                      "limit",
                                                      "skip",
                                                      "include_summary",
                                                      "format_summary",
                                                      "sort",
                                                      "order"};
constexpr std::array<std::string_view, 5> sort_fields{"modified_at", "created_at", "score", "ticket_id", "size"};

template <class Number>
Number number(const std::string& parameter, const std::string& text, const std::string& expected) {
  const auto n = number_from<Number>(text);
  if (!n) refuse(parameter, expected);
  return *n;
}

std::optional<std::int64_t> whole(const Query& query, const std::string& parameter) {
  const auto text = query.get(parameter);
  if (!text) return std::nullopt;
  return number<std::int64_t>(parameter, *text, "a whole number");
}

bool flag(const Query& query, const std::string& parameter) {
  const auto text = query.get(parameter);
  if (text && *text != "true" && *text != "false") refuse(parameter, "true or false");
  return text == "true";
}

std::vector<std::string> words(const Query& query, const std::string& parameter) {
  std::vector<std::string> out;
  const std::string text = query.get(parameter).value_or("");
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (end > begin) out.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

double number_at(const json::object& row, std::string_view name) {
  const json::value* v = row.if_contains(name);
  return v && v->is_number() ? v->to_number<double>() : 0;
}

bool has_tag_of(const json::object& row, const std::vector<std::string>& tags) {
  const json::array* list = json::array_at(row, "tags");
  return list &&
         std::any_of(list->begin(), list->end(), [&](const json::value& v) { return v.is_string() && contains(tags, v.get_string()); });
}

struct Filters {
  std::optional<std::int64_t> modified_from, created_from, least_size, ticket;
  std::optional<double> least_score;
  std::optional<std::string> tenant;
  std::vector<std::string> tags, no_tags, not_modified_by, statuses;

  bool let_through(const Case& c) const {
    const json::object& row = c.row;
    if (modified_from && c.modified_ms() < *modified_from) return false;
    if (created_from && json::integer_at(row, "created_at").value_or(c.modified_ms()) < *created_from) return false;
    if (least_score && number_at(row, "score") < *least_score) return false;
    if (least_size && json::integer_at(row, "size").value_or(0) < *least_size) return false;
    if (ticket && c.number() != *ticket) return false;
    if (tenant && json::text_at(row, "cust_id") != *tenant) return false;
    if (!tags.empty() && !has_tag_of(row, tags)) return false;
    if (has_tag_of(row, no_tags)) return false;
    if (!statuses.empty() && !contains(statuses, json::text_at(row, "status").value_or(""))) return false;
    return not_modified_by.empty() || !contains(not_modified_by, json::text_at(row, "modified_by").value_or(""));
  }
};

Filters filters_of(const Query& query) {
  Filters f;
  f.modified_from = whole(query, "FROM~modified_at");
  f.created_from = whole(query, "FROM~created_at");
  f.least_size = whole(query, "min_size_auto");
  f.ticket = whole(query, "ticket_id");
  if (const auto score = query.get("FROM~score")) f.least_score = number<double>("FROM~score", *score, "a number");
  f.tenant = query.get("tenantid");
  f.tags = words(query, "tags");
  f.no_tags = words(query, "NOT~tags");
  f.not_modified_by = words(query, "NOT~modified_by");
  f.statuses = words(query, "status");
  return f;
}

double sort_value(const Case& c, const std::string& field) {
  if (field == "modified_at") return static_cast<double>(c.modified_ms());
  if (field == "created_at") return static_cast<double>(json::integer_at(c.row, "created_at").value_or(c.modified_ms()));
  return number_at(c.row, field);
}

struct Order {
  std::string field;
  bool ascending = false;
};

Order order_of(const Query& query) {
  Order order{query.get("sort").value_or("created_at")};
  if (!contains(sort_fields, order.field)) refuse("sort", "modified_at, created_at, score, ticket_id or size");
  const std::string direction = query.get("order").value_or("desc");
  if (direction != "asc" && direction != "desc") refuse("order", "asc or desc");
  order.ascending = direction == "asc";
  return order;
}

// Ties in the order of their numbers, so that pages do not overlap.
void sort_cases(std::vector<const Case*>& cases, const Order& order) {
  struct Entry {
    double value;
    std::int64_t number;
    const Case* c;
  };
  std::vector<Entry> entries;
  entries.reserve(cases.size());
  for (const Case* c : cases) entries.push_back({sort_value(*c, order.field), c->number(), c});
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    if (a.value != b.value) return a.value < b.value;
    return a.number != b.number ? a.number < b.number : a.c->key < b.c->key;
  });
  if (!order.ascending) std::reverse(entries.begin(), entries.end());
  std::transform(entries.begin(), entries.end(), cases.begin(), [](const Entry& e) { return e.c; });
}

Answer answer_of(const Data& data, const Query& query) {
  for (const auto& [name, value] : query.items())
    if (!contains(parameters, name)) refuse(name, "no parameter of this name");
  const Page page = page_of(query, data.quirks().limit_max);
  const Filters filters = filters_of(query);
  const Order order = order_of(query);
  flag(query, "format_summary");  // the only form that is simulated
  const bool with_summary = flag(query, "include_summary");
  std::vector<const Case*> found;
  for (const auto& [key, c] : data.cases())
    if (filters.let_through(c)) found.push_back(&c);
  sort_cases(found, order);
  json::array rows;
  for (std::size_t i = page.skip; i < found.size() && i - page.skip < page.limit; ++i) {
    json::object row = found[i]->row;
    if (with_summary) row["summary"] = found[i]->summary;
    rows.push_back(json::value(std::move(row)));
  }
  return json_answer({{"data", {{"cases", std::move(rows)}, {"total", found.size()}}}});
}

}  // namespace

Page page_of(const Query& query, std::int64_t limit_max) {
  const std::int64_t limit = whole(query, "limit").value_or(default_limit);
  const std::int64_t skip = whole(query, "skip").value_or(0);
  if (limit < 1) refuse("limit", "a whole number of at least 1");
  if (skip < 0) refuse("skip", "a whole number of at least 0");
  return {static_cast<std::size_t>(std::min(limit, limit_max)), static_cast<std::size_t>(skip)};
}

Answer case_list(const Data& data, const Query& query) {
  try {
    return answer_of(data, query);
  } catch (const Error& e) {
    return error_answer(400, e.what());
  }
}

}  // namespace picket::sim::stellar_cyber
