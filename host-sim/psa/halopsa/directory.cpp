#include "host-sim/psa/halopsa/directory.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "host-sim/psa/halopsa/answers.hpp"
#include "host-sim/psa/halopsa/names.hpp"
#include "host-sim/psa/halopsa/pages.hpp"
#include "sdk/common/text.hpp"

namespace picket::psa::halopsa {
namespace {

// The lists that are no longer than a page.
struct Lists {
  json::array ticket_types, priorities, statuses, teams, impacts, urgencies, categories;
  bool has_categories = false;
};

Lists read_lists(Client& client, const host::Call& call, const Config& config) {
  struct Wish {
    const char* path;
    const char* member;
    const char* name;
    json::array* rows;
    bool wanted;
    bool may_be_missing;
  };
  Lists lists;
  constexpr bool always = true;
  const std::vector<Wish> all = {
      {"/TicketType", "tickettypes", "ticket types", &lists.ticket_types, always, false},
      {"/Priority", "priorities", "priorities", &lists.priorities, always, false},
      {"/Status", "statuses", "statuses", &lists.statuses, always, false},
      {"/Category?type_id=1", "categories", "categories", &lists.categories, always, true},
      {"/Team", "teams", "teams", &lists.teams, config.team.asked(), false},
      {"/Lookup?lookupid=12", "lookup", "impacts", &lists.impacts, config.impact.asked(), false},
      {"/Lookup?lookupid=27", "lookup", "urgencies", &lists.urgencies, config.urgency.asked(), false},
  };
  std::vector<Wish> wishes;
  std::vector<HttpRequest> requests;
  for (const Wish& wish : all) {
    if (!wish.wanted) continue;
    wishes.push_back(wish);
    requests.push_back(Client::get(wish.path));
  }
  std::vector<HttpAnswer> answers(requests.size());
  client.exchange(call, requests, [&](std::size_t i, HttpAnswer&& answer) { answers[i] = std::move(answer); });
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    const Wish& wish = wishes[i];
    if (wish.may_be_missing && answers[i].status == Status::ok && answers[i].code == 404) continue;
    const std::string attempt = std::string("HaloPSA's ") + wish.name + " could not be read";
    std::optional<Page> page = read_page(document_of(answers[i], attempt, client.redactor()), wish.member);
    if (!page)
      throw Error(Status::unavailable, attempt + ": HaloPSA's answer has no list; if this lasts, check HALOPSA_RESOURCE_SERVER_URL");
    *wish.rows = std::move(page->rows);
    if (wish.may_be_missing) lists.has_categories = true;
  }
  return lists;
}

// The readable rows, each once.
template <class Read>
std::vector<RemoteEntity> entities_of(const json::array& rows, Read read) {
  std::vector<RemoteEntity> out;
  std::set<std::pair<std::string, std::string>> seen;
  for (const json::value& row : rows) {
    const json::object* o = row.if_object();
    std::optional<RemoteEntity> e = o == nullptr ? std::nullopt : read(*o);
    if (e && seen.emplace(e->id, e->name).second) out.push_back(std::move(*e));
  }
  return out;
}

// Rows of a lookup list of one kind; a site that does not filter names the kind in each row.
std::vector<RemoteEntity> lookups_of(const json::array& rows, std::int64_t kind) {
  return entities_of(
      rows, [&](const json::object& o) { return json::integer_at(o, "lookupid").value_or(kind) == kind ? read_entity(o) : std::nullopt; });
}

std::vector<RemoteEntity> first_level_categories(const json::array& rows) {
  return entities_of(
      rows, [](const json::object& o) { return json::integer_at(o, "type_id").value_or(1) == 1 ? read_category(o) : std::nullopt; });
}

// SLAs share ids, which mean different things in each; without an SLA the first row of each id counts.
void keep_first_of_each_id(std::vector<RemoteEntity>& entities) {
  std::set<std::string> ids;
  std::erase_if(entities, [&](const RemoteEntity& e) { return !ids.insert(e.id).second; });
}

std::vector<RemoteEntity> priorities_of(const json::array& rows, const std::string& sla_id) {
  return entities_of(rows, [&](const json::object& o) -> std::optional<RemoteEntity> {
    auto priority = read_priority(o);
    if (!priority || (!sla_id.empty() && !priority->sla_id.empty() && priority->sla_id != sla_id)) return std::nullopt;
    return std::move(priority->entity);
  });
}

std::string sla_of(const json::array& ticket_types, const std::string& id) {
  for (const json::value& row : ticket_types)
    if (const json::object* o = row.if_object(); o != nullptr && read_id(*o) == id) return read_sla_id(*o);
  return {};
}

std::vector<RemoteEntity> read_clients(Client& client, const host::Call& call) {
  std::vector<RemoteEntity> clients;
  each_row(client, call,
           {.path = "/Client?order=id&orderdesc=false", .member = "clients", .attempt = "HaloPSA's clients could not be listed"},
           [&](const json::object& row) {
             if (auto e = read_entity(row)) clients.push_back(std::move(*e));
             return true;
           });
  return clients;
}

// Where a reopened ticket goes when the configuration does not say.
std::optional<RemoteEntity> usual_open_status(const std::vector<RemoteEntity>& statuses, const std::string& closed_id) {
  const RemoteEntity* first = nullptr;
  for (const RemoteEntity& s : statuses) {
    if (s.inactive || s.id == closed_id) continue;
    if (text::fold(s.name) == "new") return s;
    if (first == nullptr) first = &s;
  }
  return first == nullptr ? std::nullopt : std::optional(*first);
}

}  // namespace

Directory read_directory(Client& client, const host::Call& call, const Config& config,
                         const std::function<void(const std::string&)>& warn) {
  const Lists lists = read_lists(client, call, config);
  Directory out;
  RemoteDirectory& d = out.entities;
  d.clients = read_clients(client, call);
  d.boards = entities_of(lists.ticket_types, read_entity);
  d.statuses = entities_of(lists.statuses, read_entity);
  d.categories = first_level_categories(lists.categories);

  std::vector<Problem> problems;
  const auto chosen = [&](std::string_view kind, const Wanted& wanted, std::span<const RemoteEntity> existing) {
    return choose(kind, wanted, existing, problems).value_or(RemoteEntity{});
  };
  d.defaults.board_id = chosen("ticket type", config.ticket_type, d.boards).id;
  d.defaults.client_id = chosen("client", config.client, d.clients).id;
  d.priorities = priorities_of(lists.priorities, sla_of(lists.ticket_types, d.defaults.board_id));
  if (d.priorities.empty() && !lists.priorities.empty()) {
    warn("HaloPSA has no priorities for the SLA of the ticket type; those of all SLAs are offered");
    d.priorities = priorities_of(lists.priorities, {});
  }
  d.defaults.priority_id = chosen("priority", config.priority, d.priorities).id;
  keep_first_of_each_id(d.priorities);
  if (config.category.asked() && !lists.has_categories) {
    warn("HALOPSA_CATEGORY_NAME cannot be checked: this HaloPSA has no list of categories; the name is sent as it is");
    d.categories.push_back({.id = config.category.name, .name = config.category.name});
  }
  d.defaults.category_id = chosen("category", config.category, d.categories).id;
  out.defaults.team = chosen("team", config.team, entities_of(lists.teams, read_entity)).name;
  out.defaults.impact_id = chosen("impact", config.impact, lookups_of(lists.impacts, 12)).id;
  out.defaults.urgency_id = chosen("urgency", config.urgency, lookups_of(lists.urgencies, 27)).id;

  d.defaults.closed_status_id = chosen("status", config.closed_status, d.statuses).id;
  const std::optional<RemoteEntity> open = config.open_status.asked() ? choose("status", config.open_status, d.statuses, problems)
                                                                      : usual_open_status(d.statuses, d.defaults.closed_status_id);
  if (open && !d.defaults.closed_status_id.empty() && open->id == d.defaults.closed_status_id)
    add_problem(problems, config.open_status.name_key,
                "it names the same status as " + std::string(config.closed_status.name_key) + "; a reopened ticket needs another one");
  if (!open && !config.open_status.asked())
    add_problem(problems, config.open_status.name_key, "HaloPSA has no status that a reopened ticket could have");
  if (!problems.empty()) throw WrongNames(std::move(problems));

  for (RemoteEntity& s : d.statuses) {
    s.is_closed = s.id == d.defaults.closed_status_id;
    s.is_default = s.id == open->id;
  }
  out.defaults.entities = d.defaults;
  return out;
}

}  // namespace picket::psa::halopsa
