// The keys of `picket serve` and `picket check` that belong neither to a PSA nor to a provider. Pure; any thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace picket::config {

struct RuntimeKey {
  std::string_view name;
  std::string_view default_value;
  std::string_view description;
};

// Those that mean something to Picket itself.
std::span<const RuntimeKey> runtime_keys();

// Those that the libraries beneath read from the process's environment; a file may give them too.
std::span<const std::string_view> library_keys();

// What most of the runtime keys come to; the PICKET_ ones of every command are in HostOptions.
struct Runtime {
  std::string sqlite_filename = "/db/sqlite.db";
  std::string instance_key = "default";
  std::uint16_t port = 3000;
  std::chrono::milliseconds poll_interval{300000};
  bool debug_db = false;
  bool wipe_db_on_startup = false;
  bool match_tenants = true;
  bool psa_moved = false;
};

}  // namespace picket::config
