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
// single quotes is taken as it is. A list mark "- " before a key is skipped.
[[nodiscard]] EnvFile parse_env_file(std::string_view text);

}  // namespace picket::config
