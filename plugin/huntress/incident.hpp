// A Huntress incident report as we read it: every member cleaned, whatever shape it came in.
//
// Source of the shapes: the vendor's REST description (IncidentReport, Remediation, Agent) and what has been seen beside it: numbers as
// text, members that are null or missing, remediation parameters as objects or scalars, new enum values. Pure; any thread.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "picket/time.hpp"
#include "sdk/common/json.hpp"
#include "sdk/lifecycle/decide.hpp"

namespace huntress {

struct Remediation {
  std::string id;
  std::string type;
  std::string action;
  std::string status;
  std::vector<std::string> parameters;  // "path: c:\windows\..." or a bare value

  bool operator==(const Remediation&) const = default;
};

// A host as /v1/agents describes it.
struct Agent {
  std::string id;
  std::string hostname;
  std::string os;
  std::string ipv4_address;
  std::string external_ip;
  std::string serial_number;
  std::optional<picket::Time> last_callback_at;

  bool operator==(const Agent&) const = default;
};

struct Incident {
  std::string id;
  std::string organization_id;  // empty = none
  std::string agent_id;         // empty = no host is involved
  std::string severity;         // low, high, critical, or a new word
  std::string status;           // sent, closed, dismissed, auto_remediating, deleting, partner_dismissed, or a new word
  std::string subject;
  std::string summary;  // the analyst's words; the generated body where there are none
  std::string platform;
  std::vector<std::string> indicator_types;
  std::map<std::string, std::int64_t> indicator_counts;  // only those above zero
  std::vector<Remediation> remediations;
  std::uint64_t remediation_count = 0;  // at the vendor; more than remediations.size() = the rest has to be fetched
  std::string updated_at_text;          // as the vendor wrote it
  std::optional<picket::Time> sent_at, status_updated_at, closed_at, updated_at;  // absent = null or not a date
  std::vector<std::string> repairs;                                               // what had to be repaired, for the audit note
};

// The incident's id, or nothing if this is no object with a readable id: then there is nothing to key it by.
std::optional<std::string> read_id(const picket::json::value&);

// Gives `to` the counts of `from`: those that grow while an incident is being worked on.
void take_counts(Incident& to, const Incident& from);

// Never throws: what cannot be read is absent, and repairs says so.
Incident read_incident(const picket::json::object&);
Remediation read_remediation(const picket::json::object&);
Agent read_agent(const picket::json::object&);

// A word that is not listed at the vendor counts as open: a finding may be looked at once too often, never too rarely.
picket::lifecycle::FindingState state_of(const std::string& status);

// Differs whenever the vendor changed the incident, and does not depend on our clock. updated_at orders its versions.
std::string fingerprint_of(const Incident&);

// The snapshot that an alert keeps (rmm_alerts.metadata), and the incident back from it. Members that are not the vendor's (host,
// pending, processing_error, ...) are added and read by those who own them.
picket::json::object to_snapshot(const Incident&);
Incident from_snapshot(const std::string& id, const std::string& severity, const std::string& status, const std::string& subject,
                       const picket::json::object& snapshot);

picket::json::object to_json(const Agent&);

}  // namespace huntress
