// The hosts (Huntress agents) that tickets of this poll need, read with as few requests as possible: by the page when many are needed,
// one by one when few are. Thread: one call at a time.
#pragma once
#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "plugin/huntress/api.hpp"
#include "plugin/huntress/content.hpp"

namespace huntress {

class Hosts {
 public:
  explicit Hosts(Api&);

  // Lists agents by the page if more than a few of `ids` are not known yet, until all are found, the list ends, or `max_pages` of this poll
  // are used up. Returns why it stopped early, or nothing. Does not throw for failures of the vendor.
  std::string list_if_many(const std::set<std::string>& ids, std::size_t max_pages);

  // Reads up to `max_requests` of the unknown ids one by one. Those that failed stay unknown. Returns the ids that were asked for.
  std::set<std::string> read_each(const std::set<std::string>& ids, std::size_t max_requests);

  // State pending when it is not known (yet).
  Host find(const std::string& agent_id) const;

 private:
  static constexpr std::size_t few = 5;  // up to here single requests cost no more than a list

  std::set<std::string> unknown_of(const std::set<std::string>& ids) const;

  Api& api_;
  std::unordered_map<std::string, Host> hosts_;
  std::string next_token_;
  std::size_t pages_ = 0;
  bool list_ended_ = false;
};

// The asset that is this host: the only one with its hostname (case does not matter), or of several the only one with its serial number.
// Null when that is ambiguous or there is none. Pure.
const picket::Asset* match_asset(const Agent&, std::span<const picket::Asset> assets_of_client);

}  // namespace huntress
