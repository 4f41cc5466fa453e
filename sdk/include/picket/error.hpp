// The only exception type inside Picket. It becomes a status code in one place per direction (sdk/provider/entry.cpp towards the host,
// sdk/host/provider_session.cpp back) and never crosses the contract itself.
#pragma once
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "picket/abi/types.h"

namespace picket {

enum class Status : picket_status {
  ok = PICKET_OK,
  invalid = PICKET_INVALID,
  auth = PICKET_AUTH,
  not_found = PICKET_NOT_FOUND,
  conflict = PICKET_CONFLICT,
  rate_limited = PICKET_RATE_LIMITED,
  unavailable = PICKET_UNAVAILABLE,
  unknown_outcome = PICKET_UNKNOWN_OUTCOME,
  cancelled = PICKET_CANCELLED,
  deadline = PICKET_DEADLINE,
  unsupported = PICKET_UNSUPPORTED,
  internal = PICKET_INTERNAL,
};

// The code as an enumerator; a code that this version does not know is `internal`, as the contract requires.
constexpr Status to_status(picket_status code) {
  return code >= PICKET_OK && code <= PICKET_INTERNAL ? static_cast<Status>(code) : Status::internal;
}

constexpr std::string_view name_of(Status status) {
  switch (status) {
    case Status::ok: return "ok";
    case Status::invalid: return "invalid";
    case Status::auth: return "auth";
    case Status::not_found: return "not_found";
    case Status::conflict: return "conflict";
    case Status::rate_limited: return "rate_limited";
    case Status::unavailable: return "unavailable";
    case Status::unknown_outcome: return "unknown_outcome";
    case Status::cancelled: return "cancelled";
    case Status::deadline: return "deadline";
    case Status::unsupported: return "unsupported";
    case Status::internal: break;
  }
  return "internal";
}

// `what()` is one sentence for a person: what happened, to what, what to do next. Never a secret, never a payload.
class Error : public std::runtime_error {
 public:
  Error(Status status, const std::string& message, std::string field = {},
        std::optional<std::chrono::milliseconds> retry_after = std::nullopt)
      : std::runtime_error(message), status_(status), field_(std::move(field)), retry_after_(retry_after) {}

  Status status() const { return status_; }
  const std::string& field() const { return field_; }  // the setting or part of the input at fault; may be empty
  std::optional<std::chrono::milliseconds> retry_after() const { return retry_after_; }

 private:
  Status status_;
  std::string field_;
  std::optional<std::chrono::milliseconds> retry_after_;
};

}  // namespace picket
