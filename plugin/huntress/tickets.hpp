// The provider's part of the cycle: the look-ups that new tickets need, and their words. Thread: one call at a time.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "plugin/huntress/api.hpp"
#include "plugin/huntress/hosts.hpp"
#include "plugin/huntress/settings.hpp"
#include "plugin/huntress/snapshot.hpp"
#include "sdk/lifecycle/cycle.hpp"

namespace huntress {

class Tickets final : public picket::lifecycle::Vendor {
 public:
  Tickets(const picket::Services&, const picket::Call&, Api&, const Settings&, picket::Time now);

  // Nothing for a row without a readable id: such a row cannot be recognized again.
  std::optional<picket::lifecycle::Finding> to_finding(const picket::json::value& row) const;
  // An incident that we know and the vendor does not any more.
  picket::lifecycle::Finding to_gone(const picket::Alert&) const;
  // An incident that could not be read, and why.
  static picket::lifecycle::Finding to_unread(const picket::Alert&, const std::string& error);

  Hosts& hosts() { return hosts_; }
  const picket::lifecycle::Routing& routing() const { return settings_.routing; }
  std::string body_of(const Snapshot&) const;
  // Minor changes that were gathered: whether their note is due, and the note.
  bool is_gathered(const Snapshot&) const;
  static std::string gathered_note(Snapshot&);
  void load_assets(const std::set<std::string>& client_ids);
  // The asset that is the snapshot's host, among those of a client whose assets were loaded; sets the alert's asset_id.
  std::optional<picket::AssetLink> link_asset(const Snapshot&, const std::string& client_id, picket::Alert&) const;

  void prepare(std::span<const picket::lifecycle::Finding* const> opening, std::span<const picket::Mapping* const> mappings,
               std::span<const std::string> unknown_organizations) override;
  std::string organization_name(const std::string& organization_id) override;
  Opening open_ticket(const picket::lifecycle::Finding&, picket::lifecycle::Target, const std::optional<picket::Mapping>&,
                      picket::Alert&) override;
  Update update_ticket(const picket::lifecycle::Finding&, const picket::Alert& before, picket::Alert&) override;
  void record(const picket::lifecycle::Finding&, const picket::Alert* before, picket::Alert&) override;
  Opening minimal_ticket(const std::string& external_id, std::uint32_t failures, const std::string& error) override;

 private:
  void name_organizations(std::span<const std::string> unknown);
  void log_warning(const std::string& message) const;

  const picket::Services& services_;
  const picket::Call& call_;
  Api& api_;
  const Settings& settings_;
  picket::Time now_;
  Hosts hosts_;
  std::unordered_map<std::string, std::string> organization_names_;
  std::unordered_map<std::string, std::unordered_map<std::string, std::vector<picket::Asset>>> assets_;  // by client, then by folded name
};

}  // namespace huntress
