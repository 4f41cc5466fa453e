#include "host-sim/config/configuration.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "host-sim/config/key_check.hpp"
#include "host-sim/config/known_keys.hpp"
#include "host-sim/config/network.hpp"
#include "host-sim/config/transport.hpp"
#include "host-sim/config/values.hpp"
#include "picket/error.hpp"
#include "sdk/common/ascii.hpp"
#include "sdk/common/list.hpp"
#include "sdk/common/text.hpp"
#include "sdk/host/settings.hpp"

namespace picket::config {
namespace {

bool is_whole(double number) { return std::floor(number) == number; }

// Reads the values of the keys, and reports those that are missing or wrong.
class Reader {
 public:
  Reader(const ConfigurationSource& source, const ConfigurationChoices& choices) : source_(source), choices_(choices), values_(source) {}

  Configuration read() {
    for (const LineProblem& p : source_.file.problems)
      c_.problems.push_back(
          {{}, (source_.file_name.empty() ? "" : source_.file_name + ", ") + "line " + std::to_string(p.line) + ": " + p.text});
    choose_provider();
    check_keys(source_, KnownKeys(choices_.manifests, c_.manifest, choices_.psas), values_, c_);
    read_runtime();
    for (const host::Manifest* m : choices_.manifests)
      if (auto wrong = transport_problem(*m, [&](std::string_view key) { return values_.get(key); }))
        c_.transport_problems.emplace(m->id, std::move(*wrong));
    std::vector<const psa::PsaKind*> psas;
    for (const psa::PsaKind& kind : choices_.psas)
      if (values_.any_set(keys_of(kind))) psas.push_back(&kind);
    const bool has_provider_keys = c_.manifest != nullptr && values_.any_set(distinctive_keys_of(*c_.manifest, choices_.psas));
    c_.has_pair = has_provider_keys || !psas.empty() || !choices_.provider.empty();
    if (!c_.has_pair) return std::move(c_);
    read_provider();
    read_psa(psas);
    return std::move(c_);
  }

 private:
  void problem(std::string_view key, const std::string& what) { c_.problems.push_back({std::string(key), std::string(key) + ": " + what}); }

  void choose_provider() {
    for (const host::Manifest* m : choices_.manifests) {
      if (m->replaces_container) c_.old_container_provider = m->title;
      if (choices_.provider.empty() ? m->replaces_container : m->id == choices_.provider) c_.manifest = m;
    }
    c_.replaces_old_container = c_.manifest != nullptr && c_.manifest->replaces_container;
  }

  // ---- the runtime

  void read_switch(std::string_view key, bool& out) {
    const std::string text = values_.get(key);
    if (text.empty()) return;
    if (const auto parsed = parse_switch(text))
      out = *parsed;
    else
      problem(key, "expected true or false, not " + quoted(text));
  }

  void read_runtime() {
    Runtime& r = c_.runtime;
    if (const std::string text = values_.get("SQLITE_FILENAME"); !text.empty()) r.sqlite_filename = text;
    if (r.sqlite_filename.find('"') != std::string::npos) problem("SQLITE_FILENAME", "a file name may not hold quotation marks");
    if (const std::string text = values_.get("INSTANCE_KEY"); !text.empty()) r.instance_key = text;
    if (text::clean_line(r.instance_key, 200).text != r.instance_key)
      problem("INSTANCE_KEY", "expected one line of at most 200 characters without blanks at its ends");
    if (const std::string text = values_.get("PORT"); !text.empty()) {
      const auto number = parse_number(text);
      if (number && *number >= 0 && *number <= 65535 && is_whole(*number))
        r.port = static_cast<std::uint16_t>(*number);
      else
        problem("PORT", "expected a whole number from 0 to 65535, not " + quoted(text));
    }
    if (const std::string text = values_.get("POLL_INTERVAL_MINS"); !text.empty()) {
      const auto number = parse_number(text);
      if (number && *number >= 0.01 && *number <= 1440)
        r.poll_interval = std::chrono::milliseconds(std::llround(*number * 60000));
      else
        problem("POLL_INTERVAL_MINS", "expected a number of minutes from 0.01 to 1440, not " + quoted(text));
    }
    read_switch("DEBUG_DB", r.debug_db);
    read_switch("WIPE_DB_ON_STARTUP", r.wipe_db_on_startup);
    read_switch("PICKET_MATCH_TENANTS", r.match_tenants);
    read_switch("PICKET_DESK_MOVED", r.psa_moved);
    bool checked_only = false;  // HostOptions holds it
    read_switch("PICKET_ALLOW_PLAIN_HTTP", checked_only);
  }

  // ---- the provider

  void read_provider() {
    if (c_.manifest == nullptr)
      return problem("--provider", choices_.provider.empty() ? "it is missing, and no provider is the default"
                                                             : "there is no provider " + quoted(choices_.provider));
    const host::Manifest& manifest = *c_.manifest;
    if (const auto wrong = c_.transport_problems.find(manifest.id); wrong != c_.transport_problems.end())
      c_.problems.push_back(wrong->second);
    read_base_url(manifest);
    if (!manifest.verify_tls_env.empty()) read_switch(manifest.verify_tls_env, c_.verify_tls);
    for (const host::SecretField& field : manifest.secrets) read_secret(manifest, field);
    for (const host::SettingField& field : host::setting_fields(manifest)) read_setting(manifest, field);
  }

  void read_base_url(const host::Manifest& manifest) {
    const std::string& key = manifest.base_url_env;
    std::string url = key.empty() ? std::string{} : values_.get(key);
    if (url.empty()) {
      // A vendor that is a different machine for everybody has no address of its own.
      if (!key.empty() && manifest.origins.empty()) return problem(key, "it is missing (the address of " + manifest.title + ")");
      c_.base_url = manifest.default_base_url;
      return;
    }
    if (url.find("://") == std::string::npos) url = "https://" + url;
    while (url.ends_with('/')) url.pop_back();
    try {
      origin_of_base_url(url, key);
    } catch (const Error&) {
      return problem(key, "expected a host name or a URL such as https://host.example.com, without user name, query or fragment");
    }
    if (url.starts_with("http:") && !is_loopback(url)) {
      if (!choices_.allow_plain_http)
        problem(
            key,
            "the address is not encrypted, so the credentials would travel in clear text; use https, or set PICKET_ALLOW_PLAIN_HTTP=1 if "
            "that is really meant");
      else
        c_.warnings.push_back(key + ": the address is not encrypted, the credentials travel in clear text");
    }
    c_.base_url = url;
  }

  void read_secret(const host::Manifest& manifest, const host::SecretField& field) {
    if (field.env.empty())
      return problem("--provider", manifest.title + " has a secret (" + field.title +
                                       ") that no key of the environment gives; connect it by \"picket connect " + manifest.id +
                                       "\" and serve without its keys");
    const std::string text = values_.get(field.env);
    if (text.empty()) return problem(field.env, "it is missing (" + field.title + " of " + manifest.title + ")");
    c_.secrets.emplace(field.name, text);
    c_.secret_values.push_back(text);
  }

  void read_setting(const host::Manifest& manifest, const host::SettingField& field) {
    if (field.env.empty()) return;
    const std::string text = values_.get(field.env);
    if (text.empty()) {
      if (field.required && field.entity.empty() && field.default_value.is_null())
        problem(field.env, "it is missing; " + field.description);
      return;
    }
    if (!field.entity.empty()) {
      host::set_setting(c_.settings, field.path, json::value(text));
      return;
    }
    std::optional<json::value> parsed = parse_setting(field, text);
    if (!parsed) return;
    json::object only;
    host::set_setting(only, field.path, *parsed);
    try {
      host::validate_settings(manifest, only, false);
    } catch (const Error& e) {
      if (is_runtime_key(field.env)) return;  // read_runtime has reported it by its own rules
      std::string what = e.what();
      if (what.starts_with(field.path + ": ")) what.erase(0, field.path.size() + 2);
      if (field.format == "json-object") what += line_of(field.env);
      return problem(field.env, what + ", not " + quoted(text));
    }
    host::set_setting(c_.settings, field.path, std::move(*parsed));
  }

  // " (config.env, line 7)" for a key that the file sets; an object may have been meant to go on in other lines.
  std::string line_of(std::string_view key) const {
    if (const auto set = source_.environment.find(key);
        set != source_.environment.end() && !read_environment_value(set->second).value.empty())
      return {};
    int line = 0;
    for (const EnvEntry& entry : source_.file.entries)
      if (entry.key == key) line = entry.line;
    if (line == 0) return {};
    return " (" + (source_.file_name.empty() ? "" : source_.file_name + ", ") + "line " + std::to_string(line) + ")";
  }

  // The text as a value of the setting's type; nothing if it is none, or is left to the runtime.
  std::optional<json::value> parse_setting(const host::SettingField& field, const std::string& text) {
    if (contains(field.types, "boolean")) {
      const auto flag = parse_switch(text);
      if (!flag) problem(field.env, "expected true or false, not " + quoted(text));
      return flag ? std::optional<json::value>(*flag) : std::nullopt;
    }
    if (!contains(field.types, "integer") && !contains(field.types, "number")) return json::value(text);
    const auto number = parse_number(text);
    // The runtime's interval may be a part of a minute, a provider's may not.
    if (is_runtime_key(field.env) && (!number || !is_whole(*number))) return std::nullopt;
    if (!number) {
      problem(field.env, "expected a number, not " + quoted(text));
      return std::nullopt;
    }
    if (is_whole(*number) && std::abs(*number) < 1e15) return json::value(static_cast<std::int64_t>(*number));
    return json::value(*number);
  }

  // ---- the PSA

  void read_psa(const std::vector<const psa::PsaKind*>& set) {
    if (set.size() == 1) return read_psa(*set.front());
    if (set.size() > 1) {
      c_.problems.push_back(
          {{},
           "the keys of several PSAs are set (" + std::string(set[0]->title) + ", " + std::string(set[1]->title) + "); leave one of them"});
      return;
    }
    std::string wanted;
    for (const psa::PsaKind& kind : choices_.psas)
      if (!kind.keys.empty())
        wanted +=
            (wanted.empty() ? "" : ", or ") + std::string(kind.keys.front().name) + " and its other keys for " + std::string(kind.title);
    c_.problems.push_back({{}, "no PSA is configured: set " + wanted});
  }

  void read_psa(const psa::PsaKind& kind) {
    c_.psa = &kind;
    psa::PsaEnvironment& e = c_.psa_environment;
    e.ca_file = choices_.ca_file;
    e.allow_plain_http = choices_.allow_plain_http;
    e.proxy = choices_.proxy;
    std::string_view address_key;
    for (const psa::PsaKey& key : kind.keys) {
      std::string text = values_.get(key.name);
      if (text.empty()) continue;
      if (key.role == psa::KeyRole::secret) c_.secret_values.push_back(text);
      if (key.role == psa::KeyRole::address) {
        address_key = key.name;
        c_.psa_address = ascii::lower(text);
      }
      e.values.emplace(key.name, std::move(text));
    }
    if (!c_.psa_address.empty() && c_.psa_address.find("://") == std::string::npos) c_.psa_address = "https://" + c_.psa_address;
    while (c_.psa_address.ends_with('/')) c_.psa_address.pop_back();

    const std::vector<Problem> wrong = kind.problems(e);
    for (const psa::PsaKey& key : kind.keys) {
      const bool is_reported = std::any_of(wrong.begin(), wrong.end(), [&](const Problem& p) { return p.key == key.name; });
      if (key.required && !e.values.contains(key.name) && !is_reported)
        problem(key.name, "it is missing (" + std::string(key.description) + ")");
    }
    c_.problems.insert(c_.problems.end(), wrong.begin(), wrong.end());
    for (const std::string end : {"/api", "/auth"})
      if (c_.psa_address.ends_with(end)) problem(address_key, "it ends in " + end + "; give the site as people open it, without that");
  }

  const ConfigurationSource& source_;
  const ConfigurationChoices& choices_;
  Values values_;
  Configuration c_;
};

}  // namespace

Configuration read_configuration(const ConfigurationSource& source, const ConfigurationChoices& choices) {
  return Reader(source, choices).read();
}

bool is_wrong(const Configuration& c, std::string_view key) {
  return std::any_of(c.problems.begin(), c.problems.end(), [&](const Problem& p) { return !p.key.empty() && p.key == key; });
}

std::vector<std::string> lasting_warnings(const Configuration& c) {
  std::vector<std::string> warnings;
  if (c.runtime.wipe_db_on_startup)
    warnings.emplace_back(
        "WIPE_DB_ON_STARTUP is set: everything that Picket knows is deleted at each start. Findings that carry the tag of one with a "
        "ticket "
        "are looked for in the PSA and keep their tickets, others get new ones; comments of both sides may come a second time. Take the "
        "key "
        "away before the next start");
  if (!c.has_pair) return warnings;
  const auto unchecked = [&](std::string_view key, std::string_view whose) {
    warnings.push_back(std::string(key) + "=false: the certificate of " + std::string(whose) +
                       " is not checked: anybody on the way can read and change everything. Better give the certificate by PICKET_CA_FILE");
  };
  if (!c.verify_tls) unchecked(c.manifest->verify_tls_env, c.manifest->title);
  if (c.psa == nullptr) return warnings;
  for (const psa::PsaKey& key : c.psa->keys)
    if (const auto set = c.psa_environment.values.find(key.name);
        key.role == psa::KeyRole::verify_tls && set != c.psa_environment.values.end() && parse_switch(set->second) == false)
      unchecked(key.name, c.psa->title);
  return warnings;
}

std::string problems_text(const std::vector<Problem>& problems) {
  if (problems.size() == 1) return "the configuration cannot be used: " + problems.front().text;
  std::string all = "the configuration cannot be used; " + std::to_string(problems.size()) + " things are wrong:";
  for (const Problem& problem : problems) all += "\n  " + problem.text;
  return all;
}

}  // namespace picket::config
