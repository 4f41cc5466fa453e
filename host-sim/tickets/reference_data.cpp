#include "host-sim/tickets/reference_data.hpp"

#include <algorithm>

namespace picket::tickets {
namespace {

using store::Entity;
using store::EntityKind;

const Entity* by_id(const std::vector<Entity>& entities, std::string_view id) {
  const auto found = std::find_if(entities.begin(), entities.end(), [id](const Entity& e) { return e.id == id; });
  return found == entities.end() ? nullptr : &*found;
}

const Entity& require(const std::vector<Entity>& entities, std::string_view id, std::string_view what) {
  const Entity* found = by_id(entities, id);
  if (found == nullptr)
    throw Error(Status::invalid, "the " + std::string(what) + " " + std::string(id) + " does not exist any more", std::string(what));
  return *found;
}

std::string board_name(const std::vector<Entity>& boards, std::string_view id) {
  const Entity* board = by_id(boards, id);
  return board == nullptr ? std::string(id) : '"' + board->name + '"';
}

// The board's own statuses take precedence over those of every board.
template <class Wanted>
const Entity* first_status(const std::vector<Entity>& statuses, std::string_view board_id, const Wanted& wanted) {
  for (const std::string_view owner : {board_id, std::string_view()})
    for (const auto& status : statuses)
      if (status.board_id == owner && wanted(status)) return &status;
  return nullptr;
}

}  // namespace

ReferenceData ReferenceData::load(store::Database& db, std::string_view tenant) {
  return {store::list_entities(db, tenant, EntityKind::board), store::list_entities(db, tenant, EntityKind::status),
          store::list_entities(db, tenant, EntityKind::priority), store::list_entities(db, tenant, EntityKind::category)};
}

void ReferenceData::require_board(std::string_view id) const { require(boards, id, "board"); }
void ReferenceData::require_priority(std::string_view id) const { require(priorities, id, "priority"); }

void ReferenceData::require_category(std::string_view id, std::string_view board_id) const {
  const Entity& category = require(categories, id, "category");
  if (!category.board_id.empty() && category.board_id != board_id)
    throw Error(Status::invalid, "the category \"" + category.name + "\" does not belong to the board " + board_name(boards, board_id),
                "category");
}

const Entity& ReferenceData::status(std::string_view id) const { return require(statuses, id, "status"); }

const Entity& ReferenceData::default_status(std::string_view board_id) const {
  const Entity* found = first_status(statuses, board_id, [](const Entity& s) { return s.is_default && !s.is_closed; });
  if (found == nullptr) found = first_status(statuses, board_id, [](const Entity& s) { return !s.is_closed; });
  if (found == nullptr)
    throw Error(Status::invalid,
                "the board " + board_name(boards, board_id) + " has no status for open tickets; set a default status for it", "status");
  return *found;
}

const Entity* ReferenceData::closed_status(std::string_view wished, std::string_view board_id) const {
  for (const Entity& s : statuses)
    if (!wished.empty() && s.id == wished && (s.board_id.empty() || s.board_id == board_id)) return &s;
  return first_status(statuses, board_id, [](const Entity& s) { return s.is_closed; });
}

}  // namespace picket::tickets
