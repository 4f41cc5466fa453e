#include "plugin/stellar-cyber/events.hpp"

#include <algorithm>

#include "plugin/stellar-cyber/content.hpp"
#include "sdk/common/text.hpp"

namespace stellar {

using picket::Alert;
using picket::ChangeSet;
using picket::Error;
using picket::Status;
using picket::TicketEvent;
using picket::TicketEventKind;

namespace {

constexpr int max_tries = 2;  // of a comment whose outcome was unknown and that is not there

bool is_closed(const std::string& status) { return state_of(status) == picket::lifecycle::FindingState::closed; }

picket::json::object change_of(const Step& step) {
  picket::json::object o;
  if (!step.severity.empty()) o["severity"] = step.severity;
  if (!step.status.empty()) o["status"] = step.status;
  if (!step.tag.empty()) {
    picket::json::array tags;
    tags.emplace_back(step.tag);
    o["tags"] = picket::json::object{{"add", std::move(tags)}};
  }
  return o;
}

// The vendor will never take it.
bool is_final(Status status) { return status == Status::invalid || status == Status::not_found; }

}  // namespace

Expected expected_of(const Snapshot& s) {
  Expected expected;
  if (s.own_severities.values().empty()) expected.severity = s.known.severity;
  if (s.own_statuses.values().empty()) expected.status = s.known.status;
  return expected;
}

std::vector<Step> steps_for(const TicketEvent& e, const Settings& settings, const Expected& expected) {
  const auto comment = [&] {
    Step step;
    step.comment = comment_text(e);
    return step;
  };
  std::vector<Step> steps;
  switch (e.kind) {
    case TicketEventKind::created: {
      steps.push_back(comment());
      Step tag;
      tag.tag = settings.case_tag;
      if (!tag.tag.empty()) steps.push_back(std::move(tag));
      break;
    }
    case TicketEventKind::note:
      if (!picket::text::clean_line(e.text, 10).text.empty()) steps.push_back(comment());
      break;
    case TicketEventKind::priority: {
      const auto severity = settings.severity_of_priority.find(picket::text::fold(e.after));
      if (!settings.sync_priority || severity == settings.severity_of_priority.end() || severity->second == expected.severity) break;
      Step step;
      step.severity = severity->second;
      steps.push_back(std::move(step));
      break;
    }
    case TicketEventKind::assignee:
      if (settings.tell_assignee) steps.push_back(comment());
      break;
    case TicketEventKind::closed: {
      if (!picket::text::clean_line(e.text, 10).text.empty()) steps.push_back(comment());
      if (expected.status && is_closed(*expected.status)) break;  // Cancelled stays Cancelled
      Step step;
      step.status = "Resolved";
      steps.push_back(std::move(step));
      break;
    }
    case TicketEventKind::reopened: {
      if (expected.status && !is_closed(*expected.status)) break;
      steps.push_back(comment());
      Step step;
      step.status = "In Progress";
      steps.push_back(std::move(step));
      break;
    }
  }
  return steps;
}

Events::Events(const picket::Services& services, const picket::Call& call, const picket::Connection& connection, Session& session,
               const picket::Provider::EventOutcome& outcome)
    : services_(services),
      call_(call),
      settings_(read_settings(services.settings(call))),
      api_(services, call, connection.base_url, session),
      outcome_(outcome) {}

void Events::carry(std::span<const TicketEvent> events) {
  plan(events);
  save(true);  // what is about to be written
  try {
    while (std::any_of(cases_.begin(), cases_.end(), [](const auto& c) { return !c.second.tasks.empty(); })) {
      call_.check();
      look();
      send();
    }
  } catch (...) {
    abandon();
    throw;
  }
  save(false);  // what was written; where that fails, the next poll still finds what was recorded before
}

void Events::abandon() {
  for (const auto& [id, work] : cases_)
    if (!work.tasks.empty() && work.tasks.front().has_begun)
      outcome_(work.tasks.front().index, Status::unknown_outcome, "the work ended before Stellar Cyber's answer was known");
}

void Events::plan(std::span<const TicketEvent> events) {
  std::vector<std::string> ids;
  for (const TicketEvent& e : events)
    if (std::find(ids.begin(), ids.end(), e.external_id) == ids.end()) ids.push_back(e.external_id);
  for (Alert& a : services_.find_alerts(call_, ids)) {
    CaseWork& work = cases_[a.external_id];
    work.snapshot = read_snapshot(a);
    work.alert = std::move(a);
  }
  std::map<std::string, Expected> expected;
  for (const auto& [id, work] : cases_) expected[id] = expected_of(work.snapshot);
  for (std::size_t i = 0; i < events.size(); ++i) {
    const TicketEvent& e = events[i];
    const auto found = cases_.find(e.external_id);
    if (found == cases_.end()) {
      outcome_(i, Status::not_found, "there is no record of the case " + e.external_id);
      continue;
    }
    CaseWork& work = found->second;
    Task task;
    task.index = i;
    task.event = &e;
    task.look_first = e.repeated;
    Expected& state = expected[e.external_id];
    for (Step& step : steps_for(e, settings_, state)) {
      if (!step.severity.empty()) {
        work.snapshot.own_severities.add(step.severity);
        state.severity = step.severity;
      }
      if (!step.status.empty()) {
        work.snapshot.own_statuses.add(step.status);
        state.status = step.status;
      }
      work.touched = work.touched || !step.severity.empty() || !step.status.empty();
      task.steps.push_back(std::move(step));
    }
    work.tasks.push_back(std::move(task));
  }
  // An event that needs nothing is done when its turn comes.
  for (auto& [id, work] : cases_)
    while (!work.tasks.empty() && work.tasks.front().steps.empty()) end_task(work, Status::ok, {});
}

// Comments that may be there already are looked for; those that are there are done.
void Events::look() {
  std::vector<std::string> ids;
  for (const auto& [id, work] : cases_)
    if (!work.tasks.empty() && work.tasks.front().look_first && !work.tasks.front().steps.front().comment.empty()) ids.push_back(id);
  const auto comments = api_.comments(ids);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    CaseWork& work = cases_.at(ids[i]);
    Task& task = work.tasks.front();
    if (!comments[i].value) {
      end_task(work, is_final(comments[i].status) ? comments[i].status : Status::unknown_outcome, comments[i].message);
      continue;
    }
    task.look_first = false;
    const bool is_there = std::any_of(comments[i].value->begin(), comments[i].value->end(),
                                      [&](const Comment& c) { return has_mark(c, task.event->event_id); });
    task.has_comment = is_there;
    if (is_there) step_done(work);
  }
}

void Events::send() {
  api_.sign_in();  // if that fails, nothing has begun
  std::vector<Api::Write> writes;
  std::vector<CaseWork*> works;
  for (auto& [id, work] : cases_) {
    if (work.tasks.empty() || (work.tasks.front().look_first && !work.tasks.front().steps.front().comment.empty())) continue;
    const Step& step = work.tasks.front().steps.front();
    Api::Write write;
    write.case_id = id;
    if (!step.comment.empty())
      write.comment = step.comment;
    else
      write.change = change_of(step);
    writes.push_back(std::move(write));
    works.push_back(&work);
    work.tasks.front().has_begun = true;
  }
  const auto results = api_.write(writes);
  for (std::size_t i = 0; i < writes.size(); ++i) {
    CaseWork& work = *works[i];
    Task& task = work.tasks.front();
    if (results[i].value) {
      written(work);
    } else if (results[i].status == Status::unknown_outcome && writes[i].comment && ++task.tries < max_tries) {
      task.look_first = true;
    } else {
      end_task(work, results[i].status, results[i].message);
    }
  }
}

void Events::written(CaseWork& work) {
  Task& task = work.tasks.front();
  const Step& step = task.steps.front();
  Snapshot& s = work.snapshot;
  ++s.own_writes;
  if (!step.comment.empty()) task.has_comment = true;
  if (!step.severity.empty()) {
    s.own_severities.remove(step.severity);
    s.known.severity = work.alert.severity = step.severity;
  }
  if (!step.status.empty()) {
    s.own_statuses.remove(step.status);
    s.known.status = work.alert.status = step.status;
    work.alert.resolved_at = is_closed(step.status) ? std::optional(services_.now()) : std::nullopt;
  }
  work.touched = true;
  step_done(work);
}

void Events::step_done(CaseWork& work) {
  Task& task = work.tasks.front();
  task.steps.pop_front();
  task.tries = 0;
  task.look_first = false;
  if (task.steps.empty()) end_task(work, Status::ok, {});
}

// Reports the first task of the case. After a failure that may pass, the later ones wait; those that need nothing more are done at once.
void Events::end_task(CaseWork& work, Status status, const std::string& message) {
  const Task task = std::move(work.tasks.front());
  work.tasks.pop_front();
  if (task.has_comment && status != Status::ok && !is_final(status))
    status = Status::unknown_outcome;  // tried again, but the comment is not written twice
  outcome_(task.index, status, message);
  if (is_final(status)) {  // it will not be written after all
    for (const Step& step : task.steps) {
      if (!step.severity.empty()) work.snapshot.own_severities.remove(step.severity);
      if (!step.status.empty()) work.snapshot.own_statuses.remove(step.status);
      work.touched = true;
    }
  } else if (status != Status::ok) {
    work.tasks.clear();
    return;
  }
  while (!work.tasks.empty() && work.tasks.front().steps.empty()) {
    const std::size_t index = work.tasks.front().index;
    work.tasks.pop_front();
    outcome_(index, Status::ok, {});
  }
}

void Events::save(bool all_must_succeed) {
  std::vector<ChangeSet> sets;
  std::vector<CaseWork*> works;
  for (auto& [id, work] : cases_) {
    if (!work.touched) continue;
    work.touched = false;
    ChangeSet set;
    set.alert = work.alert;
    set.alert->metadata = write_snapshot(work.snapshot);
    sets.push_back(std::move(set));
    works.push_back(&work);
  }
  if (sets.empty()) return;
  services_.apply(call_, sets, [&](std::size_t i, picket::ApplyOutcome&& outcome) {
    if (outcome.status == Status::ok)
      ++works[i]->alert.revision;
    else if (all_must_succeed)
      works[i]->tasks.clear();  // not recorded, so not written either: the host hands these events over again
  });
}

}  // namespace stellar
