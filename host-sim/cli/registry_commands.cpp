#include <fstream>
#include <sstream>

#include "host-sim/cli/commands.hpp"
#include "host-sim/store/psa.hpp"
#include "sdk/common/json.hpp"
#include "sdk/conformance/validate.hpp"
#include "sdk/host/settings.hpp"

namespace picket::cli {

int psa_import(HostContext& context, const Console& console, const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::error_code error;
  if (!in || std::filesystem::is_directory(file, error))
    throw Error(Status::invalid, file.string() + ": cannot be read; expected a JSON file with a tenant's PSA data", "FILE");
  std::stringstream text;
  text << in.rdbuf();
  const store::ImportResult result = store::import_psa(context.make_db(), text.str(), file.string());
  json::object counts;
  std::vector<std::vector<std::string>> rows{{"", "created", "updated", "unchanged"}};
  for (const auto& [kind, c] : result.counts) {
    counts[kind] = {{"created", c.created}, {"updated", c.updated}, {"unchanged", c.unchanged}};
    rows.push_back({kind, std::to_string(c.created), std::to_string(c.updated), std::to_string(c.unchanged)});
  }
  console.print({{"tenant", {{"id", result.tenant.id}, {"name", result.tenant.name}}}, {"counts", counts}},
                "Imported the PSA data of " + result.tenant.name + " (" + result.tenant.id + ")\n" + table(rows));
  return done;
}

int providers(HostContext& context, const Console& console) {
  json::array list;
  std::string text;
  std::string category;
  for (const registry::Entry& entry : context.registry().entries()) {
    const host::Manifest& m = entry.manifest;
    list.push_back({{"id", m.id},
                    {"title", m.title},
                    {"category", m.category},
                    {"requires_enterprise", m.requires_enterprise},
                    {"description", m.description},
                    {"library", entry.library.string()},
                    {"available", entry.library_exists},
                    {"abi", {{"major", m.abi_major}, {"minor", m.abi_minor}}},
                    {"capabilities", boost::json::value_from(m.capabilities)},
                    {"base_url", m.default_base_url}});
    if (m.category != category) {
      category = m.category;
      text += (text.empty() ? "" : "\n") + category + "\n";
    }
    text += "  " + m.id + "  " + m.title + (entry.library_exists ? "" : "  (its library is missing: " + entry.library.string() + ")") +
            "\n      " + m.description + "\n";
  }
  if (text.empty()) text = "No providers for this edition are registered in " + context.options().manifests.string() + "\n";
  console.print({{"providers", list}}, text);
  return done;
}

namespace {

// Settings complete enough for the provider to poll, whatever they point to.
std::string complete_settings(const host::Manifest& manifest) {
  json::object settings;
  for (const host::SettingField& field : host::setting_fields(manifest))
    if (field.required) host::set_setting(settings, field.path, "00000000-0000-4000-8000-000000000000");
  return boost::json::serialize(settings);
}

}  // namespace

int validate(HostContext& context, const Console& console, const std::filesystem::path& library) {
  // The manifest of the same library, if any, says which settings the provider expects.
  conformance::ValidateOptions options;
  try {
    for (const registry::Entry& entry : context.registry().entries())
      if (entry.manifest.library == library.filename().string()) options.settings = complete_settings(entry.manifest);
  } catch (const Error& e) {
    context.log().write(PICKET_LOG_WARNING, std::string("checked without a manifest: ") + e.what());
  }
  json::array list;
  std::string text;
  bool all = true;
  for (const conformance::Check& check : conformance::validate_provider(library, options)) {
    all = all && check.passed;
    list.push_back({{"name", check.name}, {"passed", check.passed}, {"detail", check.detail}});
    text += std::string(check.passed ? "ok      " : "FAILED  ") + check.name + (check.detail.empty() ? "" : ": " + check.detail) + "\n";
  }
  text += all ? library.string() + " keeps the contract\n" : library.string() + " breaks the contract\n";
  console.print({{"library", library.string()}, {"passed", all}, {"checks", list}}, text);
  return all ? done : failed;
}

}  // namespace picket::cli
