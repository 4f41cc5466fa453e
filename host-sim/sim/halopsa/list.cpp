#include "host-sim/sim/halopsa/list.hpp"

#include <algorithm>
#include <charconv>

#include "sdk/common/ascii.hpp"

namespace picket::sim::halopsa {
namespace {

constexpr std::size_t largest_page = 100;
constexpr std::array<std::string_view, 8> filters{"client_id", "site_id",     "user_id",  "tickettype_id",
                                                  "sla_id",    "priority_id", "agent_id", "status_id"};
constexpr std::array<std::string_view, 6> orders{"id", "summary", "dateoccurred", "last_update", "status_id", "priority_id"};

[[noreturn]] void refuse_value(std::string_view name, const std::string& value) {
  throw Error(Status::invalid, "The value '" + value + "' is not valid for " + std::string(name) + ".", std::string(name));
}

std::int64_t Ticket::*filtered_member(std::string_view name) {
  for (const NumberField& field : number_fields())
    if (field.name == name) return field.member;
  return nullptr;
}

bool less(const Ticket& a, const Ticket& b, std::string_view order) {
  if (order == "summary" && a.summary != b.summary) return a.summary < b.summary;
  if (order == "dateoccurred" && a.occurred != b.occurred) return a.occurred < b.occurred;
  if (order == "last_update" && a.last_update != b.last_update) return a.last_update < b.last_update;
  if (order == "status_id" && a.status_id != b.status_id) return a.status_id < b.status_id;
  if (order == "priority_id" && a.priority_id != b.priority_id) return a.priority_id < b.priority_id;
  return a.id < b.id;
}

void sort_as_asked(std::vector<const Ticket*>& tickets, const Query& query) {
  const std::string order = ascii::lower(query.get("order").value_or(""));
  if (!order.empty() && std::find(orders.begin(), orders.end(), order) == orders.end()) refuse_value("order", order);
  const bool descending = order.empty() ? !query.get("orderdesc") || is_true(query, "orderdesc") : is_true(query, "orderdesc");
  std::sort(tickets.begin(), tickets.end(),
            [&](const Ticket* a, const Ticket* b) { return descending ? less(*b, *a, order) : less(*a, *b, order); });
}

}  // namespace

bool is_true(const Query& query, std::string_view name) {
  const auto value = query.get(name);
  return value && (ascii::lower(*value) == "true" || *value == "1");
}

std::optional<std::int64_t> number_in(const Query& query, std::string_view name) {
  const auto value = query.get(name);
  if (!value || value->empty()) return std::nullopt;
  std::int64_t n = 0;
  const auto [end, ec] = std::from_chars(value->data(), value->data() + value->size(), n);
  if (ec != std::errc{} || end != value->data() + value->size()) refuse_value(name, *value);
  return n;
}

Page page_of(const Query& query) {
  Page page;
  if (!is_true(query, "pageinate")) return page;
  const auto size = number_in(query, "page_size");
  const auto number = number_in(query, "page_no");
  if (size && *size < 1) refuse_value("page_size", std::to_string(*size));
  if (number && *number < 1) refuse_value("page_no", std::to_string(*number));
  if (size) page.size = std::min(static_cast<std::size_t>(*size), largest_page);
  if (number) page.number = static_cast<std::size_t>(*number);
  return page;
}

Range range_of(Page page, std::size_t rows) {
  const std::size_t begin = page.number - 1 > rows / page.size ? rows : std::min(rows, (page.number - 1) * page.size);
  return {begin, std::min(rows, begin + page.size)};
}

std::vector<const Ticket*> selected_tickets(const std::map<std::int64_t, Ticket>& tickets, const Query& query, TimeForm times) {
  std::optional<Time> since;
  if (const auto text = query.get("lastupdatefromdate"); text && !text->empty()) {
    since = time_from(*text, times);
    if (!since) refuse_value("lastupdatefromdate", *text);
  }
  struct Wanted {
    std::int64_t Ticket::*member;
    std::int64_t value;
  };
  std::vector<Wanted> wanted;
  for (const std::string_view filter : filters)
    if (const auto value = number_in(query, filter)) wanted.push_back({filtered_member(filter), *value});
  const std::string search = ascii::lower(query.get("search").value_or(""));
  const bool open_only = is_true(query, "open_only");
  const bool closed_only = is_true(query, "closed_only");
  std::vector<const Ticket*> selected;
  for (const auto& [id, ticket] : tickets) {
    if (since && ticket.last_update < *since) continue;
    if ((open_only && ticket.is_closed) || (closed_only && !ticket.is_closed)) continue;
    if (std::any_of(wanted.begin(), wanted.end(), [&t = ticket](const Wanted& w) { return t.*w.member != w.value; })) continue;
    if (!search.empty() && ticket.searched.find(search) == std::string::npos) continue;
    selected.push_back(&ticket);
  }
  sort_as_asked(selected, query);
  return selected;
}

}  // namespace picket::sim::halopsa
