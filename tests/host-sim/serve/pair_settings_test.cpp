#include "host-sim/serve/pair_settings.hpp"

#include <doctest/doctest.h>

#include "sdk/host/manifest_file.hpp"
#include "sdk/host/settings.hpp"

using namespace picket;
using namespace picket::serve;

namespace {

host::Manifest manifest(const std::string& id) {
  for (host::Manifest& m : host::load_manifests(PICKET_MANIFESTS))
    if (m.id == id) return std::move(m);
  FAIL("no manifest " << id);
  return {};
}

store::Entity priority(const std::string& id, const std::string& name) {
  store::Entity e;
  e.id = id;
  e.name = name;
  return e;
}

PsaFacts facts() {
  return {{"client-1", "board-1", "priority-1", "category-1", "status-1"}, {priority("p1", "critical"), priority("p2", "High")}};
}

std::string at(const json::object& settings, const std::string& path) {
  const json::value* value = host::setting_at(settings, path);
  return value == nullptr ? "absent" : value->is_string() ? std::string(value->get_string()) : json::to_string(*value);
}

}  // namespace

TEST_CASE("the PSA's defaults fill what the provider needs") {
  const json::object s = pair_settings(manifest("stellar-cyber"), {}, {}, facts());
  CHECK(at(s, "boardId") == "board-1");
  CHECK(at(s, "fallbackBoardId") == "board-1");
  CHECK(at(s, "fallbackClientId") == "client-1");
  CHECK(at(s, "defaultClientId") == "client-1");
  CHECK(at(s, "categoryId") == "category-1");
  CHECK(at(s, "closedStatusId") == "status-1");
  CHECK(at(s, "severityPriorityMap.critical") == "priority-1");
  CHECK(at(s, "severityPriorityMap.low") == "priority-1");
  CHECK(at(s, "subcategoryId") == "absent");
  CHECK(host::missing_settings(manifest("stellar-cyber"), s).empty());
  CHECK(host::missing_settings(manifest("huntress"), pair_settings(manifest("huntress"), {}, {}, facts())).empty());
}

TEST_CASE("without a default priority the manifest's names choose") {
  PsaFacts psa = facts();
  psa.defaults.priority_id.clear();
  const json::object s = pair_settings(manifest("stellar-cyber"), {}, {}, psa);
  CHECK(at(s, "severityPriorityMap.critical") == "p1");
  CHECK(at(s, "severityPriorityMap.high") == "p2");
  CHECK(at(s, "severityPriorityMap.low") == "absent");
}

TEST_CASE("keys give their settings and a key that is gone gives the default again") {
  const host::Manifest m = manifest("stellar-cyber");
  const json::object configured{{"minScore", 50}, {"caseTag", "seen"}};
  json::object s = pair_settings(m, {}, configured, facts());
  CHECK(at(s, "minScore") == "50");
  CHECK(at(s, "caseTag") == "seen");
  s = pair_settings(m, s, json::object{{"minScore", 60}}, facts());
  CHECK(at(s, "minScore") == "60");
  CHECK(at(s, "caseTag") == "absent");
}

TEST_CASE("what the account says and how far the walk is stays, and the PSA's part stays while it is away") {
  const host::Manifest m = manifest("stellar-cyber");
  const json::object stored{{"accountName", "api"}, {"apiUserId", "u1"}, {"caseCursor", "2026-01-01T00:00:00Z"}, {"boardId", "old"}};
  json::object s = pair_settings(m, stored, {}, std::nullopt);
  CHECK(at(s, "accountName") == "api");
  CHECK(at(s, "apiUserId") == "u1");
  CHECK(at(s, "caseCursor") == "2026-01-01T00:00:00Z");
  CHECK(at(s, "boardId") == "old");
  s = pair_settings(m, stored, json::object{{"apiUserId", "u2"}}, facts());
  CHECK(at(s, "apiUserId") == "u2");
  CHECK(at(s, "boardId") == "board-1");
}
