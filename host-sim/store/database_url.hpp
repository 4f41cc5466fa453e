// Parses database URLs. Pure; any thread.
#pragma once
#include <string>
#include <string_view>

#include "host-sim/store/database.hpp"

namespace picket::store {

struct DatabaseUrl {
  Backend backend = Backend::sqlite;
  std::string connect;     // for the driver; may hold a password
  std::string for_people;  // never holds one
};

// Throws Error(invalid) for anything but sqlite:PATH and postgresql://...
[[nodiscard]] DatabaseUrl parse_database_url(std::string_view url);

// The text with every occurrence of the URL's password replaced, because libpq may quote it in an error.
[[nodiscard]] std::string without_password(std::string text, std::string_view url);

}  // namespace picket::store
