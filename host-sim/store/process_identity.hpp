// Which process holds something: told apart from a later process that got the same number, from one before the last boot, and from one
// of another machine or container. Thread: any.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace picket::store {

struct ProcessIdentity {
  std::string host;
  std::string boot;  // of the machine, and the container's process numbers: only where both are equal can a process be looked up
  long process = 0;
  std::string started;  // clock ticks since the boot

  static ProcessIdentity of_this_process();
  static std::optional<ProcessIdentity> parse(std::string_view text);
  std::string to_text() const;  // host|boot|process|started
  std::string for_people() const { return host + ", process " + std::to_string(process); }

  bool operator==(const ProcessIdentity&) const = default;
};

// True if this is known for sure: a process of this machine and container that runs no more.
bool has_ended(const ProcessIdentity& process);

}  // namespace picket::store
