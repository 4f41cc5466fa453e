#include "host-sim/cli/served.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "host-sim/config/network.hpp"
#include "host-sim/config/psa_kinds.hpp"
#include "picket/error.hpp"
#include "sdk/common/byte_order_mark.hpp"

namespace picket::cli {
namespace {

// How long requests under way may still take at the end; with what follows from them the process ends within 10 s.
constexpr std::chrono::seconds grace{8};

config::ConfigurationSource read_source(const std::string& file) {
  config::ConfigurationSource source;
  source.file_name = file;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    if (const auto mark = text.find('='); mark != std::string_view::npos)
      source.environment.emplace(text.substr(0, mark), text.substr(mark + 1));
  }
  if (file.empty()) return source;
  std::error_code error;
  if (std::filesystem::is_directory(file, error))
    throw Error(Status::invalid, "--env-file " + file + " is a folder; name the file with the keys", "--env-file");
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error(Status::invalid, "the environment file " + file + " cannot be read: " + std::strerror(errno), "--env-file");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (is_utf16(text)) throw Error(Status::invalid, "the environment file " + file + " is UTF-16; save it as UTF-8", "--env-file");
  source.file = config::parse_env_file(text);
  return source;
}

// For libraries that read the environment themselves. No other thread runs yet.
void export_library_keys(const config::ConfigurationSource& source) {
  for (const std::string_view key : config::library_keys())
    if (const std::string value = config::value_of(source, key); !value.empty()) ::setenv(std::string(key).c_str(), value.c_str(), 1);
}

}  // namespace

Served::Served(HostContext& usual, const ServeArguments& arguments) : source_(read_source(arguments.env_file)) {
  export_library_keys(source_);
  operations::HostOptions options = options_for(usual, arguments);
  registry_ = std::make_unique<registry::Registry>(options.manifests, options.plugins, registry::parse_edition(options.edition));
  config::ConfigurationChoices choices;
  for (const registry::Entry& entry : registry_->entries()) choices.manifests.push_back(&entry.manifest);
  choices.psas = config::psa_kinds();
  choices.provider = arguments.provider;
  choices.ca_file = options.ca_file;
  choices.allow_plain_http = options.allow_plain_http;
  choices.proxy = [](std::string_view url) { return config::proxy_for(url, config::process_environment()); };
  configuration_ = config::read_configuration(source_, choices);
  if (options.database_url.empty() && configuration_.has_pair) options.database_url = "sqlite:" + configuration_.runtime.sqlite_filename;
  log_ = std::make_unique<operations::RedactingLog>(usual.log(), "", host::Redactor(configuration_.secret_values));
  context_ = std::make_unique<HostContext>(std::move(options), *log_, usual.cancel());
}

Served::~Served() = default;

operations::HostOptions Served::options_for(const HostContext& usual, const ServeArguments& arguments) const {
  operations::HostOptions options = usual.options();
  const operations::HostOptions& given = arguments.given;
  const auto either = [&](const std::string& said, const char* key, const std::string& otherwise) {
    if (!said.empty()) return said;
    const std::string value = config::value_of(source_, key);
    return value.empty() ? otherwise : value;
  };
  options.data = either(given.data, "PICKET_DATA", options.data);
  options.database_url = either(given.database_url, "PICKET_DB", "");
  options.plugins = either(given.plugins, "PICKET_PLUGINS", options.plugins);
  options.manifests = either(given.manifests, "PICKET_MANIFESTS", options.manifests);
  options.vault_key_file = either("", "PICKET_VAULT_KEY_FILE", "");
  options.edition = either("", "PICKET_EDITION", "");
  options.ca_file = either("", "PICKET_CA_FILE", "");
  options.allow_plain_http = config::parse_switch(config::value_of(source_, "PICKET_ALLOW_PLAIN_HTTP")).value_or(false);
  options.grace = grace;
  return options;
}

}  // namespace picket::cli
