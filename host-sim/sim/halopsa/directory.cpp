#include "host-sim/sim/halopsa/directory.hpp"

#include <algorithm>
#include <cstdio>

#include "sdk/common/text.hpp"

namespace picket::sim::halopsa {
namespace {

constexpr std::array names{ListName{"ticket_types", List::ticket_type},
                           ListName{"priorities", List::priority},
                           ListName{"teams", List::team},
                           ListName{"statuses", List::status},
                           ListName{"impacts", List::impact},
                           ListName{"urgencies", List::urgency},
                           ListName{"categories", List::category},
                           ListName{"outcomes", List::outcome},
                           ListName{"clients", List::client},
                           ListName{"users", List::user},
                           ListName{"agents", List::agent}};

// The lists of a new site. Two levels of service have priorities of the same ids and other names.
constexpr std::string_view default_site = R"site({
  "ticket_types": [
    {"id": 1, "name": "Incident", "use": "ticket", "default_sla": 1},
    {"id": 3, "name": "Service Request", "use": "ticket", "default_sla": 2},
    {"id": 4, "name": "Problem", "use": "ticket", "default_sla": 1}],
  "priorities": [
    {"slaid": 1, "priorityid": 1, "name": "Critical"}, {"slaid": 1, "priorityid": 2, "name": "High"},
    {"slaid": 1, "priorityid": 3, "name": "Medium"}, {"slaid": 1, "priorityid": 4, "name": "Low"},
    {"slaid": 2, "priorityid": 1, "name": "Urgent Request"}, {"slaid": 2, "priorityid": 2, "name": "Planned Request"},
    {"slaid": 2, "priorityid": 3, "name": "Medium"}],
  "teams": [
    {"id": 1, "name": "1st Line Support"}, {"id": 2, "name": "2nd Line Support"}, {"id": 3, "name": "Security Operations"}],
  "statuses": [
    {"id": 1, "name": "New", "shortname": "New"}, {"id": 2, "name": "In Progress", "shortname": "In Prog"},
    {"id": 3, "name": "Action Required", "shortname": "Act Req"}, {"id": 4, "name": "With User", "shortname": "User"},
    {"id": 5, "name": "With Supplier", "shortname": "Supplier"},
    {"id": 8, "name": "Resolved", "shortname": "Resolved"}, {"id": 21, "name": "Updated", "shortname": "Updated"},
    {"id": 9, "name": "Closed", "shortname": "Closed", "closes": true},
    {"id": 10, "name": "Cancelled", "shortname": "Cancelled", "closes": true}],
  "impacts": [
    {"id": 1, "name": "Company Wide"}, {"id": 2, "name": "Multiple Users Affected"}, {"id": 3, "name": "Single User Affected"}],
  "urgencies": [{"id": 1, "name": "High"}, {"id": 2, "name": "Medium"}, {"id": 3, "name": "Low"}],
  "categories": [
    {"id": 1, "value": "Hardware>Laptop", "category_name": "Laptop", "type_id": 1},
    {"id": 2, "value": "IT Security Threats>Investigations", "category_name": "Investigations", "type_id": 1},
    {"id": 3, "value": "IT Security Threats>Phishing", "category_name": "Phishing", "type_id": 1}],
  "outcomes": [
    {"id": 1, "name": "Email User"}, {"id": 7, "name": "Internal Note"}, {"id": 12, "name": "Public Note"}],
  "clients": [
    {"id": 1, "name": "Unknown"}, {"id": 12, "name": "Northwind (internal)"
}, {"id": 13, "name": "Contoso"},
    {"id": 14, "name": "Fabrikam"}, {"id": 15, "name": "Tailspin International"}, {"id": 16, "name": "Wingtip Toys", "inactive": true}],
  "users": [
    {"id": 21, "name": "General User", "client_id": 12}, {"id": 22, "name": "Avery Cole", "client_id": 13, "emailaddress": "avery.cole@contoso.example"},
    {"id": 23, "name": "Robin Hart", "client_id": 14, "emailaddress": "robin.hart@fabrikam.example"}],
  "agents": [
    {"id": 1, "name": "Unassigned"}, {"id": 2, "name": "Picket API"}, {"id": 3, "name": "Jane Doe"}, {"id": 4, "name": "Sam Okafor"},
    {"id": 5, "name": "Lena Fischer"}]
})site";

constexpr int lookup_impact = 12;
constexpr int lookup_urgency = 27;

std::string_view name_member(List list) { return list == List::category ? "value" : "name"; }

std::int64_t id_at(const json::object& row, std::string_view key = "id") { return json::integer_at(row, key).value_or(0); }

// Priorities are known by their SLA and number; what they have as "id" is a UUID that nothing refers to.
std::string priority_uuid(std::int64_t sla, std::int64_t id) {
  std::array<char, 40> out{};
  std::snprintf(out.data(), out.size(), "%08x-5a3d-4c1e-8f20-%012x", static_cast<unsigned>(sla & 0xffffffff),
                static_cast<unsigned>(id & 0xffffffff));
  return out.data();
}

bool same_row(List list, const json::object& a, const json::object& b) {
  if (list == List::priority) return id_at(a, "slaid") == id_at(b, "slaid") && id_at(a, "priorityid") == id_at(b, "priorityid");
  return id_at(a) == id_at(b);
}

std::int64_t next_id(const json::array& rows) {
  std::int64_t highest = 0;
  for (const auto& row : rows) highest = std::max(highest, id_at(row.get_object()));
  return highest + 1;
}

json::object main_site(std::int64_t client) {
  json::object site;
  site["id"] = client;
  site["name"] = "Main";
  site["client_id"] = client;
  return site;
}

void merge(json::object& into, const json::object& from) {
  for (const auto& member : from) into[member.key()] = member.value();
}

}  // namespace

std::span<const ListName> list_names() { return names; }

Directory::Directory() {
  const json::object site = json::parse_object(default_site, "default site");
  for (const ListName& name : list_names())
    for (const auto& row : site.at(name.name).as_array()) put(name.list, row.as_object(), std::string(name.name));
}

void Directory::put(List list, const json::object& given, const std::string& where) {
  json::object row = given;
  if (list == List::priority) {
    if (id_at(row, "slaid") < 1 || id_at(row, "priorityid") < 1)
      throw Error(Status::invalid, where + ": expected slaid and priorityid, whole numbers of at least 1", "slaid");
    row["id"] = priority_uuid(id_at(row, "slaid"), id_at(row, "priorityid"));
  } else if (!row.contains("id")) {
    row["id"] = next_id(rows(list));
  } else if (id_at(row) < 1) {
    throw Error(Status::invalid, where + ".id: expected a whole number of at least 1", "id");
  }
  if (const auto closes = json::bool_at(row, "closes"); list == List::status && closes) {
    row.erase("closes");
    if (*closes)
      closing_.insert(id_at(row));
    else
      closing_.erase(id_at(row));
  }
  const bool known =
      std::any_of(rows(list).begin(), rows(list).end(), [&](const json::value& other) { return same_row(list, other.get_object(), row); });
  if (!known && json::text_at(row, name_member(list)).value_or("").empty())
    throw Error(Status::invalid, where + "." + std::string(name_member(list)) + ": expected a text", std::string(name_member(list)));
  if (list == List::impact) row["lookupid"] = lookup_impact;
  if (list == List::urgency) row["lookupid"] = lookup_urgency;
  if (!known && list == List::client) {
    if (!row.contains("inactive")) row["inactive"] = false;
    put_row(List::site, main_site(id_at(row)));
  }
  if (list == List::user && !row.contains("site_id")) row["site_id"] = site_of_client(id_at(row, "client_id"));
  put_row(list, std::move(row));
}

void Directory::put_row(List list, json::object row) {
  json::array& all = this->list(list);
  for (auto& other : all)
    if (same_row(list, other.get_object(), row)) return merge(other.get_object(), row);
  all.push_back(json::value(std::move(row)));
}

void Directory::generate_clients(std::size_t count) {
  static constexpr std::array first{"Alder", "Birch", "Cedar", "Dune", "Ember", "Fjord", "Grove", "Harbor", "Iris", "Juniper"};
  static constexpr std::array second{"Dental", "Legal", "Logistics", "Foods", "Media", "Optics", "Partners", "Textiles", "Tools", "Travel"};
  std::int64_t id = next_id(rows(List::client)) - 1;
  for (std::size_t n = 0; rows(List::client).size() < count; ++n) {
    const std::size_t round = n / (first.size() * second.size());
    json::object client;
    client["id"] = ++id;
    client["name"] = std::string(first[n % first.size()]) + " " + second[n / first.size() % second.size()] +
                     (round == 0 ? "" : " " + std::to_string(round + 1));
    client["inactive"] = false;
    list(List::site).push_back(json::value(main_site(id)));
    list(List::client).push_back(json::value(std::move(client)));
  }
}

const json::object* Directory::find(List list, std::int64_t id) const {
  for (const auto& row : rows(list))
    if (id_at(row.get_object()) == id) return &row.get_object();
  return nullptr;
}

const json::object* Directory::named(List list, std::string_view name) const {
  const std::string wanted = text::fold(name);
  for (const auto& row : rows(list))
    if (text::fold(json::text_at(row.get_object(), name_member(list)).value_or("")) == wanted) return &row.get_object();
  return nullptr;
}

std::string Directory::name_of(List list, std::int64_t id) const {
  const json::object* row = find(list, id);
  return row ? json::text_at(*row, name_member(list)).value_or("") : std::string{};
}

const json::object* Directory::priority(std::int64_t sla, std::int64_t id) const {
  for (const auto& row : rows(List::priority))
    if (id_at(row.get_object(), "slaid") == sla && id_at(row.get_object(), "priorityid") == id) return &row.get_object();
  return nullptr;
}

const json::object* Directory::priority_named(std::int64_t sla, std::string_view name) const {
  const std::string wanted = text::fold(name);
  for (const auto& row : rows(List::priority))
    if (id_at(row.get_object(), "slaid") == sla && text::fold(json::text_at(row.get_object(), "name").value_or("")) == wanted)
      return &row.get_object();
  return nullptr;
}

std::int64_t Directory::sla_of_type(std::int64_t ticket_type) const {
  const json::object* type = find(List::ticket_type, ticket_type);
  return type ? id_at(*type, "default_sla") : 0;
}

std::int64_t Directory::site_of_client(std::int64_t client) const {
  for (const auto& row : rows(List::site))
    if (id_at(row.get_object(), "client_id") == client) return id_at(row.get_object());
  return 0;
}

}  // namespace picket::sim::halopsa
