// Identifies a process across machines: unlike its number alone, it differs from that of a later process with the same number, of a process
// before the last boot, and of one on another machine or in another container. Thread: any.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace picket::store {

struct ProcessIdentity {
  std::string host;
  std::string boot;  // the machine's boot and the container's process numbers; a process can be looked up only where both are equal
  long process = 0;
  std::string started;  // clock ticks since the boot

  static ProcessIdentity of_this_process();
  static std::optional<ProcessIdentity> parse(std::string_view text);
  std::string to_text() const;  // host|boot|process|started
  std::string for_people() const { return host + ", process " + std::to_string(process); }

  bool operator==(const ProcessIdentity&) const = default;
};

// Whether the process is known to have ended. False for a process of another machine or container, which cannot be looked up.
[[nodiscard]] bool has_ended(const ProcessIdentity& process);

}  // namespace picket::store
