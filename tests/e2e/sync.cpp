#include "tests/e2e/sync.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "host-sim/store/database.hpp"

namespace picket::e2e {
namespace {

std::vector<std::string> vendor_options(const SyncedPairOptions& options) {
  if (!options.vendor_options.empty()) return options.vendor_options;
  return {options.provider == "huntress" ? "--incidents" : "--cases", "0"};
}

// Names that no configuration of ours may come from.
const char* const foreign_keys[] = {
    "HALOPSA_BASE_URL",    "STELLAR_DB_HOST", "STELLAR_USER", "STELLAR_API_KEY", "HUNTRESS_API_KEY", "PICKET_DATA",
    "PICKET_DB",           "PICKET_EDITION",  "PORT",         "INSTANCE_KEY",    "SQLITE_FILENAME",  "PICKET_CA_FILE",
    "PICKET_MATCH_TENANTS"};

}  // namespace

SyncedPair::SyncedPair(const SyncedPairOptions& options)
    : provider_(options.provider),
      certificate_(options.transport == Transport::tls ? std::make_optional<Certificate>() : std::nullopt),
      vendor_(options.provider, vendor_options(options), certificate_ ? &*certificate_ : nullptr),
      halo_("halopsa", options.halo_options, certificate_ ? &*certificate_ : nullptr) {
  keys_ = {{"HALOPSA_BASE_URL", halo_.url()},
           {"HALOPSA_OIDC_CLIENT_ID", "halo_demo"},
           {"HALOPSA_OIDC_CLIENT_SECRET", "halo_secret"},
           {"HALOPSA_TICKET_TYPE_NAME", "Incident"},
           {"HALOPSA_CLIENT_NAME", "Northwind (internal)"},
           {"HALOPSA_PRIORITY_ID", "3"},
           {"HALOPSA_TEAM_NAME", "Security Operations"},
           {"HALOPSA_CATEGORY_NAME", "IT Security Threats>Investigations"},
           {"HALOPSA_IMPACT_NAME", "Company Wide"},
           {"HALOPSA_URGENCY_NAME", "High"},
           {"SQLITE_FILENAME", database()},
           {"INSTANCE_KEY", "test"},
           {"PORT", "0"}};
  if (provider_ == "huntress") {
    keys_["HUNTRESS_BASE_URL"] = vendor_.url();
    keys_["HUNTRESS_API_KEY"] = "hk_demo";
    keys_["HUNTRESS_API_SECRET"] = "hs_demo";
  } else {
    keys_["STELLAR_DB_HOST"] = vendor_.url();
    keys_["STELLAR_USER"] = "stellar_demo";
    keys_["STELLAR_API_KEY"] = "stellar_key";
  }
  if (certificate_) keys_["PICKET_CA_FILE"] = certificate_->certificate.path();
  for (const auto& [key, value] : options.keys) keys_[key] = value;
}

Command SyncedPair::bare_command(std::vector<std::string> arguments) const {
  Command c;
  c.arguments = {PICKET_COMMAND, "--plugins", PICKET_PLUGINS, "--manifests", PICKET_MANIFESTS};
  c.arguments.insert(c.arguments.end(), arguments.begin(), arguments.end());
  c.arguments.insert(c.arguments.end(), {"--provider", provider_});
  for (const char* key : foreign_keys) c.environment[key] = "";
  return c;
}

Command SyncedPair::command_without_file(std::vector<std::string> arguments) const {
  Command c = bare_command(std::move(arguments));
  for (const auto& [key, value] : keys_) c.environment[key] = value;
  return c;
}

Command SyncedPair::command(std::vector<std::string> arguments) const {
  const std::string file = (folder_.path() / "config.env").string();
  std::ofstream out(file);
  for (const auto& [key, value] : keys_)
    if (!value.empty()) out << key << "=" << value << "\n";
  out.close();
  Command c = bare_command(std::move(arguments));
  c.arguments.insert(c.arguments.end(), {"--env-file", file});
  return c;
}

Output SyncedPair::picket(std::vector<std::string> arguments) const {
  Command c;
  c.arguments = {PICKET_COMMAND, "--db", "sqlite:" + database(), "--plugins", PICKET_PLUGINS, "--manifests", PICKET_MANIFESTS, "--json"};
  c.arguments.insert(c.arguments.end(), arguments.begin(), arguments.end());
  c.environment = {{"PICKET_DATA", (folder() / "data").string()}, {"PICKET_EDITION", ""}, {"PICKET_VAULT_KEY_FILE", ""}};
  return e2e::run(c);
}

SyncedPair::Cycle SyncedPair::try_cycle() {
  Cycle cycle;
  static_cast<Output&>(cycle) = run({"--json", "serve", "--once"});
  INFO(cycle.out << cycle.err);
  CHECK(cycle.exit_code < 100);
  if (!cycle.out.empty()) cycle.document = json::parse_object(cycle.out, "standard output");
  return cycle;
}

json::object SyncedPair::cycle() {
  Cycle cycle = try_cycle();
  INFO(cycle.out << cycle.err);
  CHECK(cycle.exit_code == 0);
  return std::move(cycle.document);
}

void SyncedPair::settle(int most) {
  constexpr int quiet_cycles = 5;  // not every cycle looks at every case
  std::string before;
  for (int i = 0, quiet = 0; i < most; ++i) {
    forget_waits();
    const Cycle cycle = try_cycle();
    const std::string after = sides();
    const json::object* delivery = json::object_at(cycle.document, "delivery");
    const bool all_delivered = delivery != nullptr && json::integer_at(*delivery, "waiting") == 0;
    quiet = cycle.exit_code == 0 && all_delivered && after == before ? quiet + 1 : 0;
    if (quiet == quiet_cycles) return;
    before = after;
  }
  FAIL_CHECK("the two sides do not come to rest");
}

void SyncedPair::forget_waits() const {
  const auto set = keys_.find("PICKET_DB");
  store::Database db(set == keys_.end() || set->second.empty() ? "sqlite:" + database() : set->second);
  db.execute("UPDATE picket_outbox SET next_attempt_at = NULL");
  db.execute("UPDATE picket_ticket_events SET next_attempt_at = NULL");
}

std::string SyncedPair::add_case(const std::string& members) {
  return std::string(vendor_.control("/_sim/cases", "{" + members + "}").at("ids").at(0).as_string());
}

void SyncedPair::change_case(const std::string& id, const std::string& members) {
  vendor_.control("/_sim/cases", R"({"_id":")" + id + "\"," + members + "}");
}

void SyncedPair::analyst(const std::string& id, const std::string& members) {
  vendor_.control("/_sim/people", R"({"case":")" + id + R"(","user":"alice",)" + members + "}");
}

std::vector<std::string> SyncedPair::case_ids() {
  std::vector<std::string> ids;
  const json::value cases = vendor_.show("/_sim/cases");
  for (const json::value& c : cases.as_array()) ids.push_back(text_at(c.as_object(), "_id"));
  return ids;
}

json::object SyncedPair::a_case(const std::string& id) {
  const json::value cases = vendor_.show("/_sim/cases");
  for (const json::value& c : cases.as_array())
    if (text_at(c.as_object(), "_id") == id) return c.as_object();
  FAIL("there is no case " << id);
  return {};
}

std::vector<std::string> SyncedPair::comments(const std::string& id) {
  std::vector<std::string> texts;
  const json::object c = a_case(id);
  for (const json::value& comment : c.at("comments").as_array()) texts.push_back(text_at(comment.as_object(), "comment"));
  return texts;
}

std::vector<json::object> SyncedPair::tickets_of(const std::string& finding) {
  std::vector<json::object> found;
  for (const json::value& t : tickets())
    if (text_at(t.as_object(), "details_html").find(finding) != std::string::npos) found.push_back(t.as_object());
  return found;
}

json::object SyncedPair::ticket(const std::string& finding) {
  const std::vector<json::object> found = tickets_of(finding);
  REQUIRE(found.size() == 1);
  return found.front();
}

std::vector<std::string> SyncedPair::notes(const std::string& finding) {
  std::vector<std::string> texts;
  const json::object t = ticket(finding);
  const json::array& actions = t.at("actions").as_array();
  for (std::size_t i = 1; i < actions.size(); ++i)
    if (std::string note = text_at(actions[i].as_object(), "note"); !note.empty()) texts.push_back(std::move(note));
  return texts;
}

void SyncedPair::technician(const std::string& finding, const std::string& members) {
  const std::int64_t id = json::integer_at(ticket(finding), "id").value_or(0);
  const std::string who = members.find("\"who\"") == std::string::npos ? R"("who":"Jane Doe",)" : "";
  halo_.control("/_sim/people", R"({"ticket":)" + std::to_string(id) + "," + who + members + "}");
}

std::string SyncedPair::sides() {
  const char* const list = provider_ == "huntress" ? "/_sim/incidents" : "/_sim/cases";
  return json::to_string(vendor_.show(list)) + "\n" + json::to_string(halo_.show("/_sim/tickets"));
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "\n---\n") + text;
  return all;
}

std::size_t count_containing(const std::vector<std::string>& texts, const std::string& part) {
  std::size_t count = 0;
  for (const std::string& text : texts) count += contains(text, part) ? 1 : 0;
  return count;
}

}  // namespace picket::e2e
