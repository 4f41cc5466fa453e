// The metadata of an alert (rmm_alerts.metadata): the incident's snapshot and, beside it, what Picket remembers about its ticket:
//   host               what the agent's look-up gave
//   organization_name  as shown in the body
//   portal_url
//   pending            {"host": n, "remediations": n}: parts of the body still to be filled in, and how often that was tried
//   processing_error   {"message", "attempts", "at"}: why the incident could not be processed
// Pure; any thread.
#pragma once
#include <optional>
#include <string>

#include "picket/model.hpp"
#include "plugin/huntress/content.hpp"
#include "plugin/huntress/incident.hpp"

namespace huntress {

struct Snapshot {
  Incident incident;
  Host host;
  std::string organization_name;
  std::string portal_url;
  std::optional<int> pending_host;          // tries so far
  std::optional<int> pending_remediations;  // tries so far

  bool incomplete() const { return pending_host || pending_remediations; }
};

std::string write_snapshot(const Snapshot&);
Snapshot read_snapshot(const picket::Alert&);

std::string with_processing_error(const std::string& metadata, unsigned attempts, const std::string& message, picket::Time at);

// The remediations of `now`, completed by those that an earlier look-up had already fetched beyond the inline ones.
void keep_fetched_remediations(Incident& now, const Incident& before);

}  // namespace huntress
