#include "plugin/stellar-cyber/fill.hpp"

namespace stellar {

using picket::Alert;
using picket::AlertState;
using picket::ChangeSet;
using picket::Status;

namespace {

constexpr std::size_t max_filled = 50;
constexpr std::size_t max_looked_at = 6;

}  // namespace

Fill::Fill(const picket::Services& services, const picket::Call& call, Api& api, Tickets& tickets, picket::PollReport& report)
    : services_(services), call_(call), api_(api), tickets_(tickets), report_(report) {}

void Fill::run() {
  fill_incomplete();
  look_for_comments();
}

// The longest unwritten alerts with a ticket.
std::vector<Alert> Fill::first(AlertState state, std::size_t most, const std::function<bool(const Alert&)>& wanted) {
  std::vector<Alert> alerts;
  services_.list_alerts(call_, state, 0, [&](Alert&& a) {
    if (alerts.size() < most && !a.ticket_id.empty() && wanted(a)) alerts.push_back(std::move(a));
  });
  return alerts;
}

void Fill::fill_incomplete() {
  const std::vector<Alert> alerts = first(AlertState::incomplete, max_filled, [this](const Alert& a) {
    const Snapshot s = read_snapshot(a);
    return !s.imported && (s.parts_pending || s.comments_pending || tickets_.is_gathered(s));
  });
  std::vector<Snapshot> snapshots;
  for (const Alert& a : alerts) snapshots.push_back(read_snapshot(a));
  std::vector<std::string> ids;
  std::vector<Parts*> parts;
  std::vector<std::string> commented;
  for (Snapshot& s : snapshots) {
    if (s.parts_pending) {
      ids.push_back(s.known.id);
      parts.push_back(&s.parts);
    }
    if (s.comments_pending) commented.push_back(s.known.id);
  }
  tickets_.read_parts(ids, parts);
  const auto comments = api_.comments(commented);
  std::vector<ChangeSet> sets;
  std::size_t next_comments = 0;
  for (std::size_t i = 0; i < alerts.size(); ++i) {
    Snapshot& s = snapshots[i];
    ChangeSet set;
    if (tickets_.is_gathered(s)) set.notes.push_back(tickets_.gathered_note(s));
    if (s.parts_pending && s.parts.complete()) {
      set.body_markdown = tickets_.body_of(s);
      s.parts_pending = false;
    }
    if (s.comments_pending) {
      const auto& result = comments[next_comments++];
      if (result.value)
        for (std::string& note : tickets_.new_comments(s, *result.value)) set.notes.push_back(std::move(note));
      if (result.status == Status::not_found) s.comments_pending = false;  // the case is gone; the walk or a retry reports it
    }
    set.alert = alerts[i];
    set.alert->incomplete = s.incomplete();
    set.alert->metadata = write_snapshot(s);
    sets.push_back(std::move(set));
  }
  apply(std::move(sets));
}

void Fill::look_for_comments() {
  const std::vector<Alert> alerts = first(AlertState::open, max_looked_at, [this](const Alert& a) {
    return !a.incomplete && a.failures == 0 && !tickets_.changed().contains(a.external_id);
  });
  std::vector<std::string> ids;
  for (const Alert& a : alerts) ids.push_back(a.external_id);
  const auto comments = api_.comments(ids);
  std::vector<ChangeSet> sets;
  for (std::size_t i = 0; i < alerts.size(); ++i) {
    Snapshot s = read_snapshot(alerts[i]);
    ChangeSet set;
    if (comments[i].value) set.notes = tickets_.new_comments(s, *comments[i].value);
    set.alert = alerts[i];  // written in any case: then others are next
    set.alert->metadata = write_snapshot(s);
    sets.push_back(std::move(set));
  }
  apply(std::move(sets));
}

void Fill::apply(std::vector<ChangeSet> sets) {
  if (sets.empty()) return;
  services_.apply(call_, sets, [&](std::size_t i, picket::ApplyOutcome&& outcome) {
    if (outcome.status == Status::ok) report_.noted += sets[i].notes.empty() ? 0 : 1;
    // A conflict or a refusal changes nothing: the next poll reads the comments again.
  });
}

}  // namespace stellar
