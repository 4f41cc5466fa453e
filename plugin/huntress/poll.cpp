#include "plugin/huntress/poll.hpp"

#include <algorithm>
#include <tuple>

#include "sdk/common/text.hpp"
#include "sdk/common/time_text.hpp"

namespace huntress {

namespace json = picket::json;
namespace mirror = picket::mirror;
using mirror::Finding;
using mirror::FindingState;
using mirror::Target;
using picket::Alert;
using picket::Call;
using picket::ChangeSet;
using picket::Error;
using picket::LogLevel;
using picket::Mapping;
using picket::PollReport;
using picket::Status;
using picket::Time;

namespace {

constexpr int idle_page = 10;                    // an idle poll reads a page of this size: about 30 kB
constexpr std::size_t max_failing_retries = 10;  // findings tried again by id in one poll
constexpr std::size_t max_missing_reads = 30;    // open alerts that the vendor's open set lacks, read one by one in one sweep
constexpr int max_fill_tries = 5;
constexpr std::size_t default_budget = 20;

bool must_end(const Error& e) { return e.status() == Status::cancelled || e.status() == Status::deadline; }

// The state in which an alert of a finding that is done at the vendor was resolved.
std::optional<Time> resolved_at(const Incident& i, FindingState state, Time now) {
  if (state == FindingState::open) return std::nullopt;
  for (const auto& t : {i.closed_at, i.status_updated_at, i.updated_at})
    if (t) return t;
  return now;
}

}  // namespace

Poll::Poll(const picket::Services& services, const Call& call, const picket::Connection& connection, PollReport& report)
    : services_(services),
      call_(call),
      report_(report),
      settings_(read_settings(services.settings(call))),
      api_(services, call, connection.base_url),
      hosts_(api_),
      now_(services.now()),
      horizon_(time_cursor(started_stream).value_or(now_) - settings_.backfill),
      requests_before_(services.requests_sent()) {}

void Poll::run(bool sweep_now) {
  walk();
  if (walk_error_) throw Error(*walk_error_);
  if (!time_cursor(started_stream)) set_cursor(started_stream, now_);
  retry_failing();
  if (sweep_is_due(sweep_now)) sweep();
  fill();
}

// ---- walk ---------------------------------------------------------------------------------------------------------------------------

void Poll::walk() {
  const std::optional<Time> cursor = time_cursor(incidents_stream);
  report_.cursor = services_.cursor(call_, incidents_stream).value_or("");
  mirror::Walk walk({now_, cursor, std::chrono::seconds{60}, settings_.backfill});

  std::vector<Finding> findings;
  std::unordered_map<std::string, std::size_t> by_id;
  try {
    std::string token;
    bool more = true;
    while (more) {
      call_.check();
      const int limit = cursor && walk.pages() == 0 ? idle_page : Api::max_page;
      const Page page = api_.incidents("updated_at", {}, limit, token);
      std::vector<std::optional<Time>> times;
      times.reserve(page.rows.size());
      for (const json::value& row : page.rows) {
        std::optional<Finding> finding = to_finding(row);
        times.push_back(finding ? finding->updated_at : std::nullopt);
        if (!finding) continue;
        const auto [place, is_new] = by_id.try_emplace(finding->external_id, findings.size());
        if (is_new)
          findings.push_back(std::move(*finding));
        else if (findings[place->second].updated_at <= finding->updated_at)
          findings[place->second] = std::move(*finding);  // the row moved while the list was read: the later state counts
      }
      token = page.next_token;
      more = walk.page(times, token);
    }
    if (walk.token_repeated())
      throw Error(Status::unavailable,
                  "Huntress repeats one page of its incident list, so older incidents could not be reached; the cursor stays and the next poll tries again",
                  "pagination.next_page_token");
  } catch (const Error& e) {
    if (must_end(e)) throw;
    walk_error_ = e;  // what was read is processed all the same, but the cursor may not pass what was not read
  }
  several_pages_ = walk.pages() > (cursor ? 2u : 1u);

  std::erase_if(findings, [&](const Finding& f) { return is_before_horizon(f); });
  // Unknown times come last: they have no place in the order and must not hold the cursor back.
  const auto place = [](const Finding& f) { return std::tuple(f.updated_at.value_or(Time::max()), f.source); };
  std::sort(findings.begin(), findings.end(), [&](const Finding& a, const Finding& b) { return place(a) < place(b); });
  for (const Finding& f : findings) seen_.insert(f.external_id);
  report_.collected += findings.size();
  process(std::move(findings), report_, {incidents_stream, walk.complete() && !walk_error_, cursor, now_});
  if (walk.complete() && !walk_error_ && !cursor && report_.cursor.empty()) {
    set_cursor(incidents_stream, walk.until());
    report_.cursor = picket::format_time(walk.until());
  }
}

bool Poll::is_before_horizon(const Finding& f) const { return f.updated_at && *f.updated_at < horizon_; }

std::optional<Finding> Poll::to_finding(const json::value& row) {
  const std::optional<std::string> id = read_id(row);
  if (!id) {
    ++report_.failed;
    report_.errors.push_back({"", "Huntress listed an incident report without a readable id; it cannot be told apart from others, look for it in the portal"});
    return std::nullopt;
  }
  Incident incident = read_incident(row.get_object());
  Finding f;
  f.external_id = *id;
  f.organization_id = incident.organization_id;
  f.state = state_of(incident.status);
  f.updated_at = mirror::Walk::plausible(incident.updated_at, now_);
  f.alert.external_id = *id;
  f.alert.severity = incident.severity;
  f.alert.status = incident.status;
  f.alert.message = incident.subject;
  f.alert.external_device_id = incident.agent_id;
  f.alert.triggered_at = incident.sent_at;
  f.alert.resolved_at = resolved_at(incident, f.state, now_);
  f.alert.fingerprint = fingerprint_of(incident, f.updated_at);
  f.source = incidents_.size();
  incidents_.push_back(std::move(incident));
  return f;
}

// An incident that we know and Huntress does not any more.
Finding Poll::to_gone(const Alert& before) {
  Finding f;
  f.external_id = before.external_id;
  f.state = FindingState::ignored;
  f.alert = before;
  f.alert.status = "deleting";
  f.alert.resolved_at = now_;
  f.alert.incomplete = false;
  f.alert.fingerprint = "gone";
  const Snapshot snapshot = read_snapshot(before);
  f.organization_id = snapshot.incident.organization_id;
  f.source = incidents_.size();
  incidents_.push_back(snapshot.incident);
  return f;
}

void Poll::process(std::vector<Finding> findings, PollReport& report, const mirror::CursorRule& rule) {
  mirror::Cycle cycle(*this, *this, settings_.routing, report);
  cycle.run(std::move(findings), rule);
  incidents_.clear();  // their findings are done with
}

// ---- what failed before ---------------------------------------------------------------------------------------------------------------

std::vector<Finding> Poll::read_by_id(const std::vector<Alert>& alerts) {
  std::vector<std::string> ids;
  for (const Alert& a : alerts) ids.push_back(a.external_id);
  std::vector<Finding> findings;
  if (ids.empty()) return findings;
  const auto results = api_.incidents_by_id(ids);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    seen_.insert(ids[i]);
    if (results[i].value) {
      if (std::optional<Finding> finding = to_finding(json::value(*results[i].value))) findings.push_back(std::move(*finding));
    } else if (results[i].status == Status::not_found) {
      findings.push_back(to_gone(alerts[i]));
    } else {
      services_.log(call_, LogLevel::warning, "incident " + ids[i] + " could not be read: " + results[i].message);
    }
  }
  return findings;
}

void Poll::retry_failing() {
  std::vector<Alert> failing = services_.list_alerts(call_, picket::AlertState::failing, max_failing_retries);
  std::erase_if(failing, [&](const Alert& a) { return seen_.contains(a.external_id); });
  process(read_by_id(failing), report_, {});
}

// ---- sweep ----------------------------------------------------------------------------------------------------------------------------

// A walk over several pages may have missed rows where the list shifted or times tied at a page's edge: then the sweep looks after it.
bool Poll::sweep_is_due(bool now) const {
  const std::optional<Time> last = time_cursor(sweep_stream);
  return now || several_pages_ || !last || now_ - *last >= settings_.sweep_interval;
}

void Poll::sweep() {
  std::unordered_set<std::string> listed;
  for (const char* status : {"sent", "auto_remediating"}) sweep_list(status, listed);
  heal_missing(listed);
}

void Poll::sweep_list(const std::string& status, std::unordered_set<std::string>& listed) {
  std::set<std::string> tokens;
  std::string token;
  do {
    call_.check();
    // By id: an order that updates do not disturb, with other page edges than the walk's.
    const Page page = api_.incidents("id", status, Api::max_page, token);
    std::vector<Finding> findings;
    std::vector<std::string> old_ids;
    for (const json::value& row : page.rows) {
      std::optional<Finding> finding = to_finding(row);
      if (!finding || !listed.insert(finding->external_id).second) continue;
      if (is_before_horizon(*finding)) old_ids.push_back(finding->external_id);
      findings.push_back(std::move(*finding));
    }
    // What is older than the backfill matters only if we know it.
    std::unordered_set<std::string> known;
    if (!old_ids.empty())
      for (const Alert& a : find_alerts(old_ids)) known.insert(a.external_id);
    std::erase_if(findings, [&](const Finding& f) { return is_before_horizon(f) && !known.contains(f.external_id); });
    process_healing(std::move(findings));
    token = page.next_token;
    if (!token.empty() && !tokens.insert(token).second)
      throw Error(Status::unavailable, "Huntress repeats one page of its list of incidents with status " + status + "; the next poll sweeps again",
                  "pagination.next_page_token");
  } while (!token.empty());
}

void Poll::process_healing(std::vector<Finding> findings) {
  PollReport healing;
  process(std::move(findings), healing, {});
  report_.created += healing.created;
  report_.noted += healing.noted;
  report_.closed += healing.closed;
  report_.recorded += healing.recorded;
  report_.failed += healing.failed;
  report_.healed += healing.created + healing.noted + healing.recorded;
  for (picket::FindingError& e : healing.errors) report_.errors.push_back(std::move(e));
}

// Alerts that are open here and not in the vendor's open set: their incidents were closed, or removed, without our seeing it.
void Poll::heal_missing(const std::unordered_set<std::string>& listed) {
  std::vector<Alert> missing = services_.list_alerts(call_, picket::AlertState::open, 0);
  std::erase_if(missing, [&](const Alert& a) { return listed.contains(a.external_id) || state_of(a.status) != FindingState::open; });
  const bool all = missing.size() <= max_missing_reads;
  if (!all) missing.resize(max_missing_reads);
  process_healing(read_by_id(missing));
  if (all)
    set_cursor(sweep_stream, now_);  // else the sweep stays due, and the next poll goes on
  else
    services_.log(call_, LogLevel::warning, "more open alerts than expected are not in Huntress's open set; the next poll goes on comparing them");
}

// ---- filling in -------------------------------------------------------------------------------------------------------------------------

// Filling in keeps a poll within a third of the account's limit: the rest is for other users of the account and the next poll.
std::size_t Poll::request_budget() const {
  const std::size_t share = services_.request_limit() == 0 ? default_budget : services_.request_limit() / 3;
  const std::uint64_t used = services_.requests_sent() - requests_before_;
  return used >= share ? 0 : share - static_cast<std::size_t>(used);
}

void Poll::fill() {
  std::size_t budget = request_budget();
  if (budget == 0) return;
  const std::vector<Alert> alerts = services_.list_alerts(call_, picket::AlertState::incomplete, budget);
  if (alerts.empty()) return;
  std::set<std::string> agents;
  std::vector<std::string> wanting_remediations;
  for (const Alert& a : alerts) {
    const Snapshot s = read_snapshot(a);
    if (s.pending_host) agents.insert(s.incident.agent_id);
  }
  if (const std::string problem = hosts_.list_if_many(agents); !problem.empty()) services_.log(call_, LogLevel::warning, problem);
  hosts_.read_each(agents, request_budget());
  budget = request_budget();
  for (const Alert& a : alerts)
    if (wanting_remediations.size() < budget && read_snapshot(a).pending_remediations) wanting_remediations.push_back(a.external_id);
  const auto remediations = wanting_remediations.empty() ? std::vector<Result<std::vector<Remediation>>>{} : api_.remediations(wanting_remediations);
  for (const Alert& a : alerts) {
    call_.check();
    const auto place = std::find(wanting_remediations.begin(), wanting_remediations.end(), a.external_id);
    fill_one(a, place == wanting_remediations.end() ? nullptr : &remediations[static_cast<std::size_t>(place - wanting_remediations.begin())]);
  }
}

void Poll::fill_one(const Alert& alert, const Result<std::vector<Remediation>>* remediations) {
  Snapshot s = read_snapshot(alert);
  ChangeSet set;
  set.alert = alert;
  bool changed = false;
  bool body_changed = false;
  if (s.pending_host) {
    const Host host = hosts_.find(s.incident.agent_id);
    if (host.state == Host::State::pending) {
      if (++*s.pending_host >= max_fill_tries) {
        s.host.state = Host::State::gone;
        s.pending_host.reset();
        body_changed = true;
      }
    } else {
      s.host = host;
      s.pending_host.reset();
      body_changed = true;
    }
    changed = true;
  }
  if (s.pending_remediations && remediations != nullptr) {
    if (remediations->value) {
      s.incident.remediations = *remediations->value;
      s.incident.remediation_count = s.incident.remediations.size();
      s.pending_remediations.reset();
      body_changed = true;
    } else if (++*s.pending_remediations >= max_fill_tries) {
      s.pending_remediations.reset();
    }
    changed = true;
  }
  if (!changed) return;
  if (s.host.state == Host::State::known && set.alert->device_name.empty()) {
    set.alert->device_name = s.host.agent.hostname;
    const std::string& organization = s.incident.organization_id;
    const auto mappings = organization.empty() ? std::vector<Mapping>{} : find_mappings({&organization, 1});
    if (!mappings.empty() && mirror::target_of(mappings.front()) == Target::client) {
      load_assets({mappings.front().client_id});
      set.asset_link = link_asset(s, mappings.front().client_id, *set.alert);
    }
  }
  set.alert->incomplete = s.incomplete();
  set.alert->metadata = write_snapshot(s);
  if (body_changed && !alert.ticket_id.empty()) set.body_markdown = body(s.incident, context_of(s));
  const Outcome outcome = apply({&set, 1}).at(0);
  if (outcome.status != Status::ok && outcome.status != Status::conflict)
    services_.log(call_, LogLevel::warning, "ticket of incident " + alert.external_id + " could not be completed: " + outcome.message);
}

Context Poll::context_of(const Snapshot& s) const {
  return {s.host, s.organization_name, s.portal_url, mirror::rank_of(settings_.routing, s.incident.severity).known};
}

// ---- cursors ------------------------------------------------------------------------------------------------------------------------------

std::optional<Time> Poll::time_cursor(const char* stream) const {
  const std::optional<std::string> value = services_.cursor(call_, stream);
  if (!value || value->empty()) return std::nullopt;
  const std::optional<Time> t = picket::parse_time(*value);
  if (!t) throw Error(Status::invalid, "the cursor \"" + std::string(stream) + "\" is \"" + *value + "\"; expected a time such as 2026-06-09T14:00:00Z", stream);
  // A cursor in the future would hide everything until then.
  return std::min(*t, services_.now());
}

void Poll::set_cursor(const char* stream, Time t) {
  ChangeSet set;
  set.cursor_stream = stream;
  set.cursor_value = picket::format_time(t);
  const Outcome outcome = apply({&set, 1}).at(0);
  if (outcome.status != Status::ok) throw Error(outcome.status, "the cursor \"" + std::string(stream) + "\" could not be written: " + outcome.message);
}

// ---- Ledger ---------------------------------------------------------------------------------------------------------------------------------

std::vector<Alert> Poll::find_alerts(std::span<const std::string> external_ids) { return services_.find_alerts(call_, external_ids); }

std::vector<Mapping> Poll::find_mappings(std::span<const std::string> external_ids) { return services_.find_mappings(call_, external_ids); }

std::vector<Poll::Outcome> Poll::apply(std::span<const ChangeSet> sets) {
  std::vector<Outcome> outcomes;
  outcomes.reserve(sets.size());
  for (picket::ApplyOutcome& o : services_.apply(call_, sets)) outcomes.push_back({o.status, std::move(o.ticket_id), std::move(o.message)});
  return outcomes;
}

void Poll::progress(std::uint64_t done, std::uint64_t total) {
  call_.progress(done, total);
  call_.check();
}

// ---- Vendor ---------------------------------------------------------------------------------------------------------------------------------

void Poll::prepare(std::span<const Finding* const> opening, std::span<const Mapping* const> mappings,
                   std::span<const std::string> unknown_organizations) {
  constexpr std::size_t few_organizations = 3;
  std::vector<std::string> unknown;
  for (const std::string& id : unknown_organizations)
    if (!organization_names_.contains(id)) unknown.push_back(id);
  try {
    if (unknown.size() > few_organizations)
      api_.each_organization([&](const Organization& o) {
        organization_names_[o.id] = o.name;
        return true;
      });
    else if (!unknown.empty())
      for (const Result<Organization>& o : api_.organizations_by_id(unknown))
        if (o.value) organization_names_[o.value->id] = o.value->name;
  } catch (const Error& e) {
    if (must_end(e)) throw;
    services_.log(call_, LogLevel::warning, std::string("the names of new organizations could not be read: ") + e.what());
  }

  std::set<std::string> agents;
  std::set<std::string> clients;
  for (std::size_t i = 0; i < opening.size(); ++i) {
    const Incident& incident = incidents_[opening[i]->source];
    if (incident.agent_id.empty()) continue;
    agents.insert(incident.agent_id);
    if (mappings[i] != nullptr && !mappings[i]->client_id.empty()) clients.insert(mappings[i]->client_id);
  }
  if (const std::string problem = hosts_.list_if_many(agents); !problem.empty())
    services_.log(call_, LogLevel::warning, "hosts could not be listed, tickets get theirs later: " + problem);
  load_assets(clients);
}

void Poll::load_assets(const std::set<std::string>& client_ids) {
  std::vector<std::string> wanted;
  for (const std::string& id : client_ids)
    if (assets_.try_emplace(id).second) wanted.push_back(id);
  if (wanted.empty()) return;
  for (picket::Asset& asset : services_.assets(call_, wanted)) {
    std::vector<picket::Asset>& of_name = assets_[asset.client_id][picket::text::fold(asset.name)];
    of_name.push_back(std::move(asset));
  }
}

std::string Poll::organization_name(const std::string& organization_id) {
  const auto found = organization_names_.find(organization_id);
  return found == organization_names_.end() ? "Huntress organization " + organization_id : found->second;
}

std::optional<picket::AssetLink> Poll::link_asset(const Snapshot& s, const std::string& client_id, Alert& alert) {
  const auto of_client = assets_.find(client_id);
  if (of_client == assets_.end() || s.host.state != Host::State::known) return std::nullopt;
  const auto of_name = of_client->second.find(picket::text::fold(s.host.agent.hostname));
  if (of_name == of_client->second.end()) return std::nullopt;
  const picket::Asset* asset = match_asset(s.host.agent, of_name->second);
  if (asset == nullptr) return std::nullopt;
  alert.asset_id = asset->asset_id;
  return picket::AssetLink{asset->asset_id, s.incident.agent_id, s.incident.organization_id};
}

Poll::Opening Poll::open_ticket(const Finding& finding, Target target, const std::optional<Mapping>& mapping, Alert& alert) {
  Snapshot s;
  s.incident = incidents_[finding.source];
  s.host = hosts_.find(s.incident.agent_id);
  if (s.host.state == Host::State::pending) s.pending_host = 0;
  if (s.incident.remediation_count > s.incident.remediations.size()) s.pending_remediations = 0;
  if (mapping)
    s.organization_name = mapping->external_name;
  else if (!finding.organization_id.empty())
    s.organization_name = organization_name(finding.organization_id);
  s.portal_url = portal_url(settings_.account_subdomain, finding.external_id);

  Opening opening;
  opening.title = title(s.incident, target == Target::fallback);
  opening.body_markdown = body(s.incident, context_of(s));
  opening.url = s.portal_url;
  opening.notes.push_back(audit_note(s.incident));
  if (target == Target::fallback) {
    const UnmappedReason reason = finding.organization_id.empty()              ? UnmappedReason::no_organization
                                  : mapping && !mapping->client_id.empty() ? UnmappedReason::client_unusable
                                                                              : UnmappedReason::not_mapped;
    opening.notes.push_back(unmapped_note(reason, finding.organization_id, s.organization_name));
  }
  if (s.host.state == Host::State::known) alert.device_name = s.host.agent.hostname;
  if (target == Target::client) opening.asset_link = link_asset(s, mapping->client_id, alert);
  alert.incomplete = s.incomplete();
  alert.metadata = write_snapshot(s);
  return opening;
}

std::string Poll::update_note(const Finding& finding, const Alert& before, Alert& alert) {
  Snapshot s = read_snapshot(before);
  const Incident old = s.incident;
  s.incident = incidents_[finding.source];
  keep_fetched_remediations(s.incident, old);
  if (s.pending_host && s.incident.agent_id.empty()) s.pending_host.reset();
  alert.device_name = before.device_name;
  alert.asset_id = before.asset_id;
  alert.incomplete = s.incomplete();
  alert.metadata = write_snapshot(s);
  return huntress::update_note(old, s.incident);
}

void Poll::record(const Finding& finding, const Alert* before, Alert& alert) {
  Snapshot s;
  if (before != nullptr) {
    s = read_snapshot(*before);
    alert.device_name = before->device_name;
    alert.asset_id = before->asset_id;
  }
  s.incident = incidents_[finding.source];
  s.pending_host.reset();
  s.pending_remediations.reset();
  if (s.portal_url.empty()) s.portal_url = portal_url(settings_.account_subdomain, finding.external_id);
  alert.incomplete = false;
  alert.metadata = write_snapshot(s);
}

Poll::Opening Poll::minimal_ticket(const std::string& external_id, std::uint32_t failures, const std::string& error) {
  Opening opening;
  opening.url = portal_url(settings_.account_subdomain, external_id);
  opening.title = minimal_title(external_id);
  opening.body_markdown = minimal_body(external_id, failures, error, opening.url);
  return opening;
}

std::string Poll::metadata_with_error(const std::string& metadata, std::uint32_t failures, const std::string& error) {
  return with_processing_error(metadata, failures, error, now_);
}

}  // namespace huntress
