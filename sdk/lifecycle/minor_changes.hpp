// Changes of counts and scores alone are gathered into one note: a case that grows by an alert every five minutes would otherwise send a
// technician twelve mails an hour. What else changes is noted at once, and takes along what was gathered. Pure; any thread.
#pragma once
#include <chrono>
#include <optional>
#include <utility>

#include "picket/time.hpp"

namespace picket::lifecycle {

// Whether a change is noted now. `since`: when the first change came that no note has shown yet; written anew.
[[nodiscard]] inline bool is_noted_now(std::optional<Time>& since, bool is_minor, std::chrono::minutes gathering, Time now) {
  if (is_minor && !since) since = now;
  if (is_minor && now - *since < gathering) return false;
  since.reset();
  return true;
}

// Whether what was gathered is due for its note.
[[nodiscard]] inline bool is_gathered(const std::optional<Time>& since, std::chrono::minutes gathering, Time now) {
  return since && now - *since >= gathering;
}

}  // namespace picket::lifecycle
