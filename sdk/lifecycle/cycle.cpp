#include "sdk/lifecycle/cycle.hpp"

#include <algorithm>
#include <set>

#include "sdk/common/time_text.hpp"
#include "sdk/lifecycle/fingerprint.hpp"
#include "sdk/lifecycle/metadata.hpp"
#include "sdk/lifecycle/walk.hpp"

namespace picket::lifecycle {
namespace {

// A list may be served from a copy that lags behind: an older version of a finding than the one last processed changes nothing. A version
// from the future is a mistake of some clock, and would hide all that come before its time.
bool is_stale(std::string_view before, std::string_view listed, Time now) {
  const std::string_view before_version = version_of(before);
  const std::string_view listed_version = version_of(listed);
  return !before_version.empty() && !listed_version.empty() && listed_version < before_version &&
         before_version <= format_time(now + Walk::plausible_future);
}

// The cycle as a whole has to end; everything else concerns one finding.
bool ends_the_cycle(Status status) { return status == Status::cancelled || status == Status::deadline || status == Status::unavailable; }

void add_route(TicketDraft& draft, Vendor::Opening& opening, const std::string& external_id) {
  draft.title = std::move(opening.title);
  draft.body_markdown = std::move(opening.body_markdown);
  draft.url = std::move(opening.url);
  draft.attributes = std::move(opening.attributes);
  draft.may_exist = opening.may_exist;
  draft.source_reference = external_id;
}

}  // namespace

const Alert* Known::alert(const std::string& external_id) const {
  const auto found = alerts.find(external_id);
  return found == alerts.end() ? nullptr : &found->second;
}

std::optional<Mapping> Known::mapping(const std::string& organization_id) const {
  const auto found = mappings.find(organization_id);
  return found == mappings.end() ? std::nullopt : std::optional(found->second);
}

struct Cycle::Plan {
  Step step = Step::nothing;
  Target target = Target::client;
  std::optional<Mapping> mapping;
  const Alert* before = nullptr;
  bool recovers = false;  // its ticket is a minimal one, and can be made a full one
};

struct Cycle::Page {
  std::span<Finding> findings;
  Known known;
  std::vector<Plan> plans;
  std::vector<bool> handled;
  std::vector<ChangeSet> sets;
  std::vector<std::size_t> finding_of_set;
};

Cycle::Cycle(Ledger& ledger, Vendor& vendor, const Routing& routing, PollReport& report, Time now)
    : ledger_(ledger), vendor_(vendor), routing_(routing), report_(report), now_(now) {}

bool Cycle::run(std::vector<Finding> findings, const CursorRule& rule) {
  cursor_ = rule.current;
  bool gap = false;
  for (std::size_t begin = 0; begin < findings.size(); begin += page_size) {
    ledger_.progress(begin, findings.size());
    const std::size_t size = std::min(page_size, findings.size() - begin);
    const std::span<Finding> page(findings.data() + begin, size);
    const std::vector<bool> handled = run_page(page, true);
    std::optional<Time> reached;
    for (std::size_t i = 0; i < size && !gap; ++i) {
      gap = !handled[i];
      if (!gap && page[i].updated_at) reached = std::max(reached.value_or(Time::min()), *page[i].updated_at);
    }
    if (reached) move_cursor(rule, *reached);
  }
  ledger_.progress(findings.size(), findings.size());
  return !gap;
}

Known Cycle::read(std::span<const Finding> findings) {
  std::vector<std::string> ids;
  std::set<std::string> organizations;
  ids.reserve(findings.size());
  for (const Finding& f : findings) {
    ids.push_back(f.external_id);
    if (!f.organization_id.empty()) organizations.insert(f.organization_id);
  }
  Known known;
  for (Alert& alert : ledger_.find_alerts(ids)) {
    std::string id = alert.external_id;
    known.alerts.emplace(std::move(id), std::move(alert));
  }
  if (!organizations.empty()) {
    const std::vector<std::string> wanted(organizations.begin(), organizations.end());
    for (Mapping& mapping : ledger_.find_mappings(wanted)) {
      std::string id = mapping.external_id;
      known.mappings.emplace(std::move(id), std::move(mapping));
    }
  }
  return known;
}

Cycle::Plan Cycle::plan(const Finding& finding, const Known& known) const {
  Plan plan;
  if (!finding.error.empty()) return plan;
  plan.before = known.alert(finding.external_id);
  plan.mapping = known.mapping(finding.organization_id);
  plan.target = target_of(routing_, plan.mapping);
  Situation s;
  s.state = finding.state;
  s.target = plan.target;
  s.known = plan.before != nullptr;
  s.has_ticket = s.known && !plan.before->ticket_id.empty();
  s.changed = s.known && plan.before->fingerprint != finding.alert.fingerprint;
  s.stale = s.known && is_stale(plan.before->fingerprint, finding.alert.fingerprint, now_);
  s.was_resolved = s.known && plan.before->resolved_at.has_value();
  s.auto_close = routing_.auto_close;
  s.reopen = routing_.reopen;
  plan.step = decide(s);
  plan.recovers = s.has_ticket && plan.step != Step::nothing && finding.state != FindingState::gone && is_minimal(plan.before->metadata);
  return plan;
}

ChangeSet Cycle::change_set(const Finding& finding, const Known& known, const Plan& plan) {
  const auto& [step, target, mapping, before, recovers] = plan;
  ChangeSet set;
  Alert alert = finding.alert;
  alert.revision = before ? before->revision : 0;
  alert.failures = 0;
  if (!finding.organization_id.empty() && !known.mappings.contains(finding.organization_id)) {
    Mapping unmapped;
    unmapped.external_id = finding.organization_id;
    unmapped.external_name = vendor_.organization_name(finding.organization_id);
    set.mapping = std::move(unmapped);
  }
  switch (step) {
    case Step::nothing: break;
    case Step::record: vendor_.record(finding, before, alert); break;
    case Step::open_ticket: {
      Vendor::Opening opening = vendor_.open_ticket(finding, target, mapping, alert);
      set.open_ticket = route(routing_, target, mapping, alert.severity);
      set.notes = std::move(opening.notes);
      set.asset_link = std::move(opening.asset_link);
      add_route(*set.open_ticket, opening, finding.external_id);
      break;
    }
    case Step::note:
    case Step::note_and_close:
    case Step::note_and_reopen: {
      const Vendor::Update update = recovers ? restate(finding, plan, alert, set) : vendor_.update_ticket(finding, *before, alert);
      set.notes.insert(set.notes.end(), update.notes.begin(), update.notes.end());
      set.body_markdown = update.body_markdown;
      if (step == Step::note_and_close && !update.own_state) {
        set.ticket_action = TicketAction::close;
        set.status_id = routing_.closed_status_id;
      }
      if (step == Step::note_and_reopen && !update.own_state) set.ticket_action = TicketAction::reopen;
      if (!update.own_severity && !recovers) set.priority_id = raised_priority(routing_, before->severity, alert.severity).value_or("");
      break;
    }
  }
  set.alert = std::move(alert);
  return set;
}

// A minimal ticket becomes what it would be if it had opened well. Only its client stays: a technician may have chosen it.
Vendor::Update Cycle::restate(const Finding& finding, const Plan& plan, Alert& alert, ChangeSet& set) {
  Vendor::Opening opening = vendor_.open_ticket(finding, plan.target, plan.mapping, alert);
  set.restated_ticket = route(routing_, plan.target, plan.mapping, alert.severity);
  set.restated_ticket->title = std::move(opening.title);
  set.restated_ticket->body_markdown = std::move(opening.body_markdown);
  set.asset_link = std::move(opening.asset_link);
  Vendor::Update update;
  update.notes = std::move(opening.notes);
  update.notes.insert(update.notes.begin(), "This finding can be processed now; title, priority and description are those of any other.");
  return update;
}

// The alert as it was (or as the vendor gives it, when there is none yet) with the error, to be tried again by the next poll.
ChangeSet Cycle::failure(const Finding& finding, const Known& known, const std::string& error, bool& opens_ticket) {
  const Alert* before = known.alert(finding.external_id);
  ChangeSet set;
  Alert alert = before ? *before : finding.alert;
  alert.external_id = finding.external_id;
  alert.revision = before ? before->revision : 0;
  alert.failures = (before ? before->failures : 0) + 1;
  alert.fingerprint.clear();
  if (!before) alert.asset_id.clear();
  const bool has_ticket = before && !before->ticket_id.empty();
  opens_ticket = alert.failures >= failures_until_minimal_ticket && !has_ticket && finding.state == FindingState::open &&
                 target_of(routing_, known.mapping(finding.organization_id)) != Target::opted_out;
  alert.metadata = with_processing_error(alert.metadata, alert.failures, error, now_, opens_ticket);
  if (opens_ticket) {
    Vendor::Opening opening = vendor_.minimal_ticket(finding.external_id, alert.failures, error);
    set.open_ticket.emplace();
    set.open_ticket->client_id = routing_.fallback_client_id;
    set.open_ticket->board_id = routing_.fallback_board_id;
    set.notes = std::move(opening.notes);
    add_route(*set.open_ticket, opening, finding.external_id);
  }
  set.alert = std::move(alert);
  return set;
}

Ledger::Outcome Cycle::apply_one(const ChangeSet& set) {
  Ledger::Outcome result;
  ledger_.apply({&set, 1}, [&](std::size_t, Ledger::Outcome&& outcome) { result = std::move(outcome); });
  return result;
}

bool Cycle::record_failure(const Finding& finding, const std::string& error) {
  ++report_.failed;
  report_.errors.push_back({finding.external_id, error});
  const Known known = read({&finding, 1});
  bool opens_ticket = false;
  ChangeSet set = failure(finding, known, error, opens_ticket);
  Ledger::Outcome outcome = apply_one(set);
  if (outcome.status != Status::ok && opens_ticket) {
    // Not even the minimal ticket can be opened: keep the record at least.
    set.open_ticket.reset();
    set.notes.clear();
    opens_ticket = false;
    outcome = apply_one(set);
  }
  if (opens_ticket) ++report_.created;
  return outcome.status == Status::ok;
}

std::vector<bool> Cycle::run_page(std::span<Finding> findings, bool again_after_conflict) {
  Page page{findings, read(findings), {}, std::vector<bool>(findings.size(), false), {}, {}};
  vendor_.review(page.findings, page.known);
  for (const Finding& finding : findings) page.plans.push_back(plan(finding, page.known));
  prepare(page);
  build(page);
  settle(page, apply(page), again_after_conflict);
  return std::move(page.handled);
}

void Cycle::prepare(const Page& page) {
  std::vector<const Finding*> opening;
  std::vector<const Mapping*> mappings;
  std::set<std::string> unknown_organizations;
  for (std::size_t i = 0; i < page.findings.size(); ++i) {
    const Plan& plan = page.plans[i];
    if (plan.step == Step::nothing) continue;
    const Finding& finding = page.findings[i];
    if (!finding.organization_id.empty() && !plan.mapping) unknown_organizations.insert(finding.organization_id);
    if (plan.step != Step::open_ticket && !plan.recovers) continue;
    opening.push_back(&finding);
    mappings.push_back(plan.mapping ? &*plan.mapping : nullptr);
  }
  if (opening.empty() && unknown_organizations.empty()) return;
  const std::vector<std::string> unknown(unknown_organizations.begin(), unknown_organizations.end());
  vendor_.prepare(opening, mappings, unknown);
}

void Cycle::build(Page& page) {
  for (std::size_t i = 0; i < page.findings.size(); ++i) {
    const Finding& finding = page.findings[i];
    std::string error = finding.error;
    if (error.empty() && page.plans[i].step == Step::nothing) {
      ++report_.unchanged;
      page.handled[i] = true;
      continue;
    }
    if (error.empty()) {
      try {
        page.sets.push_back(change_set(finding, page.known, page.plans[i]));
        page.finding_of_set.push_back(i);
        continue;
      } catch (const Error& e) {
        if (ends_the_cycle(e.status())) throw;
        error = e.what();
      } catch (const std::exception& e) {
        error = e.what();
      }
    }
    page.handled[i] = record_failure(finding, error);
  }
}

// Counts each outcome as it is reported, so that what throws in between takes nothing back.
std::vector<Ledger::Outcome> Cycle::apply(const Page& page) {
  std::vector<Ledger::Outcome> outcomes(page.sets.size());
  if (page.sets.empty()) return outcomes;
  ledger_.apply(page.sets, [&](std::size_t s, Ledger::Outcome&& outcome) {
    if (outcome.status == Status::ok) count(page.plans[page.finding_of_set[s]].step, page.sets[s]);
    outcomes[s] = std::move(outcome);
  });
  return outcomes;
}

void Cycle::settle(Page& page, std::vector<Ledger::Outcome> outcomes, bool again_after_conflict) {
  for (std::size_t s = 0; s < outcomes.size(); ++s) {
    const std::size_t i = page.finding_of_set[s];
    if (outcomes[s].status == Status::ok) {
      page.handled[i] = true;
    } else if (outcomes[s].status == Status::conflict && again_after_conflict) {
      page.handled[i] = run_page(page.findings.subspan(i, 1), false)[0];
    } else {
      page.handled[i] =
          record_failure(page.findings[i], outcomes[s].message.empty() ? "the host refused it without a reason" : outcomes[s].message);
    }
  }
}

void Cycle::count(Step step, const ChangeSet& set) {
  switch (step) {
    case Step::nothing: break;
    case Step::record: ++report_.recorded; break;
    case Step::open_ticket: ++report_.created; break;
    case Step::note_and_close: report_.closed += set.ticket_action == TicketAction::close ? 1 : 0; [[fallthrough]];
    case Step::note:
    case Step::note_and_reopen: ++(set.notes.empty() ? report_.unchanged : report_.noted); break;
  }
}

void add_healing(PollReport& report, PollReport&& healing) {
  const std::uint64_t changed = healing.created + healing.noted + healing.recorded;
  report.collected += changed + healing.failed;
  report.created += healing.created;
  report.noted += healing.noted;
  report.closed += healing.closed;
  report.recorded += healing.recorded;
  report.failed += healing.failed;
  report.healed += changed;
  for (FindingError& e : healing.errors) report.errors.push_back(std::move(e));
}

void Cycle::move_cursor(const CursorRule& rule, Time to) {
  to = std::min(to, now_);
  if (!rule.may_move || rule.stream.empty() || (cursor_ && *cursor_ >= to)) return;
  ChangeSet set;
  set.cursor_stream = rule.stream;
  set.cursor_value = format_time(to);
  const Ledger::Outcome outcome = apply_one(set);
  if (outcome.status != Status::ok) throw Error(outcome.status, "the cursor could not be moved: " + outcome.message);
  cursor_ = to;
  report_.cursor = set.cursor_value;
}

}  // namespace picket::lifecycle
