// What is wrong with a change set by itself, whatever the database holds. Pure; any thread.
#pragma once
#include <string>

#include "picket/model.hpp"

namespace picket::tickets {

// A sentence for people, or empty if nothing is wrong: texts are UTF-8 without NUL, JSON is a JSON object, ids are UUIDs, and parts that
// need one another are there.
std::string what_is_wrong(const ChangeSet& change_set);

}  // namespace picket::PSA
