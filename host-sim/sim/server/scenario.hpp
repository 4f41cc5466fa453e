// What the scenarios of all simulated sides have in common: finding one's way in the document, and errors that name the scenario, the field
// and what is expected there. One thread.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "host-sim/sim/server/refuse.hpp"
#include "sdk/common/json.hpp"

namespace picket::sim {

// The content of a scenario file. Throws Error(invalid) if it cannot be read.
std::string scenario_text(const std::string& file);

// Calls load(document). An Error that it throws gets the scenario's name before its message.
void load_document(std::string_view text, const std::string& name, const std::function<void(const json::object&)>& load);

const json::object& object_in(const json::value& v, const std::string& field);

// Refuses members of any other name than these. `field` is where the object stands; empty: it is the document.
void only(const json::object& o, std::span<const std::string_view> names, const std::string& field);

// Calls read(object, "cases[2]") for every element of the document's list of this name, if it has that list.
template <class Read>
void each(const json::object& document, std::string_view name, Read read) {
  const json::value* list = document.if_contains(name);
  if (!list) return;
  if (!list->is_array()) refuse(std::string(name), "a list of objects");
  for (std::size_t i = 0; i < list->get_array().size(); ++i) {
    const std::string field = std::string(name) + "[" + std::to_string(i) + "]";
    read(object_in(list->get_array()[i], field), field);
  }
}

}  // namespace picket::sim
