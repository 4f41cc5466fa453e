// One cycle: walk the list of incidents back to the cursor, carry what is new into tickets, try again what failed, sweep the open set
// when that is due, and fill in what tickets still lack. Thread: one call at a time.
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "plugin/huntress/api.hpp"
#include "plugin/huntress/hosts.hpp"
#include "plugin/huntress/settings.hpp"
#include "plugin/huntress/snapshot.hpp"
#include "sdk/mirror/cycle.hpp"
#include "sdk/mirror/walk.hpp"

namespace huntress {

class Poll final : private picket::mirror::Ledger, private picket::mirror::Vendor {
 public:
  // Streams of picket_storage_1.cursor. `incidents` is the specification's incidentCursor.
  static constexpr const char* incidents_stream = "incidents";
  static constexpr const char* started_stream = "started";  // when the first poll ran: the backfill reaches back from here
  static constexpr const char* sweep_stream = "sweep";      // when the last whole sweep began

  Poll(const picket::Services&, const picket::Call&, const picket::Connection&, picket::PollReport&);

  void run(bool sweep_now);

 private:
  // The parts of a cycle, in their order.
  void walk();
  void retry_failing();
  void sweep();
  void fill();

  bool sweep_is_due(bool now) const;
  void sweep_list(const std::string& status, std::unordered_set<std::string>& listed);
  void heal_missing(const std::unordered_set<std::string>& listed);
  void process(std::vector<picket::mirror::Finding>, picket::PollReport&, const picket::mirror::CursorRule&);
  void process_healing(std::vector<picket::mirror::Finding>);
  std::vector<picket::mirror::Finding> read_by_id(const std::vector<picket::Alert>& alerts);
  std::optional<picket::mirror::Finding> to_finding(const picket::json::value& row);
  picket::mirror::Finding to_gone(const picket::Alert&);
  bool is_before_horizon(const picket::mirror::Finding&) const;
  void set_cursor(const char* stream, picket::Time);
  std::optional<picket::Time> time_cursor(const char* stream) const;
  std::size_t request_budget() const;
  void fill_one(const picket::Alert&, const Result<std::vector<Remediation>>*);
  Context context_of(const Snapshot&) const;
  std::optional<picket::AssetLink> link_asset(const Snapshot&, const std::string& client_id, picket::Alert&);
  void load_assets(const std::set<std::string>& client_ids);

  // Ledger
  std::vector<picket::Alert> find_alerts(std::span<const std::string> external_ids) override;
  std::vector<picket::Mapping> find_mappings(std::span<const std::string> external_ids) override;
  std::vector<Outcome> apply(std::span<const picket::ChangeSet>) override;
  void progress(std::uint64_t done, std::uint64_t total) override;

  // Vendor
  void prepare(std::span<const picket::mirror::Finding* const> opening, std::span<const picket::Mapping* const> mappings,
               std::span<const std::string> unknown_organizations) override;
  std::string organization_name(const std::string& organization_id) override;
  Opening open_ticket(const picket::mirror::Finding&, picket::mirror::Target, const std::optional<picket::Mapping>&, picket::Alert&) override;
  std::string update_note(const picket::mirror::Finding&, const picket::Alert& before, picket::Alert&) override;
  void record(const picket::mirror::Finding&, const picket::Alert* before, picket::Alert&) override;
  Opening minimal_ticket(const std::string& external_id, std::uint32_t failures, const std::string& error) override;
  std::string metadata_with_error(const std::string& metadata, std::uint32_t failures, const std::string& error) override;

  const picket::Services& services_;
  const picket::Call& call_;
  picket::PollReport& report_;
  Settings settings_;
  Api api_;
  Hosts hosts_;
  picket::Time now_;
  picket::Time horizon_;  // older incidents, unless known, are before the backfill
  std::uint64_t requests_before_;
  bool several_pages_ = false;
  std::optional<picket::Error> walk_error_;

  std::vector<Incident> incidents_;  // Finding::source is an index into it
  std::unordered_set<std::string> seen_;
  std::unordered_map<std::string, std::string> organization_names_;
  std::unordered_map<std::string, std::unordered_map<std::string, std::vector<picket::Asset>>> assets_;  // by client, then by folded name
};

}  // namespace huntress
