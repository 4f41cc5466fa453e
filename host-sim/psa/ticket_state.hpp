// Whether a remote ticket is open or closed, and whose doing that is. Pure; any thread. doc/ticket-states.md is the page to it.
//
// Three states are kept apart: what our tables want, what the PSA last answered to a write of ours, and what was last seen. The link
// (store/remote_tickets.hpp) holds the last answer or sight, whichever is later. Only what differs from it, and that no write of ours can
// have caused, is a technician's act.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "host-sim/psa/psa.hpp"
#include "host-sim/store/remote_tickets.hpp"

namespace picket::psa {

// What the PSA's directory says of a status.
enum class StatusKind {
  unknown,  // a site may have closed statuses of which it does not say so
  open,
  closed
};

// Whether the ticket is closed. The status decides where its kind is known. Elsewhere the flag does, unless it can only be left over from
// an earlier closing: sites keep it, and the date of closing, when a ticket is reopened.
[[nodiscard]] bool is_closed(const store::RemoteLink& before, const RemoteTicket& now, StatusKind kind);

// What an answer to a closing or reopening of ours means.
enum class Answered {
  done,
  ignored,  // the ticket is as it was
  rests     // the site moved it on to another status than was asked for; a closed ticket may rest there
};
// `before` is the ticket as it was read before the write, `answered` as the PSA answered it.
[[nodiscard]] Answered judge_answer(const RemoteTicket& before, const RemoteTicket& answered, std::string_view wanted_status);

// Takes over into the link what was seen or answered.
void take_over(store::RemoteLink& link, const RemoteTicket& ticket, bool closed);

}  // namespace picket::psa
