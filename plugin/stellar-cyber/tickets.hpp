// The provider's part of the cycle: the look-ups that tickets need, and their words. Thread: one call at a time.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "plugin/stellar-cyber/api.hpp"
#include "plugin/stellar-cyber/content.hpp"
#include "plugin/stellar-cyber/settings.hpp"
#include "plugin/stellar-cyber/snapshot.hpp"
#include "sdk/lifecycle/cycle.hpp"

namespace stellar {

class Tickets final : public picket::lifecycle::Vendor {
 public:
  Tickets(Api&, const Settings&, std::string host_url, picket::Time now);

  // Nothing for a row without a readable _id.
  std::optional<picket::lifecycle::Finding> to_finding(const picket::json::value& row);
  picket::lifecycle::Finding to_finding(Case);
  // A case that we know and the vendor does not any more.
  picket::lifecycle::Finding to_gone(const picket::Alert&) const;
  // A case that could not be read, and why.
  static picket::lifecycle::Finding to_unread(const picket::Alert&, const std::string& error);

  // Ids of the cases that were not as when last processed.
  const std::unordered_set<std::string>& changed() const { return changed_; }

  // Notes for the comments that the snapshot has not seen, and for those that were corrected since; it has seen them then.
  std::vector<std::string> new_comments(Snapshot&, const std::vector<Comment>&);
  // Minor changes that were gathered: whether their note is due, and the note.
  bool is_gathered(const Snapshot&) const;
  std::string gathered_note(Snapshot&) const;
  // Reads the parts that are missing of several cases; true where nothing is missing any more.
  void read_parts(std::span<const std::string> ids, std::span<Parts* const> parts);
  std::string body_of(const Snapshot&) const;

  // Leaves out cases without a ticket that the settings' filters do not want, and reads the comments of known cases that may have new ones.
  void review(std::span<picket::lifecycle::Finding>, const picket::lifecycle::Known&) override;
  void prepare(std::span<const picket::lifecycle::Finding* const> opening, std::span<const picket::Mapping* const> mappings,
               std::span<const std::string> unknown_organizations) override;
  std::string organization_name(const std::string& organization_id) override;
  Opening open_ticket(const picket::lifecycle::Finding&, picket::lifecycle::Target, const std::optional<picket::Mapping>&,
                      picket::Alert&) override;
  Update update_ticket(const picket::lifecycle::Finding&, const picket::Alert& before, picket::Alert&) override;
  void record(const picket::lifecycle::Finding&, const picket::Alert* before, picket::Alert&) override;
  Opening minimal_ticket(const std::string& external_id, std::uint32_t failures, const std::string& error) override;

 private:
  bool is_wanted(const Case&) const;
  void read_comments(std::span<const std::string> ids);
  bool may_have_comments(const Case&, const Snapshot&);
  const std::string& api_user_id();
  // The name of the person who modified the case last; empty if that was no user that is known, or ourselves.
  std::string last_modifier(const Case&);

  Api& api_;
  const Settings& settings_;
  Links links_;
  picket::Time now_;
  std::optional<std::string> api_user_id_;
  std::unordered_set<std::string> changed_;
  // Of the page in hand:
  std::unordered_map<std::string, Parts> parts_;
  std::unordered_map<std::string, std::optional<std::vector<Comment>>>
      comments_;  // of those that were asked for; absent: could not be read
  std::unordered_map<std::string, std::string> organization_names_;
};

}  // namespace stellar
