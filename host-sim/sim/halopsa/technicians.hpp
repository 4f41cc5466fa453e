// Reads the form of a technician's act. Pure function; any thread.
#pragma once
#include <string>

#include "sdk/common/json.hpp"

namespace picket::sim::halopsa {

// {"ticket": 1001 or "summary": a part of one (the newest such ticket is meant), "who", and what: "note", "note_html", "email_html" (a
// mail), "details_html", "close" with "closure_note", "reopen", "status", "priority", "assign", "merge_into": 1002, "delete"}. A note or
// mail may have "outcome", "system": true (an entry of the site itself) and "application"; beside "edit_action" a note replaces that
// action's words.
//
// Throws Error(invalid), whose message begins with `where`, if this cannot be an act whatever tickets there are.
void check_act(const json::object& act, const std::string& where);

}  // namespace picket::sim::halopsa
