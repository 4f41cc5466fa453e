// An environment file as written by hand and for containers: KEY=value, export KEY=value, KEY: "value", comments, quotes. Pure; any thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace picket::config {

struct EnvEntry {
  std::string key;
  std::string value;
  int line = 0;
};

struct LineProblem {
  int line = 0;
  std::string text;  // never a value
};

struct EnvFile {
  std::vector<EnvEntry> entries;  // in the order of the file; a key may come twice
  std::vector<LineProblem> problems;
};

// Comments are lines that begin with '#', and what follows " #" behind a value. A value in double quotes may hold \" \\ \n \r \t; one in
// single quotes is taken as it is. A list mark "- " before a key is skipped. An object may take several lines: in braces, indented behind
// "KEY:" as YAML writes it (braces or not), or behind "KEY: |"; its value is one line of JSON, or what was written if that is no JSON.
[[nodiscard]] EnvFile parse_env_file(std::string_view text);

// The value of a variable of the process's environment. Docker passes on what stands behind '=' in its environment file: quotation marks
// and comments become part of the value.
struct EnvironmentValue {
  std::string value;    // without the quotation marks around it, and without what a comment behind those says
  std::string problem;  // empty: none; never holds the value
};
[[nodiscard]] EnvironmentValue read_environment_value(std::string_view raw);

}  // namespace picket::config
