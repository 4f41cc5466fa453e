#include "tests/plugin/huntress/fake_huntress.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

namespace huntress::test {
namespace {

using picket::HttpAnswer;

Asked read(const picket::HttpRequest& request) {
  Asked asked;
  const std::size_t begin = request.url.find("/v1/");
  const std::size_t mark = std::min(request.url.find('?'), request.url.size());
  asked.path = request.url.substr(begin, mark - begin);
  for (std::size_t at = mark + 1; at < request.url.size();) {
    const std::size_t end = std::min(request.url.find('&', at), request.url.size());
    const std::string one = request.url.substr(at, end - at);
    asked.query[one.substr(0, one.find('='))] = one.substr(one.find('=') + 1);
    at = end + 1;
  }
  for (const auto& [name, value] : request.headers)
    if (name == "Authorization") asked.authorization = value;
  return asked;
}

std::int64_t number(const std::string& text) {
  std::int64_t n = 0;
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}

HttpAnswer object(const std::map<std::int64_t, json::object>& rows, const std::string& key, const std::string& id) {
  const auto found = rows.find(number(id));
  return found == rows.end() ? answer(404, R"({"error":"not found"})") : answer(200, json::to_string(json::object{{key, found->second}}));
}

}  // namespace

HttpAnswer answer(int code, std::string body) {
  HttpAnswer a;
  a.code = code;
  a.body = std::move(body);
  return a;
}

void FakeHuntress::exchange(const picket::host::Call& call, std::span<const picket::HttpRequest> requests,
                            const std::function<void(std::size_t, HttpAnswer&&)>& visit) {
  for (std::size_t i = 0; i < requests.size(); ++i) {
    call.check();
    const Asked one = read(requests[i]);
    std::optional<HttpAnswer> wrong = fault ? fault(one) : std::nullopt;
    asked.push_back(one);
    visit(i, wrong ? std::move(*wrong) : answer_to(one));
    if (after_request) after_request();
  }
}

HttpAnswer FakeHuntress::answer_to(const Asked& asked_for) {
  const std::string& path = asked_for.path;
  if (path == "/v1/account") return answer(200, R"({"account":{"id":1,"name":"Acme MSP","subdomain":"acme"}})");
  if (path == "/v1/incident_reports") return list(asked_for, "incident_reports", incidents);
  if (path == "/v1/agents") return list(asked_for, "agents", agents);
  if (path == "/v1/organizations") return list(asked_for, "organizations", organizations);
  const std::string id = path.substr(path.find('/', 4) + 1);
  if (path.ends_with("/remediations"))
    return answer(200, json::to_string(json::object{{"remediations", remediations[number(id)]},
                                                    {"pagination", json::object{{"next_page_token", nullptr}}}}));
  if (path.starts_with("/v1/incident_reports/")) return object(incidents, "incident_report", id);
  if (path.starts_with("/v1/agents/")) return object(agents, "agent", id);
  if (path.starts_with("/v1/organizations/")) return object(organizations, "organization", id);
  return answer(404, "{}");
}

// The rows behind the token's row, which stands for itself even when it has gone: "<sort value>.<id>".
HttpAnswer FakeHuntress::list(const Asked& asked_for, const std::string& key, const std::map<std::int64_t, json::object>& rows) {
  // Nothing is copied: a month of polling asks ten thousand times.
  const std::string sort_field = asked_for.parameter("sort_field");
  const std::string status = asked_for.parameter("status");
  const bool descending = asked_for.parameter("sort_direction") == "desc";
  using Place = std::tuple<std::string_view, std::int64_t>;
  const auto text = [](const json::object& row, std::string_view member) -> std::string_view {
    const json::value* v = row.if_contains(member);
    return v != nullptr && v->is_string() ? std::string_view(v->get_string()) : std::string_view{};
  };
  std::string last_text;
  std::optional<Place> last;
  if (const std::string token = asked_for.parameter("page_token"); !token.empty()) {
    const std::size_t cut = token.find("__");
    last_text = token.substr(0, cut);
    for (std::size_t at = 0; (at = last_text.find("%3A")) != std::string::npos;) last_text.replace(at, 3, ":");
    last = Place{last_text, number(token.substr(cut + 2))};
  }
  std::vector<std::pair<Place, const json::object*>> wanted;
  for (const auto& [id, row] : rows) {
    if (!status.empty() && text(row, "status") != status) continue;
    const Place place{sort_field.empty() || sort_field == "id" ? std::string_view{} : text(row, sort_field), id};
    if (!last || (descending ? place < *last : place > *last)) wanted.emplace_back(place, &row);
  }
  const std::size_t limit = static_cast<std::size_t>(number(asked_for.parameter("limit")));
  const auto end_of_page = wanted.begin() + static_cast<std::ptrdiff_t>(std::min(limit, wanted.size()));
  std::partial_sort(wanted.begin(), end_of_page, wanted.end(),
                    [&](const auto& a, const auto& b) { return descending ? a.first > b.first : a.first < b.first; });
  json::array page;
  for (const auto& row : wanted) {
    if (page.size() == limit) break;
    page.push_back(*row.second);
  }
  json::value token;
  if (page.size() < wanted.size())
    token = boost::json::string(std::string(std::get<0>(wanted[page.size() - 1].first)) + "__" +
                                std::to_string(std::get<1>(wanted[page.size() - 1].first)));
  return answer(200, json::to_string(json::object{{key, std::move(page)}, {"pagination", json::object{{"next_page_token", token}}}}));
}

json::object& FakeHuntress::add_incident(std::int64_t id, const std::string& updated_at, const std::string& status) {
  json::object& o = incidents[id];
  o = {{"id", id},
       {"organization_id", 7},
       {"agent_id", nullptr},
       {"severity", "high"},
       {"status", status},
       {"subject", "Incident number " + std::to_string(id)},
       {"summary", "What happened."},
       {"platform", "windows"},
       {"indicator_types", {"footholds"}},
       {"indicator_counts", {{"footholds", 1}}},
       {"remediations", {{"has_more", false}, {"total_count", 0}, {"items", json::array{}}}},
       {"sent_at", updated_at},
       {"updated_at", updated_at}};
  return o;
}

void FakeHuntress::add_agents(std::int64_t first, std::int64_t last) {
  for (std::int64_t id = first; id <= last; ++id)
    agents[id] = {{"id", id},
                  {"hostname", "PC-" + std::to_string(id)},
                  {"os", "Windows 11"},
                  {"ipv4_address", "10.0.0.5"},
                  {"serial_number", "SN" + std::to_string(id)}};
}

void FakeHuntress::add_organization(std::int64_t id, const std::string& name) {
  organizations[id] = {{"id", id}, {"name", name}, {"key", "k"}};
}

void FakeHuntress::remove_incident(std::int64_t id) { incidents.erase(id); }

std::size_t FakeHuntress::count(const std::string& path_begin) const {
  return static_cast<std::size_t>(
      std::count_if(asked.begin(), asked.end(), [&](const Asked& a) { return a.path.starts_with(path_begin); }));
}

std::string FakeHuntress::log() const {
  std::string out;
  for (const Asked& a : asked) {
    out += a.path;
    for (const auto& [name, value] : a.query) out += " " + name + "=" + value;
    out += "\n";
  }
  return out;
}

}  // namespace huntress::test
