// Answers against a JSON schema in the tree. One thread.
#pragma once
#include <string>

#include "sdk/common/json.hpp"

namespace picket::test {

std::string content_of(const std::string& path);

// What is wrong with `document`, or nothing.
std::string violations(const json::value& schema, const json::value& document);

// The same by one of the schema file's definitions.
std::string violations_of_definition(const std::string& schema_file, const std::string& definition, const json::value& document);

}  // namespace picket::test
