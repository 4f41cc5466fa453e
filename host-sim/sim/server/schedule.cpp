#include "host-sim/sim/server/schedule.hpp"

#include "host-sim/sim/server/refuse.hpp"
namespace picket::sim {
namespace {

constexpr double longest_after_seconds = 10.0 * 366 * 86400;

}  // namespace

Due due_from(const json::object& event, const std::string& where) {
  Due due;
  if (event.contains("after_seconds") == event.contains("after_requests")) refuse(where, "either after_seconds or after_requests");
  if (const json::value* seconds = event.if_contains("after_seconds")) {
    const double n = seconds->is_number() ? seconds->to_number<double>() : -1;
    if (!(n >= 0 && n <= longest_after_seconds)) refuse(where + ".after_seconds", "a number from 0 to ten years");
    due.after = std::chrono::microseconds{static_cast<std::int64_t>(n * 1e6)};
    return due;
  }
  const auto n = json::integer_at(event, "after_requests");
  if (!n || *n < 1) refuse(where + ".after_requests", "a whole number of at least 1");
  due.after_requests = static_cast<std::uint64_t>(*n);
  return due;
}

}  // namespace picket::sim
