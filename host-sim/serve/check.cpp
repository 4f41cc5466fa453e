#include "host-sim/serve/check.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "host-sim/migration/old_database.hpp"
#include "host-sim/operations/provider_check.hpp"
#include "host-sim/serve/known_pairs.hpp"
#include "host-sim/serve/pair_settings.hpp"
#include "sdk/host/settings.hpp"

namespace picket::serve {
namespace {

std::string name_in(const std::vector<psa::RemoteEntity>& entities, const std::string& id) {
  for (const psa::RemoteEntity& e : entities)
    if (e.id == id) return e.name;
  return {};
}

void check_file(const operations::HostContext& context, const config::Configuration& configuration, CheckResult& result) {
  const std::filesystem::path file = configuration.runtime.sqlite_filename;
  const bool is_used = context.database_url() == "sqlite:" + file.string();
  if (!is_used && !configuration.replaces_old_container) return;
  try {
    switch (migration::inspect_database_file(file)) {
      case migration::DatabaseFileKind::old_container:
        result.facts.push_back(file.string() +
                               " is the old container's database: its links are taken over when serving begins, and it is "
                               "renamed to " +
                               migration::set_aside_name(file).string());
        break;
      case migration::DatabaseFileKind::picket: result.facts.push_back(file.string() + " is Picket's database"); break;
      case migration::DatabaseFileKind::other:
        if (is_used)
          result.problems.push_back("SQLITE_FILENAME: " + file.string() + " is a database, but neither Picket's nor the old container's");
        break;
      case migration::DatabaseFileKind::empty: break;
    }
  } catch (const Error& e) {
    result.problems.push_back(std::string("SQLITE_FILENAME: ") + e.what());
  }
  if (!is_used) return;
  // The file, or its folder, must be creatable in the nearest folder that exists.
  std::filesystem::path folder = std::filesystem::absolute(file).parent_path();
  std::error_code ignored;
  while (!folder.empty() && folder != folder.root_path() && !std::filesystem::exists(folder, ignored)) folder = folder.parent_path();
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    result.problems.push_back("SQLITE_FILENAME: nothing can be written in the folder " + folder.string());
}

// Reads what the database already knows, and does not create one.
void check_database(const operations::HostContext& context, const config::Configuration& configuration, CheckResult& result) {
  const std::string url = context.database_url();
  try {
    if (url.starts_with("sqlite:")) {
      const std::filesystem::path file = url.substr(7);
      const bool is_checked = file == configuration.runtime.sqlite_filename;  // by check_file, which reports a file that cannot be used
      migration::DatabaseFileKind kind = migration::DatabaseFileKind::empty;
      try {
        kind = migration::inspect_database_file(file);
      } catch (const Error&) {
        if (!is_checked) throw;
      }
      if (!is_checked && (kind == migration::DatabaseFileKind::other || kind == migration::DatabaseFileKind::old_container))
        result.problems.push_back("PICKET_DB: " + file.string() + " is a database, but not Picket's");
      if (kind != migration::DatabaseFileKind::picket) return;
    }
    store::Database db(url);
    KnownPairs known = look_at_known_pairs(db, configuration);
    if (!known.problem.empty()) result.problems.push_back(std::move(known.problem));
    for (std::string& warning : known.warnings) result.warnings.push_back(std::move(warning));
  } catch (const Error& e) {
    result.problems.push_back(std::string("the database: ") + e.what());
  }
}

void warn_of_unlisted_names(const config::Configuration& configuration, CheckResult& result) {
  for (const psa::PsaKey& key : configuration.psa->keys) {
    if (key.role != psa::KeyRole::unlisted_name) continue;
    const auto given = configuration.psa_environment.values.find(key.name);
    if (given != configuration.psa_environment.values.end() && given->second != key.default_value)
      result.warnings.push_back(std::string(key.name) + ": \"" + given->second + "\" could not be checked and is used as it is; " +
                                std::string(configuration.psa->title) + " answers it with the first note");
  }
}

void check_provider(operations::HostContext& context, const config::Configuration& configuration, CheckResult& result) {
  const host::Manifest& manifest = *configuration.manifest;
  try {
    operations::GivenSecrets secrets(configuration.secrets);
    const json::object account = operations::check_credentials(context, manifest.id, configuration.base_url, configuration.settings,
                                                               {&secrets, configuration.verify_tls});
    std::string name;
    for (const auto& member : account)
      if (name.empty() && member.value().is_string()) name = std::string(member.value().get_string());
    result.facts.push_back(manifest.title + " at " + configuration.base_url + " accepts the credentials" +
                           (name.empty() ? "" : " (" + name + ")"));
  } catch (const Error& e) {
    result.problems.push_back(manifest.title + " (" + configuration.base_url + "): " + e.what());
  }
}

void check_psa(operations::HostContext& context, const config::Configuration& configuration, const psa::PsaEnvironment& environment,
               CheckResult& result) {
  const std::string title(configuration.psa->title);
  const std::string site = title + " (" + configuration.psa_address + "): ";
  try {
    const auto psa = configuration.psa->make(environment, context.clock(), context.log());
    const psa::RemoteDirectory directory = psa->directory(operations::make_call(context));
    std::string fact = title + " at " + configuration.psa_address + " accepts the credentials; new tickets get";
    const auto add = [&](const char* what, const std::string& name) {
      if (!name.empty()) fact += std::string(fact.ends_with("get") ? " " : ", ") + what + " \"" + name + "\"";
    };
    const psa::RemoteDefaults& d = directory.defaults;
    add("the client", name_in(directory.clients, d.client_id));
    add("the type", name_in(directory.boards, d.board_id));
    add("the priority", name_in(directory.priorities, d.priority_id));
    add("the category", name_in(directory.categories, d.category_id));
    result.facts.push_back(fact);
    for (const psa::SiteRemark& remark : psa->check_site(operations::make_call(context), directory)) {
      auto& list = remark.kind == psa::SiteRemark::Kind::problem   ? result.problems
                   : remark.kind == psa::SiteRemark::Kind::warning ? result.warnings
                                                                   : result.facts;
      list.push_back(site + remark.text);
    }
    if (configuration.manifest == nullptr) return;
    PsaFacts facts{{d.client_id, d.board_id, d.priority_id, d.category_id, d.closed_status_id}, {}};
    for (const psa::RemoteEntity& e : directory.priorities) {
      store::Entity priority;
      priority.id = e.id;
      priority.name = e.name;
      facts.priorities.push_back(std::move(priority));
    }
    const auto missing =
        host::missing_settings(*configuration.manifest, pair_settings(*configuration.manifest, {}, configuration.settings, facts));
    if (!missing.empty())
      result.problems.push_back(configuration.manifest->title + ": " + words_for_missing(*configuration.manifest, missing, title));
  } catch (const psa::WrongNames& e) {
    for (const psa::Problem& problem : e.problems()) result.problems.push_back(site + problem.text);
  } catch (const Error& e) {
    result.problems.push_back(site + e.what());
  }
}

// The PSA's keys without the wrong ones, if the others suffice to ask it: one wrong key does not hide wrong names or credentials.
std::optional<psa::PsaEnvironment> askable(const psa::PsaKind& kind, psa::PsaEnvironment environment) {
  for (const psa::Problem& problem : kind.problems(environment)) environment.values.erase(problem.key);
  const bool complete = std::all_of(kind.keys.begin(), kind.keys.end(),
                                    [&](const psa::PsaKey& key) { return !key.required || environment.values.contains(key.name); });
  if (!complete || !kind.problems(environment).empty()) return std::nullopt;
  return environment;
}

}  // namespace

CheckResult check(operations::HostContext& context, const config::Configuration& configuration) {
  CheckResult result;
  for (const psa::Problem& problem : configuration.problems) result.problems.push_back(problem.text);
  result.warnings = configuration.warnings;
  for (std::string& warning : config::lasting_warnings(configuration)) result.warnings.push_back(std::move(warning));
  if (!configuration.has_pair) {
    result.problems.push_back("no key of a PSA or a provider is set: there is nothing to check");
    return result;
  }
  check_file(context, configuration, result);
  if (const host::Manifest* m = configuration.manifest) {
    bool can_be_asked = !config::is_wrong(configuration, m->base_url_env) && !configuration.base_url.empty();
    for (const host::SecretField& field : m->secrets) can_be_asked = can_be_asked && configuration.secrets.contains(field.name);
    if (can_be_asked) check_provider(context, configuration, result);
  }
  if (configuration.psa != nullptr && configuration.manifest != nullptr && !configuration.psa_address.empty())
    check_database(context, configuration, result);
  if (configuration.psa != nullptr) warn_of_unlisted_names(configuration, result);
  if (configuration.psa != nullptr)
    if (const auto environment = askable(*configuration.psa, configuration.psa_environment))
      check_psa(context, configuration, *environment, result);
  return result;
}

}  // namespace picket::serve
