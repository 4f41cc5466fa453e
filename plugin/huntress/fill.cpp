#include "plugin/huntress/fill.hpp"

#include <set>
#include <unordered_map>

namespace huntress {

using picket::Alert;
using picket::ChangeSet;
using picket::LogLevel;
using picket::Mapping;
using picket::Status;
using picket::Time;

Fill::Fill(const picket::Services& services, const picket::Call& call, Api& api, Tickets& tickets, Time now,
           std::function<std::size_t()> budget)
    : services_(services), call_(call), api_(api), tickets_(tickets), now_(now), budget_(std::move(budget)) {}

void Fill::run() {
  constexpr std::size_t most = 500;  // a page of the list of agents may serve as many
  if (budget_() == 0) return;
  const std::vector<Alert> alerts = due_alerts(most);
  if (alerts.empty()) return;
  std::set<std::string> agents;
  std::vector<std::string> lacking;
  for (const Alert& a : alerts) {
    const Snapshot s = read_snapshot(a);
    if (s.pending_host && s.pending_host->is_due(now_)) agents.insert(s.incident.agent_id);
    if (s.pending_remediations && s.pending_remediations->is_due(now_)) lacking.push_back(a.external_id);
  }
  if (const std::string problem = tickets_.hosts().list_if_many(agents, 2); !problem.empty())
    services_.log(call_, LogLevel::warning, problem);
  const std::set<std::string> asked = tickets_.hosts().read_each(agents, budget_());
  lacking.resize(std::min(lacking.size(), budget_()));
  std::unordered_map<std::string, Result<std::vector<Remediation>>> remediations;
  if (!lacking.empty()) {
    auto results = api_.remediations(lacking);
    for (std::size_t i = 0; i < lacking.size(); ++i) remediations.emplace(lacking[i], std::move(results[i]));
  }
  for (const Alert& a : alerts) {
    call_.check();
    const auto found = remediations.find(a.external_id);
    fill_one(a, asked.contains(a.external_device_id), found == remediations.end() ? nullptr : &found->second);
  }
}

std::vector<Alert> Fill::due_alerts(std::size_t most) {
  std::vector<Alert> due;
  services_.list_alerts(call_, picket::AlertState::incomplete, 0, [&](Alert&& a) {
    if (due.size() == most) return;
    const Snapshot s = read_snapshot(a);
    if ((s.pending_host && s.pending_host->is_due(now_)) || (s.pending_remediations && s.pending_remediations->is_due(now_)) ||
        tickets_.is_gathered(s))
      due.push_back(std::move(a));
  });
  return due;
}

void Fill::fill_one(const Alert& alert, bool host_was_asked, const Result<std::vector<Remediation>>* remediations) {
  Snapshot s = read_snapshot(alert);
  ChangeSet set;
  set.alert = alert;
  bool body_changed = false;
  bool tried = false;
  if (tickets_.is_gathered(s)) set.notes.push_back(Tickets::gathered_note(s));
  if (s.pending_host) {
    const Host host = tickets_.hosts().find(s.incident.agent_id);
    if (host.state != Host::State::pending) {
      s.host = host;
      s.pending_host.reset();
      body_changed = true;
    } else if (host_was_asked) {
      s.pending_host->failed(now_);
      tried = true;
    }
  }
  if (s.pending_remediations && remediations != nullptr) {
    if (remediations->value) {
      s.incident.remediations = *remediations->value;
      s.pending_remediations.reset();
      body_changed = true;
    } else if (remediations->status == Status::not_found) {
      s.pending_remediations.reset();
      body_changed = true;
    } else {
      s.pending_remediations->failed(now_);
      tried = true;
    }
  }
  if (!body_changed && !tried && set.notes.empty()) return;
  if (s.host.state == Host::State::known) set.alert->device_name = s.host.agent.hostname;
  if (set.alert->asset_id.empty()) set.asset_link = link_asset(s, *set.alert);
  set.alert->incomplete = s.incomplete();
  set.alert->metadata = write_snapshot(s);
  if (body_changed && !alert.ticket_id.empty()) set.body_markdown = tickets_.body_of(s);
  const picket::ApplyOutcome outcome = services_.apply(call_, {&set, 1}).at(0);
  if (outcome.status != Status::ok && outcome.status != Status::conflict)
    services_.log(call_, LogLevel::warning, "the ticket of incident " + alert.external_id + " could not be completed: " + outcome.message);
}

std::optional<picket::AssetLink> Fill::link_asset(const Snapshot& s, Alert& alert) {
  const std::string& organization = s.incident.organization_id;
  if (s.host.state != Host::State::known || organization.empty()) return std::nullopt;
  const std::vector<Mapping> mappings = services_.find_mappings(call_, {&organization, 1});
  if (mappings.empty() || picket::lifecycle::target_of(tickets_.routing(), mappings.front()) != picket::lifecycle::Target::client)
    return std::nullopt;
  tickets_.load_assets({mappings.front().client_id});
  return tickets_.link_asset(s, mappings.front().client_id, alert);
}

}  // namespace huntress
