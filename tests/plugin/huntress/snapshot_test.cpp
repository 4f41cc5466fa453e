#include "plugin/huntress/snapshot.hpp"

#include <doctest/doctest.h>

#include "sdk/common/time_text.hpp"
#include "sdk/lifecycle/metadata.hpp"

using namespace huntress;
namespace json = picket::json;

namespace {

Remediation remediation(const std::string& id, const std::string& status = "unapproved") {
  return {id, "assisted", "Act " + id, status, {"path: c:\\x"}};
}

Snapshot full() {
  Snapshot s;
  s.incident.id = "42";
  s.incident.severity = "high";
  s.incident.status = "sent";
  s.incident.subject = "Malware";
  s.incident.summary = "one\ntwo";
  s.incident.organization_id = "7";
  s.incident.agent_id = "5";
  s.incident.platform = "windows";
  s.incident.indicator_types = {"footholds"};
  s.incident.indicator_counts = {{"footholds", 2}};
  s.incident.remediations = {remediation("1"), remediation("2")};
  s.incident.remediation_count = 12;
  s.incident.sent_at = picket::parse_time("2026-06-09T14:00:00Z");
  s.incident.updated_at = picket::parse_time("2026-06-09T15:00:00.25Z");
  s.incident.repairs = {"summary was shortened to 20000 characters"};
  s.host.state = Host::State::known;
  s.host.agent = {"5", "PC-1", "Windows 11", "10.0.0.5", "198.51.100.7", "SN1", picket::parse_time("2026-06-09T13:00:00Z")};
  s.organization_name = "Contoso";
  s.portal_url = "https://acme.huntress.io/incident_reports/42";
  s.pending_remediations = huntress::Pending{3, picket::parse_time("2026-06-09T16:00:00Z")};
  return s;
}

// As an alert holds it, and back.
Snapshot stored(const Snapshot& s) {
  picket::Alert alert;
  alert.external_id = s.incident.id;
  alert.severity = s.incident.severity;
  alert.status = s.incident.status;
  alert.message = s.incident.subject;
  alert.metadata = write_snapshot(s);
  return read_snapshot(alert);
}

}  // namespace

TEST_CASE("a snapshot comes back as it was written") {
  const Snapshot s = full();
  const Snapshot back = stored(s);
  CHECK(write_snapshot(back) == write_snapshot(s));
  CHECK(back.incident.remediations == s.incident.remediations);
  CHECK(back.incident.remediation_count == 12);
  CHECK(back.incident.summary == s.incident.summary);
  CHECK(back.incident.indicator_counts == s.incident.indicator_counts);
  CHECK(back.incident.updated_at == s.incident.updated_at);
  CHECK(back.incident.repairs == s.incident.repairs);
  CHECK(back.host.state == Host::State::known);
  CHECK(back.host.agent == s.host.agent);
  CHECK(back.organization_name == "Contoso");
  CHECK(back.portal_url == s.portal_url);
  CHECK_FALSE(back.pending_host);
  CHECK(back.pending_remediations == s.pending_remediations);
  CHECK(back.incomplete());
}

TEST_CASE("each state of a host survives") {
  Snapshot s = full();
  s.host = {Host::State::gone, {}};
  CHECK(stored(s).host.state == Host::State::gone);
  s.host = {Host::State::pending, {}};
  s.pending_host = huntress::Pending{};
  CHECK(stored(s).host.state == Host::State::pending);
  CHECK(stored(s).pending_host == huntress::Pending{});
  s.host = {Host::State::none, {}};
  s.pending_host.reset();
  s.incident.agent_id.clear();
  CHECK(stored(s).host.state == Host::State::none);
}

TEST_CASE("what is pending is tried again after ten minutes, then ever more rarely, and never given up") {
  const picket::Time now = *picket::parse_time("2026-06-09T14:00:00Z");
  huntress::Pending p;
  CHECK(p.is_due(now));
  std::vector<std::int64_t> minutes;
  for (int i = 0; i < 12; ++i) {
    p.failed(now);
    minutes.push_back(std::chrono::duration_cast<std::chrono::minutes>(*p.next - now).count());
    CHECK_FALSE(p.is_due(now));
    CHECK(p.is_due(*p.next));
  }
  CHECK(minutes == std::vector<std::int64_t>{10, 20, 40, 80, 160, 320, 640, 1280, 1280, 1280, 1280, 1280});
}

TEST_CASE("a minimal ticket is remembered until its real body is written") {
  picket::Alert alert;
  alert.metadata = picket::lifecycle::with_processing_error("{}", 3, "refused", {}, true);
  CHECK(picket::lifecycle::is_minimal(alert.metadata));
  CHECK_FALSE(picket::lifecycle::is_minimal(write_snapshot(full())));
}

TEST_CASE("metadata that is none is read as an empty snapshot") {
  for (const char* metadata :
       {"", "null", "[]", "<html>", "{", R"({"pending":7,"host":"x","remediations":{"items":"x"},"portal_url":[]})"}) {
    CAPTURE(metadata);
    picket::Alert alert;
    alert.external_id = "42";
    alert.severity = "high";
    alert.message = "Malware";
    alert.metadata = metadata;
    const Snapshot s = read_snapshot(alert);
    CHECK(s.incident.id == "42");
    CHECK(s.incident.severity == "high");
    CHECK(s.incident.subject == "Malware");
    CHECK(s.incident.remediations.empty());
    CHECK(s.host.state == Host::State::none);
    CHECK_FALSE(s.incomplete());
    const json::object failed =
        json::parse_object(picket::lifecycle::with_processing_error(metadata, 2, "refused\n\x1B[31m", {}, false), "metadata");
    CHECK(json::to_string(*failed.if_contains("processing_error")) ==
          R"({"message":"refused [31m","attempts":2,"at":"1970-01-01T00:00:00.000Z"})");
  }
}

TEST_CASE("an error leaves the rest of the metadata as it was") {
  const Snapshot s = full();
  json::object failed =
      json::parse_object(picket::lifecycle::with_processing_error(write_snapshot(s), 1, "refused", {}, false), "metadata");
  failed.erase("processing_error");
  CHECK(failed == json::parse_object(write_snapshot(s), "metadata"));
}

TEST_CASE("remediations that an earlier look-up fetched stay") {
  Incident before, now;
  before.remediations = {remediation("1"), remediation("2"), remediation("3"), remediation("", "x")};
  now.remediations = {remediation("1", "approved"), remediation("2")};
  now.remediation_count = 3;
  keep_fetched_remediations(now, before);
  REQUIRE(now.remediations.size() == 3);
  CHECK(now.remediations[0].status == "approved");
  CHECK(now.remediations[2].id == "3");

  now.remediations.resize(2);
  now.remediation_count = 2;
  keep_fetched_remediations(now, before);
  CHECK(now.remediations.size() == 2);
}
