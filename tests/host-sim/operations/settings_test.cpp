#include "host-sim/operations/settings.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>

#include "picket/error.hpp"
#include "sdk/common/time_text.hpp"
#include "tests/support/collected_log.hpp"
#include "tests/support/postgres/storages.hpp"

using namespace picket;
using namespace picket::operations;

namespace {

struct Fixture {
  Fixture() : context(options(), log, cancel) {
    const test::SampleTenant made = test::make_sample_tenant(context.make_db());
    store::import_psa(context.db(), R"({"tenant": {"name": "Acme MSP"},
      "statuses": [{"name": "Done", "board": "Security", "closed": true}, {"name": "Done", "board": "Triage", "closed": true}],
      "categories": [{"name": "Phishing", "board": "Security"}, {"name": "Anywhere"}]})",
                      "more.json");
    tenant = made.tenant;
  }
  HostOptions options() const {
    HostOptions o;
    o.data = folder.path() / "data";
    o.manifests = PICKET_MANIFESTS;
    return o;
  }
  void set(const std::vector<std::pair<std::string, std::string>>& values) {
    set_settings(context, find_target(context, "huntress", tenant), values);
  }
  // The message of the refusal, or "".
  std::string refusal(const std::vector<std::pair<std::string, std::string>>& values) {
    const json::object before = find_target(context, "huntress", tenant).connection.settings;
    try {
      set(values);
      return {};
    } catch (const Error& e) {
      CHECK(find_target(context, "huntress", tenant).connection.settings == before);
      return e.what();
    }
  }
  std::string value(const std::string& path) {
    for (const SettingValue& v : get_settings(context, find_target(context, "huntress", tenant)))
      if (v.path == path) return v.name;
    return {};
  }

  test::TemporaryFolder folder;
  test::CollectedLog log;
  std::atomic<bool> cancel{false};
  HostContext context;
  std::string tenant;
};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("categories and statuses go with their board, subcategories with their category") {
  Fixture f;
  f.set({{"subcategoryId", "Ransomware"}, {"categoryId", "Malware"}, {"closedStatusId", "Done"}, {"boardId", "Security"}});
  CHECK(f.value("subcategoryId") == "Ransomware");
  CHECK(
      contains(f.refusal({{"boardId", "Triage"}}), "(Malware) belongs to another board than boardId; set both, or clear it: categoryId="));
  CHECK(contains(f.refusal({{"categoryId", "Phishing"}}), "subcategoryId (Ransomware) is no subcategory of categoryId"));
  CHECK(contains(f.refusal({{"categoryId", ""}}), "subcategoryId (Ransomware) is no subcategory of categoryId"));
  CHECK(contains(f.refusal({{"categoryId", "Inbox"}}), "on this board"));
  CHECK(contains(f.refusal({{"subcategoryId", "Phishing"}}), "in this category"));
  CHECK(f.refusal({{"autoCloseTickets", "true"}}).empty());
  CHECK(contains(f.refusal({{"boardId", "Triage"}, {"categoryId", "Inbox"}, {"subcategoryId", ""}}), "closedStatusId (Done)"));
  CHECK(f.refusal({{"boardId", "Triage"}, {"categoryId", "Inbox"}, {"subcategoryId", ""}, {"closedStatusId", "Done"}}).empty());
  CHECK(f.refusal({{"boardId", "Security"}, {"categoryId", "Anywhere"}, {"closedStatusId", "Closed"}}).empty());
  CHECK(f.refusal({{"boardId", "Triage"}}).empty());  // neither belongs to a board
}

TEST_CASE("inactive clients and a cursor in the future are refused") {
  Fixture f;
  CHECK(contains(f.refusal({{"fallbackClientId", "Old Corp"}}), "the client Old Corp is inactive"));
  CHECK(f.refusal({{"fallbackClientId", "Globex"}}).empty());
  CHECK(contains(f.refusal({{"incidentCursor", "2999-01-01T00:00:00Z"}}), "incidentCursor: expected a time that is not in the future"));
  CHECK(f.refusal({{"incidentCursor", "2026-01-01T00:00:00Z"}}).empty());
}

TEST_CASE("a setting that names something gone is left out where it is optional, and kept where it is required") {
  Fixture f;
  f.set({{"boardId", "Security"}, {"categoryId", "Phishing"}, {"fallbackClientId", "Globex"}});
  const Target target = find_target(f.context, "huntress", f.tenant);
  const auto usable = [&] { return usable_settings(f.context, target.entry->manifest, f.tenant, target.connection.settings); };
  CHECK(usable() == target.connection.settings);
  f.context.db().execute("DELETE FROM categories WHERE category_name = 'Phishing'");
  f.context.db().execute("UPDATE clients SET is_inactive = true WHERE client_name = 'Globex'");
  CHECK(usable().at("categoryId").is_null());
  CHECK(usable().at("fallbackClientId") == target.connection.settings.at("fallbackClientId"));
}
