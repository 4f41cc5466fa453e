// The metadata of an alert (rmm_alerts.metadata): the incident's snapshot and, beside it, what Picket remembers about its ticket:
//   host               what the agent's look-up gave
//   organization_name  as shown in the body
//   portal_url
//   pending            {"host": {"tries", "next"}, "remediations": {...}}: parts of the body still to be filled in, how often that failed,
//                      and when to try again
//   unnoted            {"since", "counts"}: when the first change came that no note has shown, and the counts that the ticket shows
// and what sdk/lifecycle/metadata.hpp lists. Pure; any thread.
#pragma once
#include <optional>
#include <string>

#include "picket/model.hpp"
#include "plugin/huntress/content.hpp"
#include "plugin/huntress/incident.hpp"

namespace huntress {

// A part of the body that is still missing.
struct Pending {
  int tries = 0;                     // that failed
  std::optional<picket::Time> next;  // not before this; absent = at once

  bool is_due(picket::Time now) const { return !next || *next <= now; }
  // After another failure: ten minutes, then twice as long each time, up to a day. It is never given up while the vendor may recover.
  void failed(picket::Time now);

  bool operator==(const Pending&) const = default;
};

struct Snapshot {
  Incident incident;
  Host host;
  std::string organization_name;
  std::string portal_url;
  std::optional<Pending> pending_host;
  std::optional<Pending> pending_remediations;

  std::optional<picket::Time> unnoted_since;
  Incident noted_counts;  // while unnoted_since is set: no more than the counts

  bool incomplete() const { return pending_host || pending_remediations || unnoted_since; }
  // The incident as the ticket shows it.
  Incident noted() const;
};

std::string write_snapshot(const Snapshot&);
Snapshot read_snapshot(const picket::Alert&);

// The remediations of `now`, completed by those that an earlier look-up had already fetched beyond the inline ones.
void keep_fetched_remediations(Incident& now, const Incident& before);

}  // namespace huntress
