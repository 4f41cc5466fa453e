// Where a secret on the command line comes from: never from the command line itself. Thread: one.
#pragma once
#include <string>

namespace picket::cli {

// `source` is "env:VAR", "file:PATH" or "-" (asked for without echo, or a line of standard input when that is no terminal). One trailing
// line end is dropped. Throws Error(invalid) that names the secret and what is wrong, never its value.
std::string read_secret(const std::string& name, const std::string& source);

}  // namespace picket::cli
