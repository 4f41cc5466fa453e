// Checking JSON against a JSON Schema (draft-07), with messages for people: which field, and what is expected there.
//
// Schemas are ours (manifests/). A schema may say what it expects in its own words: "x-expected". Pure; any thread.
#pragma once
#include <string>
#include <vector>

#include "sdk/common/json.hpp"

namespace picket::host {

struct SchemaFault {
  std::string path;     // "network.origins[0]"; empty: the document itself
  std::string message;  // "expected an integer from 1 to 64"
};

// Nothing when the document is right, formats ("date-time") apart. Throws Error(internal) when the schema itself cannot be read.
std::vector<SchemaFault> schema_faults(const json::object& schema, const json::value& document);

// What the schema expects, in words: "an integer of at least 1".
std::string expectation(const json::object& schema);

}  // namespace picket::host
