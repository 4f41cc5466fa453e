// Ticket events -> Stellar Cyber: comments, severities, statuses, the tag. Events of different cases go out side by side, those of one case
// one after the other.
//
// A comment ends with the event's mark, so that after an unknown outcome it can be looked for. A severity or status is noted in the alert's
// snapshot before it is written, so that the poll that sees it at the vendor knows it for ours whatever happened in between. Once it is
// written it is what we know of the case: if somebody takes it back before the next poll, that is news.
// Thread: one call at a time.
#pragma once
#include <deque>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "plugin/stellar-cyber/api.hpp"
#include "plugin/stellar-cyber/settings.hpp"
#include "plugin/stellar-cyber/snapshot.hpp"
#include "sdk/provider/provider.hpp"

namespace stellar {

// One request that an event needs.
struct Step {
  std::string comment;  // a comment with this text, or
  std::string severity, status, tag;
};

// What a case will be once everything before an event is written; absent where that is not certain, since something of ours may or may not
// have been written.
struct Expected {
  std::optional<std::string> severity, status;
};
Expected expected_of(const Snapshot&);

// What an event means for a case, in order. What is not certain is written rather than not. Pure.
std::vector<Step> steps_for(const picket::TicketEvent&, const Settings&, const Expected&);

class Events {
 public:
  Events(const picket::Services&, const picket::Call&, const picket::Connection&, Session&, const picket::Provider::EventOutcome& outcome);

  void carry(std::span<const picket::TicketEvent> events);

 private:
  // An event on its way.
  struct Task {
    std::size_t index = 0;
    const picket::TicketEvent* event = nullptr;
    std::deque<Step> steps;
    bool look_first = false;   // the comment may be there already
    bool has_begun = false;    // something of it was sent
    bool has_comment = false;  // its comment is there
    int tries = 0;             // of the present step
  };
  struct CaseWork {
    std::deque<Task> tasks;
    picket::Alert alert;
    Snapshot snapshot;
    bool touched = false;  // the snapshot has to be written
  };

  void plan(std::span<const picket::TicketEvent> events);
  void look();
  void send();
  // The vendor has taken the first step of the first task.
  void written(CaseWork&);
  void step_done(CaseWork&);
  void end_task(CaseWork&, picket::Status, const std::string& message);
  // The call ends early: what has begun may have had an effect.
  void abandon();
  void save(bool all_must_succeed);

  const picket::Services& services_;
  const picket::Call& call_;
  Settings settings_;
  Api api_;
  const picket::Provider::EventOutcome& outcome_;
  std::map<std::string, CaseWork> cases_;
};

}  // namespace stellar
