// A finding as the cycle takes it, whichever vendor published it. Plain values.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "picket/error.hpp"
#include "picket/model.hpp"
#include "sdk/lifecycle/decide.hpp"

namespace picket::lifecycle {

struct Finding {
  std::string external_id;      // never empty
  std::string organization_id;  // the vendor's; empty = none
  FindingState state = FindingState::open;
  std::optional<Time> updated_at;      // absent = not readable or not plausible
  Alert alert;                         // the vendor's side of the alert: all but revision, failures, ticket_id
  std::string error;                   // not empty: the finding could not be read, and why
  std::shared_ptr<const void> source;  // what the provider made it of; only the provider reads it
};

// A finding that we know and that could not be read again: its alert as stored, and why.
[[nodiscard]] Finding unread_finding(const Alert& before, std::string error);

// A finding that we know and the vendor does not any more. `status` is the vendor's word for it.
[[nodiscard]] Finding gone_finding(const Alert& before, std::string_view status, Time now);

// The finding of an alert as `read` gives it; gone where that throws Error(not_found), unread where it throws another Error or gives
// another finding than the alert's.
template <class Read>
[[nodiscard]] Finding read_again(const Alert& before, std::string_view gone_status, Time now, Read&& read) {
  try {
    Finding f = read();
    return f.external_id == before.external_id ? f : unread_finding(before, "another finding came than was asked for");
  } catch (const Error& e) {
    return e.status() == Status::not_found ? gone_finding(before, gone_status, now) : unread_finding(before, e.what());
  }
}

}  // namespace picket::lifecycle
