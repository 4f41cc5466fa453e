#include "sdk/lifecycle/routing.hpp"

#include <algorithm>

#include "sdk/common/text.hpp"

namespace picket::lifecycle {

SeverityRank rank_of(const Routing& routing, std::string_view severity) {
  const std::string wanted = text::fold(severity);
  for (std::size_t i = 0; i < routing.severities.size(); ++i)
    if (text::fold(routing.severities[i]) == wanted) return {i, true};
  return {routing.severities.size() < 2 ? 0 : routing.severities.size() - 2, false};
}

std::string priority_for(const Routing& routing, std::string_view severity) {
  if (routing.severities.empty()) return {};
  const auto found = routing.priority_ids.find(routing.severities[rank_of(routing, severity).rank]);
  return found == routing.priority_ids.end() ? std::string{} : found->second;
}

std::optional<std::string> raised_priority(const Routing& routing, std::string_view before, std::string_view now) {
  if (before.empty() || rank_of(routing, now).rank <= rank_of(routing, before).rank) return std::nullopt;
  const std::string raised = priority_for(routing, now);
  if (raised.empty() || raised == priority_for(routing, before)) return std::nullopt;
  return raised;
}

Target target_of(const Routing& routing, const std::optional<Mapping>& mapping) {
  const Target without_client = routing.default_client_id.empty() ? Target::fallback : Target::client;
  if (!mapping) return without_client;
  if (!mapping->auto_create_tickets) return Target::opted_out;
  if (mapping->client_id.empty()) return without_client;
  return mapping->client_usable ? Target::client : Target::fallback;
}

TicketDraft route(const Routing& routing, Target target, const std::optional<Mapping>& mapping, std::string_view severity) {
  TicketDraft draft;
  draft.priority_id = priority_for(routing, severity);
  if (target == Target::client) {
    const bool is_mapped = mapping && !mapping->client_id.empty();
    draft.client_id = is_mapped ? mapping->client_id : routing.default_client_id;
    if (is_mapped) draft.contact_id = mapping->contact_id;
    draft.board_id = routing.board_id;
    draft.category_id = routing.category_id;
    draft.subcategory_id = routing.subcategory_id;
  } else {
    draft.client_id = routing.fallback_client_id;
    draft.board_id = routing.fallback_board_id;
    // Categories belong to a board; the security board's mean nothing on another one.
    if (routing.fallback_board_id == routing.board_id) {
      draft.category_id = routing.category_id;
      draft.subcategory_id = routing.subcategory_id;
    }
  }
  return draft;
}

}  // namespace picket::lifecycle
