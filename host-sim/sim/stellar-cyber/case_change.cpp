#include "host-sim/sim/stellar-cyber/case_change.hpp"

#include <algorithm>
#include <array>

#include "host-sim/sim/server/refuse.hpp"
#include "sdk/common/list.hpp"

namespace picket::sim::stellar_cyber {
namespace {

constexpr std::array<std::string_view, 4> severities{"Critical", "High", "Medium", "Low"};
constexpr std::array<std::string_view, 5> statuses{"New", "In Progress", "Escalated", "Resolved", "Cancelled"};

std::optional<std::string> text(const json::object& o, std::string_view name, const std::string& prefix, const std::string& expected) {
  const json::value* v = o.if_contains(name);
  if (!v) return std::nullopt;
  if (!v->is_string()) refuse(prefix + std::string(name), expected);
  return std::string(std::string_view(v->get_string()));
}

template <class Words>
std::optional<std::string> word(const json::object& o, std::string_view name, const std::string& prefix, const Words& words) {
  auto given = text(o, name, prefix, "one of " + joined(words));
  if (given && !contains(words, *given)) refuse(prefix + std::string(name), "one of " + joined(words));
  return given;
}

std::vector<std::string> texts(const json::value& v, const std::string& field) {
  if (!v.is_array()) refuse(field, "a list of texts");
  std::vector<std::string> out;
  for (const auto& item : v.get_array()) {
    if (!item.is_string() || item.get_string().empty()) refuse(field, "a list of texts");
    out.emplace_back(std::string_view(item.get_string()));
  }
  return out;
}

void read_tags(const json::value& v, const std::string& field, CaseChange& change) {
  if (!v.is_object()) refuse(field, R"({"add": [...], "delete": [...]})");
  for (const auto& member : v.get_object()) {
    const std::string_view name = member.key();
    if (name != "add" && name != "delete") refuse(field + "." + std::string(name), "none of this name (add, delete)");
    (name == "add" ? change.add_tags : change.delete_tags) = texts(member.value(), field + "." + std::string(name));
  }
}

}  // namespace

bool is_closed(std::string_view status) { return status == "Resolved" || status == "Cancelled"; }

CaseChange case_change_from(const json::object& o, const std::string& prefix) {
  CaseChange change;
  change.severity = word(o, "severity", prefix, severities);
  change.status = word(o, "status", prefix, statuses);
  change.assignee = text(o, "assignee", prefix, "a user's id, or an empty text for nobody");
  if (const json::value* tags = o.if_contains("tags")) read_tags(*tags, prefix + "tags", change);
  return change;
}

json::array changed_tags(const json::array* tags, const CaseChange& change) {
  json::array out;
  const auto has = [&out](std::string_view tag) {
    return std::any_of(out.begin(), out.end(), [&](const json::value& v) { return v.is_string() && v.get_string() == tag; });
  };
  if (tags)
    for (const auto& tag : *tags)
      if (!tag.is_string() || !contains(change.delete_tags, std::string_view(tag.get_string()))) out.push_back(tag);
  for (const auto& tag : change.add_tags)
    if (!has(tag)) out.push_back(json::value(tag));
  return out;
}

}  // namespace picket::sim::stellar_cyber
