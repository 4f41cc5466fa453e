#include "plugin/huntress/tickets.hpp"

#include "sdk/common/text.hpp"
#include "sdk/lifecycle/minor_changes.hpp"
#include "sdk/lifecycle/walk.hpp"

namespace huntress {

namespace json = picket::json;
namespace lifecycle = picket::lifecycle;
using lifecycle::Finding;
using lifecycle::FindingState;
using lifecycle::Target;
using picket::Alert;
using picket::Error;
using picket::Mapping;
using picket::Status;
using picket::Time;

namespace {

// When a finding that is done at the vendor was done.
std::optional<Time> resolved_at(const Incident& i, FindingState state, Time now) {
  if (state == FindingState::open) return std::nullopt;
  for (const auto& t : {i.closed_at, i.status_updated_at, i.updated_at})
    if (t) return t;
  return now;
}

const Incident& incident_of(const Finding& f) { return *static_cast<const Incident*>(f.source.get()); }

// The finding of an incident of which no more is known than what was stored.
Finding with_snapshot(Finding&& f, const Alert& before) {
  auto incident = std::make_shared<Incident>(read_snapshot(before).incident);
  f.organization_id = incident->organization_id;
  f.source = std::move(incident);
  return std::move(f);
}

bool lacks_remediations(const Incident& i) { return i.remediation_count > i.remediations.size(); }

}  // namespace

Tickets::Tickets(const picket::Services& services, const picket::Call& call, Api& api, const Settings& settings, Time now)
    : services_(services), call_(call), api_(api), settings_(settings), now_(now), hosts_(api) {}

void Tickets::log_warning(const std::string& message) const { services_.log(call_, picket::LogLevel::warning, message); }

// ---- rows to findings ---------------------------------------------------------------------------------------------------------------

std::optional<Finding> Tickets::to_finding(const json::value& row) const {
  const std::optional<std::string> id = read_id(row);
  if (!id) return std::nullopt;
  Incident incident = read_incident(row.get_object());
  Finding f;
  f.external_id = *id;
  f.organization_id = incident.organization_id;
  f.state = state_of(incident.status);
  f.updated_at = lifecycle::Walk::plausible(incident.updated_at, now_);
  f.alert.external_id = *id;
  f.alert.severity = incident.severity;
  f.alert.status = incident.status;
  f.alert.message = incident.subject;
  f.alert.external_device_id = incident.agent_id;
  f.alert.triggered_at = incident.sent_at;
  f.alert.resolved_at = resolved_at(incident, f.state, now_);
  f.alert.fingerprint = fingerprint_of(incident);
  f.source = std::make_shared<Incident>(std::move(incident));
  return f;
}

Finding Tickets::to_gone(const Alert& before) const { return with_snapshot(lifecycle::gone_finding(before, "deleting", now_), before); }

Finding Tickets::to_unread(const Alert& before, const std::string& error) {
  return with_snapshot(lifecycle::unread_finding(before, error), before);
}

// ---- look-ups -------------------------------------------------------------------------------------------------------------------------

void Tickets::prepare(std::span<const Finding* const> opening, std::span<const Mapping* const> mappings,
                      std::span<const std::string> unknown_organizations) {
  name_organizations(unknown_organizations);
  std::set<std::string> agents;
  std::set<std::string> clients;
  for (std::size_t i = 0; i < opening.size(); ++i) {
    const Incident& incident = incident_of(*opening[i]);
    if (incident.agent_id.empty()) continue;
    agents.insert(incident.agent_id);
    if (mappings[i] != nullptr && !mappings[i]->client_id.empty()) clients.insert(mappings[i]->client_id);
  }
  constexpr std::size_t max_agent_pages = 10;  // 5,000 agents; hosts that are still missing then are filled in later
  if (const std::string problem = hosts_.list_if_many(agents, max_agent_pages); !problem.empty())
    log_warning("hosts could not be listed, tickets get theirs later: " + problem);
  load_assets(clients);
}

void Tickets::name_organizations(std::span<const std::string> unknown_organizations) {
  constexpr std::size_t few_organizations = 3;
  std::vector<std::string> unknown;
  for (const std::string& id : unknown_organizations)
    if (!organization_names_.contains(id)) unknown.push_back(id);
  if (unknown.empty()) return;
  try {
    if (unknown.size() > few_organizations) {
      api_.each_organization([&](const Organization& o) { organization_names_[o.id] = o.name; });
    } else {
      for (const Result<Organization>& o : api_.organizations_by_id(unknown))
        if (o.value) organization_names_[o.value->id] = o.value->name;
    }
  } catch (const picket::ServiceError&) {
    throw;
  } catch (const Error& e) {
    if (e.status() == Status::cancelled || e.status() == Status::deadline) throw;
    log_warning(std::string("the names of new organizations could not be read: ") + e.what());
  }
}

std::string Tickets::organization_name(const std::string& organization_id) {
  const auto found = organization_names_.find(organization_id);
  return found == organization_names_.end() ? "Huntress organization " + organization_id : found->second;
}

void Tickets::load_assets(const std::set<std::string>& client_ids) {
  std::vector<std::string> wanted;
  for (const std::string& id : client_ids)
    if (assets_.try_emplace(id).second) wanted.push_back(id);
  if (wanted.empty()) return;
  for (picket::Asset& asset : services_.assets(call_, wanted)) {
    std::vector<picket::Asset>& of_name = assets_[asset.client_id][picket::text::fold(asset.name)];
    of_name.push_back(std::move(asset));
  }
}

std::optional<picket::AssetLink> Tickets::link_asset(const Snapshot& s, const std::string& client_id, Alert& alert) const {
  const auto of_client = assets_.find(client_id);
  if (of_client == assets_.end() || s.host.state != Host::State::known) return std::nullopt;
  const auto of_name = of_client->second.find(picket::text::fold(s.host.agent.hostname));
  if (of_name == of_client->second.end()) return std::nullopt;
  const picket::Asset* asset = match_asset(s.host.agent, of_name->second);
  if (asset == nullptr) return std::nullopt;
  alert.asset_id = asset->asset_id;
  return picket::AssetLink{asset->asset_id, s.incident.agent_id, s.incident.organization_id};
}

// ---- words ----------------------------------------------------------------------------------------------------------------------------

bool Tickets::is_gathered(const Snapshot& s) const { return lifecycle::is_gathered(s.unnoted_since, settings_.gathering, now_); }

std::string Tickets::gathered_note(Snapshot& s) {
  const Incident noted = s.noted();
  s.unnoted_since.reset();
  return update_note(noted, s.incident);
}

std::string Tickets::body_of(const Snapshot& s) const {
  Context context;
  context.host = s.host;
  context.organization_name = s.organization_name;
  context.url = s.portal_url;
  context.severity_is_known = lifecycle::rank_of(settings_.routing, s.incident.severity).known;
  context.more_remediations_come = s.pending_remediations.has_value();
  return body(s.incident, context);
}

Tickets::Opening Tickets::open_ticket(const Finding& finding, Target target, const std::optional<Mapping>& mapping, Alert& alert) {
  Snapshot s;
  s.incident = incident_of(finding);
  s.host = hosts_.find(s.incident.agent_id);
  if (s.host.state == Host::State::pending) s.pending_host.emplace();
  if (lacks_remediations(s.incident)) s.pending_remediations.emplace();
  if (mapping)
    s.organization_name = mapping->external_name;
  else if (!finding.organization_id.empty())
    s.organization_name = organization_name(finding.organization_id);
  s.portal_url = portal_url(settings_.account_subdomain, finding.external_id);

  Opening opening;
  opening.title = title(s.incident, target == Target::fallback);
  opening.body_markdown = body_of(s);
  opening.url = s.portal_url;
  opening.notes.push_back(audit_note(s.incident));
  if (target == Target::fallback) {
    const UnmappedReason reason = finding.organization_id.empty()          ? UnmappedReason::no_organization
                                  : mapping && !mapping->client_id.empty() ? UnmappedReason::client_unusable
                                                                           : UnmappedReason::not_mapped;
    opening.notes.push_back(unmapped_note(reason, finding.organization_id, s.organization_name));
  }
  if (s.host.state == Host::State::known) alert.device_name = s.host.agent.hostname;
  if (target == Target::client && mapping) opening.asset_link = link_asset(s, mapping->client_id, alert);
  alert.incomplete = s.incomplete();
  alert.metadata = write_snapshot(s);
  return opening;
}

Tickets::Update Tickets::update_ticket(const Finding& finding, const Alert& before, Alert& alert) {
  Snapshot s = read_snapshot(before);
  const Incident old = s.incident;
  const Incident noted = s.noted();
  s.incident = incident_of(finding);
  keep_fetched_remediations(s.incident, old);
  alert.device_name = before.device_name;
  alert.asset_id = before.asset_id;
  if (finding.state == FindingState::gone) {
    s.pending_host.reset();
    s.pending_remediations.reset();
  } else {
    // What came with this change is looked up as at the opening.
    if (s.incident.agent_id != old.agent_id) {
      s.host = hosts_.find(s.incident.agent_id);
      s.pending_host = s.host.state == Host::State::pending ? std::optional(Pending{}) : std::nullopt;
      alert.device_name = s.host.agent.hostname;
      alert.asset_id.clear();
    }
    if (!lacks_remediations(s.incident))
      s.pending_remediations.reset();
    else if (!s.pending_remediations)
      s.pending_remediations.emplace();
  }
  Update update;
  if (finding.state == FindingState::gone) {
    update.notes.push_back(gone_note(finding.external_id));
    s.unnoted_since.reset();
  } else if (std::string note = update_note(noted, s.incident); note.empty()) {
    s.unnoted_since.reset();
  } else if (lifecycle::is_noted_now(s.unnoted_since, is_minor_change(noted, s.incident), settings_.gathering, now_)) {
    update.notes.push_back(std::move(note));
  }
  take_counts(s.noted_counts, noted);
  alert.incomplete = s.incomplete();
  alert.metadata = write_snapshot(s);
  return update;
}

void Tickets::record(const Finding& finding, const Alert* before, Alert& alert) {
  Snapshot s;
  if (before != nullptr) {
    s = read_snapshot(*before);
    alert.device_name = before->device_name;
    alert.asset_id = before->asset_id;
  }
  s.incident = incident_of(finding);
  s.pending_host.reset();
  s.pending_remediations.reset();
  s.unnoted_since.reset();
  if (s.portal_url.empty()) s.portal_url = portal_url(settings_.account_subdomain, finding.external_id);
  alert.incomplete = false;
  alert.metadata = write_snapshot(s);
}

Tickets::Opening Tickets::minimal_ticket(const std::string& external_id, std::uint32_t failures, const std::string& error) {
  Opening opening;
  opening.url = portal_url(settings_.account_subdomain, external_id);
  opening.title = minimal_title(external_id);
  opening.body_markdown = minimal_body(external_id, failures, error, opening.url);
  return opening;
}

}  // namespace huntress
