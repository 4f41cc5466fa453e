// Checks a change set by itself, whatever the database holds. Pure; any thread.
#pragma once
#include <string>

#include "picket/model.hpp"

namespace picket::tickets {

// What is wrong, as a sentence, or empty: texts are UTF-8 without NUL, JSON is a JSON object, ids are UUIDs, and no part is missing that
// another one needs.
[[nodiscard]] std::string what_is_wrong(const ChangeSet& change_set);

}  // namespace picket::tickets
