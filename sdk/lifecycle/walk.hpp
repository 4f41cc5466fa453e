// How far to walk back through a vendor's list that is sorted newest first and knows no "updated since". Pure; one thread.
//
// The list shifts while it is walked: rows move to the top, page tokens have a resolution of one second and may skip or repeat rows.
// So rows are kept by id, a row's own time decides and never a page count, and a walk that did not reach its end says so: then
// the cursor must stay where it is.
#pragma once
#include <chrono>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "picket/time.hpp"

namespace picket::lifecycle {

struct WalkStart {
  Time now;
  std::optional<Time> cursor;        // absent on the first run
  std::chrono::seconds overlap{60};  // how far behind the cursor rows are read again
  std::chrono::days backfill{7};     // how far the first run reaches back
};

class Walk {
 public:
  explicit Walk(const WalkStart&);

  // A vendor's clock may run a little ahead; a time further in the future than this is a mistake and decides nothing.
  static constexpr std::chrono::minutes plausible_future{5};
  static std::optional<Time> plausible(std::optional<Time> updated_at, Time now);

  // Feeds the times of one page (absent = not readable) and its next token (empty = last page). True: fetch the next page.
  bool page(std::span<const std::optional<Time>> updated_at, std::string_view next_token);

  Time until() const { return until_; }        // rows older than this need not be seen
  bool complete() const { return complete_; }  // everything back to until() was listed
  bool token_repeated() const { return repeated_; }
  std::size_t pages() const { return pages_; }

 private:
  bool ends_before(std::span<const std::optional<Time>> updated_at) const;

  Time now_;
  Time until_;
  std::set<std::string, std::less<>> tokens_;
  std::size_t pages_ = 0;
  bool complete_ = false;
  bool repeated_ = false;
};

}  // namespace picket::lifecycle
