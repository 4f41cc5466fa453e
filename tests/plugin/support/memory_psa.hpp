// A PSA in memory: alerts with revisions, mappings, cursors, tickets with their notes. Change sets are applied whole or not at all.
// Thread: one.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sdk/host/services.hpp"

namespace picket::test {

struct Ticket {
  TicketDraft draft;
  std::string body;
  std::string priority_id;
  std::vector<std::string> notes;
  std::vector<std::string> asset_ids;
  std::string status_id;
  bool closed = false;
  std::size_t first_notes = 0;  // those that came with the ticket

  std::size_t updates() const { return notes.size() - first_notes; }
};

class MemoryPsa final : public host::Storage, public host::Tickets, public host::Directory {
 public:
  std::string settings() override;
  std::optional<std::string> cursor(std::string_view stream) override;
  void find_alerts(std::span<const std::string_view>, const std::function<void(const Alert&)>&) override;
  void list_alerts(std::int32_t state, std::size_t limit, const std::function<void(const Alert&)>&) override;
  void find_mappings(std::span<const std::string_view>, const std::function<void(const Mapping&)>&) override;
  void assets(std::span<const std::string_view>, const std::function<void(const Asset&)>&) override;
  void apply(const host::Call&, std::span<const ChangeSet>, const Outcome&) override;

  // The tickets of a finding; more than one is a defect.
  std::vector<const Ticket*> tickets_of(const std::string& finding) const;
  const Ticket& ticket_of(const std::string& finding) const;  // the only one; throws if it is not
  const Alert& alert(const std::string& finding) const { return alerts.at(finding); }
  bool has_alert(const std::string& finding) const { return alerts.contains(finding); }
  // The same for vendors that count their findings.
  std::vector<const Ticket*> tickets_of(std::int64_t finding) const { return tickets_of(std::to_string(finding)); }
  const Ticket& ticket_of(std::int64_t finding) const { return ticket_of(std::to_string(finding)); }
  const Alert& alert(std::int64_t finding) const { return alert(std::to_string(finding)); }
  bool has_alert(std::int64_t finding) const { return has_alert(std::to_string(finding)); }

  // An alert that is there already.
  void add(const Alert&);

  std::string settings_json;
  std::map<std::string, Alert> alerts;
  std::map<std::string, Mapping> mappings;
  std::map<std::string, std::string> cursors;
  std::map<std::string, Ticket> tickets;  // by id
  std::vector<Asset> all_assets;
  std::size_t applied = 0;  // change sets that were not refused
  // Why a change set is refused; empty = it is taken.
  std::function<std::string(const ChangeSet&)> refuse;
  // Called when a service is entered, and after each change set that was written, before the caller knows. What it throws is what the
  // provider gets.
  std::function<void()> on_call, on_effect;

 private:
  Status apply_one(const ChangeSet&, std::string& ticket_id, std::string& message);
  void entered() const {
    if (on_call) on_call();
  }

  std::map<std::string, std::uint64_t> written_;  // when an alert was last written
  std::uint64_t writes_ = 0;
};

}  // namespace picket::test
