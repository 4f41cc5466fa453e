#include "host-sim/sim/halopsa/halopsa.hpp"

#include <algorithm>
#include <charconv>

#include "host-sim/sim/halopsa/list.hpp"
#include "host-sim/sim/halopsa/ticket_json.hpp"
#include "host-sim/sim/server/json_answer.hpp"
#include "sdk/common/ascii.hpp"

namespace picket::sim::halopsa {
namespace {

constexpr unsigned created_code = 201;

Answer not_found(const std::string& path) { return error_answer(404, "There is no " + path + "."); }

Answer not_allowed(std::string_view allowed) {
  Answer answer = error_answer(405, "The method is not allowed.");
  answer.headers.emplace_back("Allow", allowed);
  return answer;
}

unsigned code_of(Status status) {
  switch (status) {
    case Status::not_found: return 404;
    case Status::auth: return 403;
    case Status::conflict: return 500;
    default: return 400;
  }
}

Included included_of(const Query& query) { return {is_true(query, "includedetails"), is_true(query, "includeagent")}; }
constexpr Included everything{true, true};

// "/api/tickets/17" under "/api/tickets": 17.
std::optional<std::int64_t> id_under(const std::string& path, std::string_view list) {
  if (!path.starts_with(list) || path.size() <= list.size() + 1 || path[list.size()] != '/') return std::nullopt;
  std::int64_t id = 0;
  const char* begin = path.data() + list.size() + 1;
  const char* end = path.data() + path.size();
  const auto [stop, ec] = std::from_chars(begin, end, id);
  return ec == std::errc{} && stop == end ? std::optional(id) : std::nullopt;
}

json::array posted(const Request& request) {
  json::value body;
  try {
    body = json::parse(request.body, "body");
  } catch (const Error&) {
    throw Error(Status::invalid, "The body is not JSON.");
  }
  if (!body.is_array() || body.get_array().empty()) throw Error(Status::invalid, "An array of objects is expected.");
  for (const auto& item : body.get_array())
    if (!item.is_object()) throw Error(Status::invalid, "An array of objects is expected.");
  return std::move(body.get_array());
}

// The lists that are read as a whole, or by the page.
struct ListPath {
  std::string_view path;
  List list;
  std::string_view member;  // their name in the form with record_count
  bool paged;
};
constexpr ListPath list_paths[] = {{"/api/tickettype", List::ticket_type, "tickettypes", false},
                                   {"/api/priority", List::priority, "priorities", false},
                                   {"/api/team", List::team, "teams", false},
                                   {"/api/status", List::status, "statuses", false},
                                   {"/api/category", List::category, "categories", false},
                                   {"/api/outcome", List::outcome, "outcomes", false},
                                   {"/api/agent", List::agent, "agents", false},
                                   {"/api/client", List::client, "clients", true},
                                   {"/api/site", List::site, "sites", true},
                                   {"/api/users", List::user, "users", true}};

bool matches(const json::object& row, const Query& query) {
  const std::string search = ascii::lower(query.get("search").value_or(""));
  if (!search.empty() && ascii::lower(json::text_at(row, "name").value_or("")).find(search) == std::string::npos) return false;
  for (const std::string_view filter : {"client_id", "slaid"})
    if (const auto n = number_in(query, filter); n && row.contains(filter) && json::integer_at(row, filter) != n) return false;
  return is_true(query, "includeinactive") || !json::bool_at(row, "inactive").value_or(false);
}

}  // namespace

HaloPsa::HaloPsa(const HaloPsaOptions& options, Time start)
    : client_id_(options.client_id),
      client_secret_(options.client_secret),
      wrapped_lists_(options.wrapped_lists),
      tokens_(options.token_lifetime, options.seed),
      site_(options.rules),
      start_(start),
      now_(start) {}

void HaloPsa::time_is(Time now) {
  now_ = now;
  site_.time_is(now);
  events_.time_is(site_, start_, now);
}

Answer HaloPsa::answer(const Request& request) {
  const std::string path = ascii::lower(request.path);
  try {
    if (path.starts_with("/auth/")) return authorise(request, path);
    if (!path.starts_with("/api/")) return not_found(request.path);
    if (!tokens_.good(request.authorization, now_)) {
      Answer answer{401, {}, "text/plain"};
      answer.headers.emplace_back("WWW-Authenticate", "Bearer");
      return answer;
    }
    return api(request, path);
  } catch (const Error& e) {
    return error_answer(code_of(e.status()), e.what());
  }
}

Caller HaloPsa::caller(const Request& request) const {
  const Quirks& quirks = site_.quirks();
  Caller caller{client_id_, quirks.missing_rights()};
  if (quirks.has(Quirk::rights_in_token))
    if (const auto issued = lacking_.find(request.authorization); issued != lacking_.end()) caller.lacking = issued->second;
  if (!quirks.has(Quirk::application_named)) return caller;
  const std::string name = quirks.name(Quirk::application_named);
  caller.application = name.empty() ? "Picket" : name;
  return caller;
}

TimeForm HaloPsa::times() const {
  if (!site_.quirks().has(Quirk::local_times)) return {};
  return {site_.quirks().time(Quirk::local_times)};
}

Answer HaloPsa::api(const Request& request, const std::string& path) {
  const bool get = request.method == "GET";
  const bool post = request.method == "POST";
  if (path == "/api/tickets") return get ? tickets(request) : post ? post_tickets(request) : not_allowed("GET, POST");
  if (path == "/api/actions") return get ? actions(request) : post ? post_actions(request) : not_allowed("GET, POST");
  if (!get) return not_allowed("GET");
  if (const auto id = id_under(path, "/api/tickets")) return ticket(request, *id);
  if (auto answer = directory_list(request, path)) return std::move(*answer);
  if (auto answer = directory_row(request, path)) return std::move(*answer);
  return not_found(request.path);
}

Answer HaloPsa::tickets(const Request& request) const {
  const Caller by = caller(request);
  require(Right::read_tickets, by);
  const bool by_last_update = !request.query.get("lastupdatefromdate").value_or("").empty();
  auto selected = selected_tickets(site_.tickets(), request.query, times());
  std::erase_if(selected, [&](const Ticket* ticket) { return !site_.is_listed(*ticket, by, by_last_update, now_); });
  const Page page = page_of(request.query);
  const Range range = range_of(page, selected.size());
  const Included included = included_of(request.query);
  json::array rows;
  for (std::size_t i = range.begin; i < range.end; ++i)
    rows.push_back(json::value(ticket_json(*selected[i], site_.directory(), included, times())));
  json::object body;
  body["page_no"] = page.number;
  body["page_size"] = page.size;
  body["record_count"] = selected.size();
  body["tickets"] = std::move(rows);
  return json_answer(body);
}

Answer HaloPsa::ticket(const Request& request, std::int64_t id) const {
  const Ticket* found = site_.visible(id, caller(request));
  if (!found) return not_found(request.path);
  return json_answer(ticket_json(*found, site_.directory(), included_of(request.query), times()));
}

Answer HaloPsa::post_tickets(const Request& request) {
  const json::array objects = posted(request);
  json::array answered;
  for (const std::int64_t id : site_.post_tickets(objects, caller(request), now_, now_ + request.delay))
    answered.push_back(json::value(ticket_json(*site_.find(id), site_.directory(), everything, times())));
  Answer answer = json_answer(answered.size() == 1 ? std::move(answered.front()) : json::value(std::move(answered)), created_code);
  const bool creates = std::any_of(objects.begin(), objects.end(),
                                   [](const json::value& o) { return json::integer_at(o.get_object(), "id").value_or(0) == 0; });
  answer.is_lost = creates && site_.quirks().take(Quirk::lost_create_answer);
  return answer;
}

Answer HaloPsa::actions(const Request& request) const {
  const auto ticket_id = number_in(request.query, "ticket_id");
  if (!ticket_id) throw Error(Status::invalid, "A ticket_id is required.", "ticket_id");
  const Ticket* ticket = site_.visible(*ticket_id, caller(request));
  if (!ticket && site_.find(*ticket_id)) return not_found("ticket " + std::to_string(*ticket_id));
  std::vector<const Action*> wanted;  // the oldest first
  const bool without_system = is_true(request.query, "excludesys");
  if (ticket)
    for (const Action& action : ticket->actions)
      if (site_.is_listed(action, without_system, now_)) wanted.push_back(&action);
  const std::size_t count = wanted.size();
  const bool paged = is_true(request.query, "pageinate");
  const Range range = paged ? range_of(page_of(request.query), count) : Range{0, count};
  const bool with_html = is_true(request.query, "note_html");
  json::array rows;  // the newest first
  for (std::size_t i = range.begin; i < range.end; ++i)
    rows.push_back(json::value(action_json(*wanted[count - 1 - i], *ticket_id, with_html, times())));
  json::object body;
  body["record_count"] = count;
  body["actions"] = std::move(rows);
  return json_answer(body);
}

Answer HaloPsa::post_actions(const Request& request) {
  const json::array objects = posted(request);
  json::array answered;
  for (const auto& [id, index] : site_.post_actions(objects, caller(request), now_))
    answered.push_back(json::value(action_json(site_.find(id)->actions[index], id, true, times())));
  Answer answer = json_answer(is_true(request.query, "returnall") ? json::value(answered) : answered.front(), created_code);
  answer.is_lost = site_.quirks().take(Quirk::lost_note_answer);
  return answer;
}

std::optional<Answer> HaloPsa::directory_list(const Request& request, const std::string& path) const {
  if (path == "/api/lookup") {
    const auto lookup = number_in(request.query, "lookupid");
    if (!lookup) throw Error(Status::invalid, "A lookupid is required.", "lookupid");
    constexpr std::int64_t impact = 12;
    constexpr std::int64_t urgency = 27;
    const json::array nothing;
    return rows_answer(*lookup == impact    ? site_.directory().rows(List::impact)
                       : *lookup == urgency ? site_.directory().rows(List::urgency)
                                            : nothing,
                       "lookup", request, false);
  }
  const Caller by = caller(request);
  if (path == "/api/client" || path == "/api/site") require(Right::read_clients, by);
  if (path == "/api/users") require(Right::read_users, by);
  for (const ListPath& known : list_paths)
    if (path == known.path) return rows_answer(site_.directory().rows(known.list), known.member, request, known.paged);
  return std::nullopt;
}

std::optional<Answer> HaloPsa::directory_row(const Request& request, const std::string& path) const {
  for (const ListPath& known : list_paths) {
    const auto id = id_under(path, known.path);
    if (!id) continue;
    const json::object* row = site_.directory().find(known.list, *id);
    return row ? json_answer(*row) : not_found(request.path);
  }
  return std::nullopt;
}

Answer HaloPsa::rows_answer(json::array all, std::string_view name, const Request& request, bool paged) const {
  json::array rows;
  for (auto& row : all)
    if (matches(row.get_object(), request.query)) rows.push_back(std::move(row));
  if (!paged && !wrapped_lists_) return json_answer(rows);
  json::object body;
  body["record_count"] = rows.size();
  if (paged) {
    const Page page = page_of(request.query);
    const Range range = range_of(page, rows.size());
    body["page_no"] = page.number;
    body["page_size"] = page.size;
    body[name] =
        json::array(rows.begin() + static_cast<std::ptrdiff_t>(range.begin), rows.begin() + static_cast<std::ptrdiff_t>(range.end));
  } else {
    body[name] = std::move(rows);
  }
  return json_answer(body);
}

}  // namespace picket::sim::halopsa
