// What one modification does to a case: the members of PUT /cases/{id} and of an analyst's act. Pure functions; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/common/json.hpp"

namespace picket::sim::stellar_cyber {

struct CaseChange {
  std::optional<std::string> severity = std::nullopt;
  std::optional<std::string> status = std::nullopt;
  std::optional<std::string> assignee = std::nullopt;  // empty: nobody
  std::vector<std::string> add_tags = {};
  std::vector<std::string> delete_tags = {};

  bool empty() const { return !severity && !status && !assignee && add_tags.empty() && delete_tags.empty(); }
};

bool is_closed(std::string_view status);

// Reads severity, status, assignee and tags; other members are the caller's matter. Throws Error(invalid) that names the member, behind
// `prefix` ("people[1]."), and what is expected there.
CaseChange case_change_from(const json::object& o, const std::string& prefix);

// What the tags are after the change; a tag is there once.
json::array changed_tags(const json::array* tags, const CaseChange& change);

}  // namespace picket::sim::stellar_cyber
