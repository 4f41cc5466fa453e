#include "plugin/huntress/api.hpp"

#include <set>
#include <utility>

#include "sdk/common/base64.hpp"
#include "sdk/common/text.hpp"
#include "sdk/common/url_escape.hpp"

namespace huntress {

namespace json = picket::json;
using picket::Error;
using picket::Status;

namespace {

std::string refusal(const std::string& path, int code) {
  if (code == 401)
    return "Huntress refused the API key (401); generate a key at <subdomain>.huntress.io/account/api_credentials and connect again";
  return "the Huntress API key may not read " + path + " (403); connect again with a key that may";
}

constexpr picket::VendorApi huntress_api{"Huntress", "that the base URL ends before /v1", refusal};

// Single objects come under their singular key by the vendor's description, and have been seen plain.
json::object unwrapped(const std::string& path, json::object&& o, std::string_view key) {
  if (const json::value* inner = o.if_contains(key)) {
    if (!inner->is_object()) throw huntress_api.unexpected(path, "an object under \"" + std::string(key) + "\"");
    return json::object(inner->get_object());
  }
  if (!o.contains("id")) throw huntress_api.unexpected(path, "an object under \"" + std::string(key) + "\"");
  return std::move(o);
}

Page page_of(const std::string& path, json::object&& o, std::string_view key) {
  json::array& rows = huntress_api.list(o, key, path);
  const json::object* pagination = json::object_at(o, "pagination");
  if (pagination == nullptr) throw huntress_api.unexpected(path, "an object under \"pagination\"");
  const json::value* token = pagination->if_contains("next_page_token");
  if (token != nullptr && !token->is_null() && !token->is_string())
    throw huntress_api.unexpected(path, "text or null under \"pagination.next_page_token\"");
  return {std::move(rows), json::text_at(*pagination, "next_page_token").value_or("")};  // moved, the rows stay where they are
}

std::string with_token(std::string query, const std::string& token) {
  return token.empty() ? query : query + "&page_token=" + picket::url_escaped(token);
}

}  // namespace

void each_page(const std::function<Page(const std::string&)>& list, const std::string& what,
               const std::function<bool(const Page&)>& visit) {
  std::set<std::string> tokens;
  std::string token;
  do {
    const Page page = list(token);
    if (!visit(page)) return;
    token = page.next_token;
    if (!token.empty() && !tokens.insert(token).second)
      throw Error(Status::unavailable,
                  "Huntress repeats one page of its list of " + what + ", so the rest could not be reached; the next run tries again",
                  "pagination.next_page_token");
  } while (!token.empty());
}

Organization read_organization(const json::object& o) {
  Organization out;
  const auto id = json::integer_at(o, "id");
  if (id) out.id = std::to_string(*id);
  out.name = picket::text::clean_line(json::text_at(o, "name").value_or(""), 200).text;
  if (out.name.empty() && id) out.name = "Huntress organization " + out.id;
  return out;
}

Api::Api(const picket::Services& services, const picket::Call& call, std::string base_url)
    : services_(services), call_(call), base_url_(std::move(base_url)) {
  authorization_ = "Basic " + picket::base64_encode(services.secret(call, "api_key") + ":" + services.secret(call, "api_secret"));
}

picket::HttpRequest Api::request(const std::string& path_and_query) const {
  picket::HttpRequest r;
  r.url = base_url_ + path_and_query;
  r.headers = {{"Authorization", authorization_}, {"Accept", "application/json"}};
  return r;
}

json::object Api::get(const std::string& path_and_query, std::chrono::milliseconds patience) {
  picket::HttpRequest r = request(path_and_query);
  r.patience = patience;
  return huntress_api.object(path_and_query, services_.send(call_, r));
}

Page Api::list(const std::string& path_and_query, std::string_view key, std::chrono::milliseconds patience) {
  return page_of(path_and_query, get(path_and_query, patience), key);
}

Account Api::account() {
  const std::string path = "/v1/account";
  json::object o = get(path);
  if (const json::value* inner = o.if_contains("account")) {
    if (!inner->is_object()) throw huntress_api.unexpected(path, "an object under \"account\"");
    o = json::object(inner->get_object());
  }
  Account account;
  account.name = picket::text::clean_line(json::text_at(o, "name").value_or(""), 200).text;
  account.subdomain = picket::text::clean_line(json::text_at(o, "subdomain").value_or(""), 100).text;
  if (account.name.empty() && account.subdomain.empty()) throw huntress_api.unexpected(path, "an account with \"name\" and \"subdomain\"");
  return account;
}

Page Api::incidents(std::string_view sort_field, std::string_view status, int limit, const std::string& page_token) {
  std::string query = "/v1/incident_reports?sort_field=" + std::string(sort_field) + "&sort_direction=desc&limit=" + std::to_string(limit);
  if (!status.empty()) query += "&status=" + picket::url_escaped(status);  // may be a word that came from the vendor
  return list(with_token(std::move(query), page_token), "incident_reports");
}

Page Api::agents(const std::string& page_token) {
  constexpr std::chrono::seconds patience{10};
  return list(with_token("/v1/agents?limit=" + std::to_string(max_page), page_token), "agents", patience);
}

Page Api::organizations(const std::string& page_token) {
  return list(with_token("/v1/organizations?limit=" + std::to_string(max_page), page_token), "organizations");
}

std::size_t Api::each_organization(const std::function<void(const Organization&)>& visit) {
  std::size_t unreadable = 0;
  each_page([this](const std::string& token) { return organizations(token); }, "organizations",
            [&](const Page& page) {
              for (const json::value& row : page.rows) {
                const json::object* o = row.if_object();
                const Organization organization = o == nullptr ? Organization{} : read_organization(*o);
                if (organization.id.empty())
                  ++unreadable;
                else
                  visit(organization);
              }
              return true;
            });
  return unreadable;
}

template <class T>
std::vector<Result<T>> Api::each(std::span<const std::string> ids, const std::function<std::string(const std::string&)>& path,
                                 const std::function<T(json::object&&)>& read) {
  std::vector<picket::HttpRequest> requests;
  for (const std::string& id : ids) requests.push_back(request(path(id)));
  return picket::read_each<T>(huntress_api, ids, path, services_.exchange(call_, requests), read);
}

std::vector<Result<json::object>> Api::incidents_by_id(std::span<const std::string> ids) {
  return each<json::object>(
      ids, [](const std::string& id) { return "/v1/incident_reports/" + id; },
      [](json::object&& o) { return unwrapped("/v1/incident_reports/{id}", std::move(o), "incident_report"); });
}

std::vector<Result<Agent>> Api::agents_by_id(std::span<const std::string> ids) {
  return each<Agent>(
      ids, [](const std::string& id) { return "/v1/agents/" + id; },
      [](json::object&& o) { return read_agent(unwrapped("/v1/agents/{id}", std::move(o), "agent")); });
}

std::vector<Result<Organization>> Api::organizations_by_id(std::span<const std::string> ids) {
  return each<Organization>(
      ids, [](const std::string& id) { return "/v1/organizations/" + id; },
      [](json::object&& o) { return read_organization(unwrapped("/v1/organizations/{id}", std::move(o), "organization")); });
}

std::vector<Result<std::vector<Remediation>>> Api::remediations(std::span<const std::string> incident_ids) {
  return each<std::vector<Remediation>>(
      incident_ids, [](const std::string& id) { return "/v1/incident_reports/" + id + "/remediations?sort_direction=asc&limit=500"; },
      [](json::object&& o) {
        std::vector<Remediation> out;
        for (const json::value& row : page_of("/v1/incident_reports/{id}/remediations", std::move(o), "remediations").rows)
          if (const json::object* item = row.if_object()) out.push_back(read_remediation(*item));
        return out;
      });
}

}  // namespace huntress
