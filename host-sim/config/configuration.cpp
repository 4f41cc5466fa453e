#include "host-sim/config/configuration.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>

#include "host-sim/config/network.hpp"
#include "picket/error.hpp"
#include "sdk/common/text.hpp"
#include "sdk/host/settings.hpp"

namespace picket::config {
namespace {

std::string lower(std::string_view s) {
  std::string out(s);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

std::string upper(std::string_view s) {
  std::string out(s);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return out;
}

std::string quoted(const std::string& value) { return "\"" + text::clean_line(value, 80).text + "\""; }

std::optional<double> parse_number(std::string_view s) {
  double n = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), n);
  if (error != std::errc{} || end != s.data() + s.size() || !std::isfinite(n)) return std::nullopt;
  return n;
}

std::vector<std::string> keys_of(const host::Manifest& manifest) {
  std::vector<std::string> keys;
  const auto add = [&](const std::string& key) {
    if (!key.empty()) keys.push_back(key);
  };
  add(manifest.base_url_env);
  add(manifest.verify_tls_env);
  for (const host::SecretField& field : manifest.secrets) add(field.env);
  for (const host::SettingField& field : host::setting_fields(manifest)) add(field.env);
  return keys;
}

bool is_runtime_key(std::string_view key) {
  const auto keys = runtime_keys();
  return std::any_of(keys.begin(), keys.end(), [&](const RuntimeKey& k) { return k.name == key; });
}

// STELLAR_SSL_VERIFY is STELLAR_VERIFY_SSL in another order.
std::vector<std::string_view> sorted_words(std::string_view key) {
  std::vector<std::string_view> words;
  for (std::size_t begin = 0; begin <= key.size();) {
    const std::size_t end = std::min(key.find('_', begin), key.size());
    words.push_back(key.substr(begin, end - begin));
    begin = end + 1;
  }
  std::sort(words.begin(), words.end());
  return words;
}

// "HALOPSA_", "STELLAR_": how the keys of a side begin.
std::string prefix_of(std::string_view key) {
  const auto mark = key.find('_');
  return mark == std::string_view::npos ? std::string{} : std::string(key.substr(0, mark + 1));
}

class Reader {
 public:
  Reader(const ConfigurationSource& source, const ConfigurationChoices& choices) : source_(source), choices_(choices) {}

  Configuration read() {
    c_.problems = source_.file.problems;
    if (!source_.file_name.empty())
      for (std::string& problem : c_.problems) problem = source_.file_name + ", " + problem;
    for (const host::Manifest* m : choices_.manifests)
      if (m->id == choices_.provider) c_.manifest = m;
    check_keys();
    read_runtime();
    const bool provider_keys = c_.manifest != nullptr && any_set(own_keys(*c_.manifest));
    std::vector<const psa::PsaKind*> psas;
    for (const psa::PsaKind& kind : choices_.psas)
      if (any_set(names_of(kind))) psas.push_back(&kind);
    c_.has_pair = provider_keys || !psas.empty() || choices_.provider_given;
    if (!c_.has_pair) return std::move(c_);
    if (c_.manifest == nullptr) {
      problem("--provider", "there is no provider " + quoted(choices_.provider));
    } else {
      c_.replaces_old_container = c_.manifest->id == "stellar-cyber";
      read_provider(*c_.manifest);
    }
    if (psas.empty()) {
      std::string wanted;
      for (const psa::PsaKind& kind : choices_.psas)
        if (!kind.keys.empty())
          wanted +=
              (wanted.empty() ? "" : ", or ") + std::string(kind.keys.front().name) + " and its other keys for " + std::string(kind.title);
      c_.problems.push_back("no PSA is configured: set " + wanted);
    } else if (psas.size() > 1) {
      c_.problems.push_back("the keys of several PSAs are set (" + std::string(psas[0]->title) + ", " + std::string(psas[1]->title) +
                            "); leave one of them");
    } else {
      read_psa(*psas.front());
    }
    return std::move(c_);
  }

 private:
  void problem(std::string_view key, const std::string& what) { c_.problems.push_back(std::string(key) + ": " + what); }

  std::string value(std::string_view key) const {
    std::string set = value_of(source_, key);
    if (const auto meant = meant_.find(key); set.empty() && meant != meant_.end()) return meant->second;
    return set;
  }

  bool any_set(const std::vector<std::string>& keys) const {
    return std::any_of(keys.begin(), keys.end(), [&](const std::string& key) { return !value(key).empty(); });
  }

  static std::vector<std::string> names_of(const psa::PsaKind& kind) {
    std::vector<std::string> names;
    for (const psa::PsaKey& key : kind.keys) names.emplace_back(key.name);
    return names;
  }

  // Those of a provider's keys that tell that it is meant: not the runtime's, and none that begins as a PSA's keys do.
  std::vector<std::string> own_keys(const host::Manifest& manifest) const {
    std::vector<std::string> own;
    for (std::string& key : keys_of(manifest)) {
      bool shared = is_runtime_key(key);
      for (const psa::PsaKind& kind : choices_.psas)
        shared = shared || (!kind.keys.empty() && prefix_of(key) == prefix_of(kind.keys.front().name));
      if (!shared) own.push_back(std::move(key));
    }
    return own;
  }

  // ---- keys that nobody knows

  void check_keys() {
    std::set<std::string, std::less<>> known;
    std::set<std::string> prefixes;
    std::map<std::string, std::string, std::less<>> others;  // key -> another provider that has it
    for (const RuntimeKey& key : runtime_keys()) known.emplace(key.name);
    for (const std::string_view key : library_keys()) known.emplace(key);
    for (const psa::PsaKind& kind : choices_.psas)
      for (const psa::PsaKey& key : kind.keys) {
        known.emplace(key.name);
        prefixes.insert(prefix_of(key.name));
      }
    for (const host::Manifest* manifest : choices_.manifests)
      for (const std::string& key : keys_of(*manifest)) {
        if (manifest->id == choices_.provider) {
          known.insert(key);
          others.erase(key);
        } else if (!known.contains(key)) {
          others.emplace(key, manifest->id);
        }
        if (!is_runtime_key(key)) prefixes.insert(prefix_of(key));
      }
    prefixes.erase("");

    std::map<std::string_view, int> seen;
    for (const EnvEntry& entry : source_.file.entries) {
      if (const auto [at, is_new] = seen.emplace(entry.key, entry.line); !is_new)
        warn(entry.key + " is set on line " + std::to_string(at->second) + " and again on line " + std::to_string(entry.line) +
             "; the last one counts");
      else if (!entry.value.empty())
        check_key(entry.key, known, others, true);
    }
    for (const auto& [key, text] : source_.environment)
      if (!text.empty() && !seen.contains(key) && prefixes.contains(prefix_of(key))) check_key(key, known, others, false);
  }

  void check_key(const std::string& key, const std::set<std::string, std::less<>>& known,
                 const std::map<std::string, std::string, std::less<>>& others, bool in_file) {
    if (known.contains(key)) return;
    if (const auto other = others.find(key); other != others.end())
      return warn(key + " belongs to the provider " + other->second + ", which does not take part here; add --provider " + other->second +
                  " if it is meant");
    const std::string word = upper(key);
    std::string near = text::nearest(word, known);
    const auto same_words = std::find_if(known.begin(), known.end(),
                                         [&](const std::string& candidate) { return sorted_words(candidate) == sorted_words(word); });
    if (same_words != known.end()) near = *same_words;
    // The environment belongs to others too; in it only a slip of a letter or two is surely meant for us.
    const bool is_slip = !near.empty() && text::edit_distance(word, near) <= 2;
    const bool misspelt = is_slip || same_words != known.end() || (in_file && !near.empty() && value(near).empty());
    if (misspelt) {
      c_.problems.push_back(key + " is no known key; did you mean " + near + "?");
      meant_.emplace(near, value(key));
    } else {
      warn(key + " is no known key and is ignored" + (near.empty() ? "" : "; the nearest one is " + near));
    }
  }

  void warn(std::string what) { c_.warnings.push_back(std::move(what)); }

  // ---- values

  void read_switch(std::string_view key, bool& out) {
    const std::string text = value(key);
    if (text.empty()) return;
    if (const auto parsed = parse_switch(text))
      out = *parsed;
    else
      problem(key, "expected true or false, not " + quoted(text));
  }

  void read_runtime() {
    Runtime& r = c_.runtime;
    if (const std::string text = value("SQLITE_FILENAME"); !text.empty()) r.sqlite_filename = text;
    if (r.sqlite_filename.find('"') != std::string::npos) problem("SQLITE_FILENAME", "a file name may not hold quotation marks");
    if (const std::string text = value("INSTANCE_KEY"); !text.empty()) r.instance_key = text;
    if (text::clean_line(r.instance_key, 200).text != r.instance_key)
      problem("INSTANCE_KEY", "expected one line of at most 200 characters without blanks at its ends");
    if (const std::string text = value("PORT"); !text.empty()) {
      const auto number = parse_number(text);
      if (number && *number >= 0 && *number <= 65535 && std::floor(*number) == *number)
        r.port = static_cast<std::uint16_t>(*number);
      else
        problem("PORT", "expected a whole number from 0 to 65535, not " + quoted(text));
    }
    if (const std::string text = value("POLL_INTERVAL_MINS"); !text.empty()) {
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

  void read_provider(const host::Manifest& manifest) {
    read_base_url(manifest);
    if (!manifest.verify_tls_env.empty()) read_switch(manifest.verify_tls_env, c_.verify_tls);
    for (const host::SecretField& field : manifest.secrets) {
      if (field.env.empty()) {
        problem("--provider", manifest.title + " has a secret (" + field.title + ") that no key of the environment gives; connect it by " +
                                  "\"picket connect " + manifest.id + "\" and serve without its keys");
        continue;
      }
      const std::string text = value(field.env);
      if (text.empty()) {
        problem(field.env, "it is missing (" + field.title + " of " + manifest.title + ")");
        continue;
      }
      c_.secrets.emplace(field.name, text);
      c_.secret_values.push_back(text);
    }
    for (const host::SettingField& field : host::setting_fields(manifest)) read_setting(manifest, field);
  }

  void read_base_url(const host::Manifest& manifest) {
    std::string url = manifest.base_url_env.empty() ? std::string{} : value(manifest.base_url_env);
    if (url.empty()) {
      // A vendor that is a different machine for everybody has no address of its own.
      if (!manifest.base_url_env.empty() && manifest.origins.empty())
        return problem(manifest.base_url_env, "it is missing (the address of " + manifest.title + ")");
      c_.base_url = manifest.default_base_url;
      return;
    }
    if (url.find("://") == std::string::npos) url = "https://" + url;
    while (url.ends_with('/')) url.pop_back();
    try {
      config::origin_of_base_url(url, manifest.base_url_env);
    } catch (const Error&) {
      return problem(manifest.base_url_env, "expected a host name or a URL such as https://" +
                                                std::string("host.example.com, without user name, query or fragment"));
    }
    if (url.starts_with("http:") && !config::is_loopback(url)) {
      if (!choices_.allow_plain_http)
        problem(manifest.base_url_env, "the address is not encrypted, so the credentials would travel in clear text; use https, or set " +
                                           std::string("PICKET_ALLOW_PLAIN_HTTP=1 if that is really meant"));
      else
        warn(manifest.base_url_env + ": the address is not encrypted, the credentials travel in clear text");
    }
    c_.base_url = url;
  }

  void read_setting(const host::Manifest& manifest, const host::SettingField& field) {
    if (field.env.empty()) return;
    const std::string text = value(field.env);
    if (text.empty()) {
      if (field.required && field.entity.empty() && field.default_value.is_null())
        problem(field.env, "it is missing; " + field.description);
      return;
    }
    const auto allows = [&](std::string_view type) { return std::find(field.types.begin(), field.types.end(), type) != field.types.end(); };
    json::value parsed;
    if (!field.entity.empty()) {
      host::set_setting(c_.settings, field.path, json::value(text));
      return;
    }
    if (allows("boolean")) {
      const auto flag = parse_switch(text);
      if (!flag) return problem(field.env, "expected true or false, not " + quoted(text));
      parsed = *flag;
    } else if (allows("integer") || allows("number")) {
      const auto number = parse_number(text);
      // The runtime's interval may be a part of a minute; what a provider is told of it may not.
      if (is_runtime_key(field.env) && (!number || std::floor(*number) != *number)) return;
      if (!number) return problem(field.env, "expected a number, not " + quoted(text));
      if (std::floor(*number) == *number && std::abs(*number) < 1e15)
        parsed = static_cast<std::int64_t>(*number);
      else
        parsed = *number;
    } else {
      parsed = json::value(text);
    }
    json::object only;
    host::set_setting(only, field.path, parsed);
    try {
      host::validate_settings(manifest, only, false);
    } catch (const Error& e) {
      std::string what = e.what();
      if (what.starts_with(field.path + ": ")) what.erase(0, field.path.size() + 2);
      if (is_runtime_key(field.env)) return;  // told by its own rules
      return problem(field.env, what + ", not " + quoted(text));
    }
    host::set_setting(c_.settings, field.path, std::move(parsed));
  }

  void read_psa(const psa::PsaKind& kind) {
    c_.psa = &kind;
    psa::PsaEnvironment& e = c_.psa_environment;
    e.ca_file = choices_.ca_file;
    e.allow_plain_http = choices_.allow_plain_http;
    e.proxy = choices_.proxy;
    for (const psa::PsaKey& key : kind.keys) {
      std::string text = value(key.name);
      if (text.empty()) continue;
      if (key.secret) c_.secret_values.push_back(text);
      if (key.name.ends_with("_BASE_URL")) c_.psa_address = lower(text);
      e.values.emplace(key.name, std::move(text));
    }
    if (!c_.psa_address.empty() && c_.psa_address.find("://") == std::string::npos) c_.psa_address = "https://" + c_.psa_address;
    while (c_.psa_address.ends_with('/')) c_.psa_address.pop_back();
    std::vector<std::string> wrong = kind.problems(e);
    for (const std::string end : {"/api", "/auth"})
      for (const psa::PsaKey& key : kind.keys)
        if (key.name.ends_with("_BASE_URL") && c_.psa_address.ends_with(end))
          wrong.push_back(std::string(key.name) + ": it ends in " + end + "; give the site as people open it, without that");
    for (const psa::PsaKey& key : kind.keys) {
      if (!key.required || e.values.contains(key.name)) continue;
      const bool is_told = std::any_of(wrong.begin(), wrong.end(), [&](const std::string& s) { return s.starts_with(key.name); });
      if (!is_told) problem(key.name, "it is missing (" + std::string(key.description) + ")");
    }
    c_.problems.insert(c_.problems.end(), wrong.begin(), wrong.end());
  }

  const ConfigurationSource& source_;
  const ConfigurationChoices& choices_;
  Configuration c_;
  Variables meant_;  // by the right key: what misspelt ones say, so that what else is wrong with it is told at once
};

}  // namespace

std::string value_of(const ConfigurationSource& source, std::string_view key) {
  if (const auto found = source.environment.find(key); found != source.environment.end() && !found->second.empty()) return found->second;
  std::string value;
  for (const EnvEntry& entry : source.file.entries)
    if (entry.key == key) value = entry.value;
  return value;
}

Configuration read_configuration(const ConfigurationSource& source, const ConfigurationChoices& choices) {
  return Reader(source, choices).read();
}

std::vector<std::string> lasting_warnings(const Configuration& c) {
  constexpr std::string_view danger = ": anybody on the way can read and change everything. Better give the certificate by PICKET_CA_FILE";
  std::vector<std::string> warnings;
  if (c.runtime.wipe_db_on_startup)
    warnings.emplace_back(
        "WIPE_DB_ON_STARTUP is set: everything that Picket knows is deleted at each start. Findings that carry the tag of one with a "
        "ticket "
        "are looked for in the PSA and keep their tickets, others get new ones; comments of both sides may come a second time. Take the "
        "key "
        "away before the next start");
  if (!c.has_pair) return warnings;
  if (!c.verify_tls)
    warnings.push_back(c.manifest->verify_tls_env + "=false: the certificate of " + c.manifest->title + " is not checked" +
                       std::string(danger));
  for (const auto& [key, text] : c.psa_environment.values)
    if (key.ends_with("_VERIFY_SSL") && parse_switch(text) == false)
      warnings.push_back(key + "=false: the certificate of " + std::string(c.psa->title) + " is not checked" + std::string(danger));
  return warnings;
}

std::string told(const std::vector<std::string>& problems) {
  if (problems.size() == 1) return "the configuration cannot be used: " + problems.front();
  std::string all = "the configuration cannot be used; " + std::to_string(problems.size()) + " things are wrong:";
  for (const std::string& problem : problems) all += "\n  " + problem;
  return all;
}

std::optional<bool> parse_switch(std::string_view text) {
  const std::string word = lower(text);
  for (const std::string_view yes : {"true", "yes", "on", "1"})
    if (word == yes) return true;
  for (const std::string_view no : {"false", "no", "off", "0"})
    if (word == no) return false;
  return std::nullopt;
}

}  // namespace picket::config
