// A Stellar Cyber case and its parts, read from the vendor's JSON: whatever cannot be read is absent. Source of the members' names:
// published clients of the API. Times are epoch milliseconds there. Pure; any thread.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "picket/time.hpp"
#include "sdk/common/json.hpp"
#include "sdk/lifecycle/decide.hpp"

namespace stellar {

struct Case {
  std::string id;      // _id
  std::string number;  // ticket_id: the number that analysts use
  std::string name;
  std::string severity;  // Critical, High, Medium, Low
  std::string status;    // New, In Progress, Escalated, Resolved, Cancelled
  std::string score;     // a number, as text
  std::string tenant_id;
  std::string tenant_name;
  std::string assignee;     // a name, or the id if no name is known; empty = nobody
  std::string assignee_id;  // empty = not known
  std::vector<std::string> tags;
  std::optional<std::int64_t> size;     // alerts
  std::optional<std::int64_t> version;  // counted up by each change
  std::string modified_by;              // a user's id
  std::optional<picket::Time> created_at, modified_at;
  std::optional<std::string> summary;  // absent unless the list was asked for it
};

// Nothing for a row that is no object or has no readable _id.
std::optional<Case> read_case(const picket::json::value& row);

// The members whose changes become notes, and nothing else.
picket::json::object to_snapshot(const Case&);
Case from_snapshot(const std::string& id, const picket::json::object&);

// Resolved and Cancelled (with one l or two) are closed; every other word, new ones included, is open.
picket::lifecycle::FindingState state_of(std::string_view status);

std::optional<double> score_of(const Case&);

// Whether the same user is assigned, whose name is not always known.
bool same_assignee(const Case& before, const Case& now);

// Changes with everything that a modification of the case changes, and does not depend on our clock.
std::string fingerprint_of(const Case&);

struct Comment {
  std::string id;
  std::string user;     // a name, or the id if no name is known
  std::string user_id;  // empty if `user` is a name
  std::string text;
  bool is_cut = false;  // the text was longer
  std::string digest;   // of all its words
  std::optional<picket::Time> created_at;
};
std::optional<Comment> read_comment(const picket::json::value& row);  // nothing without a readable _id

struct CaseAlert {
  std::string id;
  std::string index;
  std::string name;
  std::string score;
};
CaseAlert read_alert(const picket::json::object& doc);

// "url": {"https://a", "https://b"}: each observable as one line of text.
struct Observables {
  std::string kind;
  std::vector<std::string> values;
};
std::vector<Observables> read_observables(const picket::json::object& by_kind);

}  // namespace stellar
