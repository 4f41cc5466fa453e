// Rows as scenarios and controls give them: defaults, members taken away, relative times. Pure functions; any thread.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "host-sim/sim/server/exchange.hpp"
#include "picket/time.hpp"
#include "sdk/common/json.hpp"

namespace picket::sim {

// An id as text, whatever type it has.
std::string key_of(const json::value& id);

void default_to(json::object& o, std::string_view name, json::value v);

// Removes the members that "_absent" of what was given names.
void erase_absent(json::object& row, const json::object& given);

// How a vendor writes times.
struct TimeForm {
  bool (*is_time)(std::string_view member);
  json::value (*write)(Time t);
  std::string_view expected;  // in the error: "milliseconds since 1970"
};

// Replaces relative times ("-2h", seen from `now`) in every member that holds a time, at any depth. Throws Error(invalid) for a text that
// starts with a sign and is none; `where` names the place: "cases[2]".
void resolve_times(json::value& v, Time now, const std::string& where, const TimeForm& form);

// The objects in a control's body, one or a list of them. Throws Error(invalid).
json::array objects_in(const Request& request);

// Calls apply(object, "[2]") for each of them; the answer holds the ids that it returns.
Answer apply_each(const Request& request, const std::function<std::string(json::object, const std::string& where)>& apply);

}  // namespace picket::sim
