// A PSA in memory: alerts with revisions, mappings, cursors, tickets with their notes. Change sets are applied whole or not at all.
// Thread: one.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sdk/host/services.hpp"

namespace huntress::test {

struct Ticket {
  picket::TicketDraft draft;
  std::string body;
  std::string priority_id;
  std::vector<std::string> notes;
  std::vector<std::string> asset_ids;
  std::string status_id;
  bool closed = false;
  std::size_t first_notes = 0;  // those that came with the ticket

  std::size_t updates() const { return notes.size() - first_notes; }
};

class MemoryDesk final : public picket::host::Storage, public picket::host::Tickets, public picket::host::Directory {
 public:
  std::string settings() override { return settings_json; }
  std::optional<std::string> cursor(std::string_view stream) override;
  void find_alerts(std::span<const std::string_view>, const std::function<void(const picket::Alert&)>&) override;
  void list_alerts(std::int32_t state, std::size_t limit, const std::function<void(const picket::Alert&)>&) override;
  void find_mappings(std::span<const std::string_view>, const std::function<void(const picket::Mapping&)>&) override;
  void assets(std::span<const std::string_view>, const std::function<void(const picket::Asset&)>&) override;
  void apply(const picket::host::Call&, std::span<const picket::ChangeSet>, const Outcome&) override;

  // The tickets of an incident; more than one is a defect.
  std::vector<const Ticket*> tickets_of(std::int64_t incident) const;
  const Ticket& ticket_of(std::int64_t incident) const;  // the only one; throws if it is not
  const picket::Alert& alert(std::int64_t incident) const { return alerts.at(std::to_string(incident)); }
  bool has_alert(std::int64_t incident) const { return alerts.contains(std::to_string(incident)); }

  std::string settings_json;
  std::map<std::string, picket::Alert> alerts;
  std::map<std::string, picket::Mapping> mappings;
  std::map<std::string, std::string> cursors;
  std::map<std::string, Ticket> tickets;  // by id
  std::vector<picket::Asset> all_assets;
  std::size_t applied = 0;  // change sets that were not refused
  // Why a change set is refused; empty = it is taken.
  std::function<std::string(const picket::ChangeSet&)> refuse;

 private:
  picket::Status apply_one(const picket::ChangeSet&, std::string& ticket_id, std::string& message);

  std::map<std::string, std::uint64_t> written_;  // when an alert was last written
  std::uint64_t writes_ = 0;
};

}  // namespace huntress::test
