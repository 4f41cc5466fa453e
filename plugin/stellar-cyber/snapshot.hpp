// The metadata of an alert (rmm_alerts.metadata): the case's snapshot and, beside it, what Picket remembers about it:
// - url
// - seen_comments: comments that were carried to the ticket or are our own, by id; {"id", "digest"}: with a digest of the words that were
//   carried; "all": every comment of the first look is old
// - own.severity, own.status: values of ours of which it is not certain whether they were written into the case
// - own.writes: how often we wrote into the case since the snapshot
// - pending: what is still to be read: "parts", "comments"
// - parts: those that were read, as long as others are pending
// - imported: true: taken over from another program; the first look at the case adds no note
// - unnoted: {"since", "score", "size"}: when the first change came that no note has shown, and what the ticket shows until then
// - what sdk/lifecycle/metadata.hpp lists
//
// Pure; any thread.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "picket/model.hpp"
#include "plugin/stellar-cyber/stellar_case.hpp"

namespace stellar {

// What a ticket's body shows beside the case itself. An absent part is still to be read.
struct Parts {
  std::optional<std::string> summary;
  std::optional<std::vector<Observables>> observables;
  std::optional<std::vector<CaseAlert>> alerts;

  bool complete() const { return summary && observables && alerts; }
};

// Values of ours in the order in which they are, or perhaps were, written. One that shows up at the vendor is no news, and neither are
// those before it.
class OwnValues {
 public:
  OwnValues() = default;
  explicit OwnValues(std::vector<std::string> values) : values_(std::move(values)) {}
  void add(const std::string& value);
  void remove(const std::string& value);  // it will not be written after all
  bool contains(const std::string& value) const;
  bool shows(const std::string& value);  // true: it is ours; forgets it and those before it
  const std::vector<std::string>& values() const { return values_; }

 private:
  std::vector<std::string> values_;
};

struct Snapshot {
  Case known;
  std::optional<picket::Time> unnoted_since;
  std::string noted_score;                 // while unnoted_since is set
  std::optional<std::int64_t> noted_size;  // the same
  std::string url;
  std::set<std::string> seen_comments;
  std::map<std::string, std::string> comment_digests;  // Comment::digest of seen comments of analysts, by id; absent = not known
  bool all_comments_seen = false;
  OwnValues own_severities, own_statuses;
  std::int64_t own_writes = 0;
  bool comments_pending = false;
  bool parts_pending = false;
  Parts parts;
  bool imported = false;

  bool incomplete() const { return comments_pending || parts_pending || unnoted_since; }
  // The case as the ticket shows it.
  Case noted() const;
};

std::string write_snapshot(const Snapshot&);
Snapshot read_snapshot(const picket::Alert&);

}  // namespace stellar
