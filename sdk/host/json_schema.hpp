// Checks JSON against a JSON Schema (draft-07); the messages name the field and what is expected of it.
//
// Schemas are our own (manifests/). A schema may describe what it expects in "x-expected". Pure; any thread.
#pragma once
#include <string>
#include <vector>

#include "sdk/common/json.hpp"

namespace picket::host {

struct SchemaFault {
  std::string path;     // "network.origins[0]"; empty: the document itself
  std::string message;  // "expected an integer from 1 to 64"
};

// Empty if the document is valid; formats ("date-time") are not checked. Throws Error(internal) if the schema itself cannot be read.
[[nodiscard]] std::vector<SchemaFault> schema_faults(const json::object& schema, const json::value& document);

// A description of what the schema expects: "an integer of at least 1".
std::string expectation(const json::object& schema);

}  // namespace picket::host
