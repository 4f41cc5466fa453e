#include "host-sim/psa/halopsa/config.hpp"

#include <algorithm>
#include <iterator>

#include "sdk/common/ascii.hpp"
#include "sdk/common/text.hpp"
#include "sdk/common/url_escape.hpp"
#include "sdk/host/http/url.hpp"

namespace picket::psa::halopsa {
namespace {

constexpr PsaKey all_keys[] = {
    {"HALOPSA_BASE_URL", "the site, as people open it: https://yourdomain.halopsa.com", {}, true, KeyRole::address},
    {"HALOPSA_RESOURCE_SERVER_URL", "where the API is; without it HALOPSA_BASE_URL with /api"},
    {"HALOPSA_AUTHORIZATION_SERVER_URL",
     "where access tokens are issued, with or without /token at the end; it may have a query: https://auth.example/token?tenant=NAME; "
     "without it HALOPSA_BASE_URL with /auth"},
    {"HALOPSA_TENANT", "the tenant that a hosted authorisation server asks for, as ?tenant=NAME (an addition to the specification)"},
    {"HALOPSA_ASSIGN_USERNAME", "the user name under which tickets and notes are made", {}, false, KeyRole::unlisted_name},
    {"HALOPSA_TICKET_TYPE_NAME", "the ticket type of new tickets; this or HALOPSA_TICKET_TYPE_ID is required"},
    {"HALOPSA_TICKET_TYPE_ID", "its id; overrides HALOPSA_TICKET_TYPE_NAME"},
    {"HALOPSA_CLIENT_NAME", "the client of tickets that belong to no other; this or HALOPSA_CLIENT_ID is required"},
    {"HALOPSA_CLIENT_ID", "its id; overrides HALOPSA_CLIENT_NAME"},
    {"HALOPSA_PRIORITY_ID", "the default priority's id; overrides HALOPSA_PRIORITY_NAME"},
    {"HALOPSA_PRIORITY_NAME", "the default priority (an addition to the specification)"},
    {"HALOPSA_TEAM_NAME", "the team that new tickets are given to"},
    {"HALOPSA_CATEGORY_NAME", "the category of new tickets: IT Security Threats>Investigations"},
    {"HALOPSA_IMPACT_NAME", "the impact of new tickets"},
    {"HALOPSA_IMPACT_ID", "its id; overrides HALOPSA_IMPACT_NAME"},
    {"HALOPSA_URGENCY_NAME", "the urgency of new tickets"},
    {"HALOPSA_URGENCY_ID", "its id; overrides HALOPSA_URGENCY_NAME"},
    {"HALOPSA_OIDC_CLIENT_ID", "the API application's client id", {}, true},
    {"HALOPSA_OIDC_CLIENT_SECRET", "the API application's client secret", {}, true, KeyRole::secret},
    {"HALOPSA_OIDC_CLIENT_SCOPE", "the scope that access tokens are asked for", "all"},
    {"HALOPSA_USE_UPDATE_FOR_ACTION", "true: notes are delivered by an update of the ticket instead of an action", "false"},
    {"HALOPSA_NOTE_OUTCOME", "the action that a note is recorded as; it must be one that the API application may use", "Internal Note",
     false, KeyRole::unlisted_name},
    {"HALOPSA_USE_BETA_AUTO_INCREMENTING_TICKET_IDS",
     "true: the site's database counts ticket numbers, so that several tickets may be made at once", "false"},
    {"HALOPSA_CLOSED_STATUS_NAME", "the status that closes a ticket (an addition to the specification)", "Closed"},
    {"HALOPSA_CLOSED_STATUS_ID", "its id; overrides HALOPSA_CLOSED_STATUS_NAME (an addition to the specification)"},
    {"HALOPSA_OPEN_STATUS_NAME", "the status of a reopened ticket; without it New, else the first (an addition to the specification)"},
    {"HALOPSA_OPEN_STATUS_ID", "its id; overrides HALOPSA_OPEN_STATUS_NAME (an addition to the specification)"},
    {"HALOPSA_GIVE_UP_AFTER_HOURS",
     "hours for which a note or change that HaloPSA refuses is tried again before it is given up; \"picket outbox\" shows it and can send "
     "it again (an addition)",
     "24"},
    {"HALOPSA_VERIFY_SSL", "false: any certificate is accepted, so anybody on the way can read and change everything (an addition)", "true",
     false, KeyRole::verify_tls},
    {"HALOPSA_CA_FILE", "PEM file of the authorities to trust instead of the system's (an addition to the specification)"},
};

class Reader {
 public:
  explicit Reader(const PsaEnvironment& environment) : environment_(environment) {}

  std::string text(std::string_view key) const {
    if (const auto found = environment_.values.find(key); found != environment_.values.end()) return found->second;
    const auto row = std::find_if(std::begin(all_keys), std::end(all_keys), [&](const PsaKey& k) { return k.name == key; });
    return row == std::end(all_keys) ? std::string{} : std::string(row->default_value);
  }

  std::string required(std::string_view key) {
    std::string value = text(key);
    if (value.empty()) problem(key, "is missing");
    return value;
  }

  bool boolean(std::string_view key) {
    const std::string value = text::fold(text(key));
    for (const std::string_view word : {"true", "1", "yes", "on"})
      if (value == word) return true;
    for (const std::string_view word : {"false", "0", "no", "off"})
      if (value == word) return false;
    problem(key, "must be true or false");
    return false;
  }

  // A number in the form in which the API writes it.
  std::string id(std::string_view key) {
    const std::string value = text::clean_line(text(key), 100).text;
    if (value.empty()) return {};
    constexpr std::size_t longest = 18;
    if (value.size() > longest || !ascii::is_number(value)) {
      problem(key, "must be a number, the id that HaloPSA shows");
      return {};
    }
    return std::to_string(std::stoll(value));
  }

  Wanted wanted(std::string_view name_key, std::string_view id_key) {
    return {.name_key = name_key,
            .id_key = id_key,
            .name = name_key.empty() ? std::string{} : text::clean_line(text(name_key), max_name).text,
            .id = id_key.empty() ? std::string{} : id(id_key)};
  }

  Wanted wanted_required(std::string_view name_key, std::string_view id_key) {
    Wanted w = wanted(name_key, id_key);
    if (!w.asked() && text(id_key).empty()) problem(name_key, "is missing; set it or " + std::string(id_key));
    return w;
  }

  std::chrono::hours hours(std::string_view key) {
    constexpr int most = 24 * 366;
    const std::string value = text(key);
    const bool is_short_number = ascii::is_number(value) && value.size() <= 4;
    const int hours = is_short_number ? std::stoi(value) : 0;
    if (hours < 1 || hours > most) problem(key, "must be a whole number of hours from 1 to " + std::to_string(most));
    return std::chrono::hours{hours};
  }

  // Without the slash at its end. `value` may come from another key than its own.
  std::string url(std::string_view key, std::string value) {
    while (value.ends_with('/')) value.pop_back();
    const auto parsed = host::parse_url(value);
    if (!parsed || !parsed->userinfo.empty() || value.find_first_of("?#") != std::string::npos) {
      problem(key, "must be a URL such as https://yourdomain.halopsa.com, without a user name, query or fragment");
      return {};
    }
    return value;
  }

  // The token endpoint of the authorisation server at `value`: hosted ones say in the query which site is meant.
  std::string token_url(std::string_view key, const std::string& value) {
    std::string path = value.substr(0, value.find('?'));
    std::string query = path.size() == value.size() ? std::string{} : value.substr(path.size() + 1);
    while (path.ends_with('/')) path.pop_back();
    const auto parsed = host::parse_url(path);
    if (!parsed || !parsed->userinfo.empty() || value.find('#') != std::string::npos || !host::parse_url(value)) {
      problem(key, "must be a URL such as https://yourdomain.halopsa.com/auth, without a user name or fragment");
      return {};
    }
    if (!ascii::lower(path).ends_with("/token")) path += "/token";
    add_tenant(query);
    return query.empty() ? path : path + "?" + query;
  }

  // Whether credentials would go to another machine in clear text.
  bool is_plain(std::string_view key, const std::string& url) {
    const auto parsed = host::parse_url(url);
    if (!parsed || parsed->origin.tls || host::is_loopback(parsed->origin)) return false;
    if (!environment_.allow_plain_http)
      problem(key,
              "is not encrypted: the credentials would travel in clear text; use https, or set PICKET_ALLOW_PLAIN_HTTP=1 if that is really "
              "meant");
    return true;
  }

  void add_tenant(std::string& query) {
    const std::string tenant = text("HALOPSA_TENANT");
    if (tenant.empty()) return;
    const std::string wanted = "tenant=" + url_escaped(tenant);
    const std::string all = "&" + query + "&";
    if (all.find("&" + wanted + "&") != std::string::npos) return;
    if (all.find("&tenant=") != std::string::npos)
      problem("HALOPSA_TENANT", "is not the tenant in the query of HALOPSA_AUTHORIZATION_SERVER_URL; set one of the two");
    query += (query.empty() ? "" : "&") + wanted;
  }

  void problem(std::string_view key, const std::string& words) { problems_.push_back({std::string(key), std::string(key) + " " + words}); }
  std::vector<Problem> take_problems() { return std::move(problems_); }

 private:
  static constexpr std::size_t max_name = 300;

  const PsaEnvironment& environment_;
  std::vector<Problem> problems_;
};

void read_urls(Reader& in, Config& config) {
  const std::string base = in.required("HALOPSA_BASE_URL");
  if (!base.empty()) config.base_url = in.url("HALOPSA_BASE_URL", base);
  bool base_is_used = false;
  const auto server = [&](std::string_view key, std::string_view path, auto&& read) {
    const std::string given = in.text(key);
    if (given.empty()) {
      base_is_used = true;
      return config.base_url.empty() ? std::string{} : read(config.base_url + std::string(path));
    }
    std::string url = read(given);
    if (in.is_plain(key, url)) config.plain_http = true;
    return url;
  };
  constexpr std::string_view api = "HALOPSA_RESOURCE_SERVER_URL", authorization = "HALOPSA_AUTHORIZATION_SERVER_URL";
  config.api_url = server(api, "/api", [&](const std::string& url) { return in.url(api, url); });
  config.token_url = server(authorization, "/auth", [&](const std::string& url) { return in.token_url(authorization, url); });
  if (base_is_used && in.is_plain("HALOPSA_BASE_URL", config.base_url)) config.plain_http = true;
}

}  // namespace

std::span<const PsaKey> keys() { return all_keys; }

ReadConfig read_config(const PsaEnvironment& environment) {
  Reader in(environment);
  Config c;
  read_urls(in, c);
  c.client_id = in.required("HALOPSA_OIDC_CLIENT_ID");
  c.client_secret = in.required("HALOPSA_OIDC_CLIENT_SECRET");
  c.scope = in.text("HALOPSA_OIDC_CLIENT_SCOPE");
  c.assign_username = in.text("HALOPSA_ASSIGN_USERNAME");
  c.ticket_type = in.wanted_required("HALOPSA_TICKET_TYPE_NAME", "HALOPSA_TICKET_TYPE_ID");
  c.client = in.wanted_required("HALOPSA_CLIENT_NAME", "HALOPSA_CLIENT_ID");
  c.priority = in.wanted("HALOPSA_PRIORITY_NAME", "HALOPSA_PRIORITY_ID");
  c.team = in.wanted("HALOPSA_TEAM_NAME", {});
  c.category = in.wanted("HALOPSA_CATEGORY_NAME", {});
  c.impact = in.wanted("HALOPSA_IMPACT_NAME", "HALOPSA_IMPACT_ID");
  c.urgency = in.wanted("HALOPSA_URGENCY_NAME", "HALOPSA_URGENCY_ID");
  c.closed_status = in.wanted("HALOPSA_CLOSED_STATUS_NAME", "HALOPSA_CLOSED_STATUS_ID");
  c.open_status = in.wanted("HALOPSA_OPEN_STATUS_NAME", "HALOPSA_OPEN_STATUS_ID");
  c.note_outcome = in.text("HALOPSA_NOTE_OUTCOME");
  c.use_update_for_action = in.boolean("HALOPSA_USE_UPDATE_FOR_ACTION");
  c.parallel_creation = in.boolean("HALOPSA_USE_BETA_AUTO_INCREMENTING_TICKET_IDS");
  c.give_up_after = in.hours("HALOPSA_GIVE_UP_AFTER_HOURS");
  c.verify_tls = in.boolean("HALOPSA_VERIFY_SSL");
  const std::string own_ca_file = in.text("HALOPSA_CA_FILE");
  c.ca_file = own_ca_file.empty() ? environment.ca_file : own_ca_file;
  return {std::move(c), in.take_problems()};
}

}  // namespace picket::psa::halopsa
