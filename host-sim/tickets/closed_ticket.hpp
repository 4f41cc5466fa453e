// What becomes of a closed ticket when the vendor has something new to say about its finding. Pure; any thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "picket/time.hpp"
#include "sdk/common/json.hpp"

namespace picket::tickets {

// The connection's settings onNewsForClosedTicket, reopenWithinDays and reopenTickets.
struct ClosedTicketRules {
  enum class OnNews { reopen, follow_up, note } on_news = OnNews::reopen;
  std::chrono::days reopen_within{14};  // later a new ticket opens instead

  bool operator==(const ClosedTicketRules&) const = default;
};

// reopenTickets = false turns the default `reopen` into `note`.
[[nodiscard]] ClosedTicketRules closed_ticket_rules(const json::object& settings);

struct ClosedTicketNews {
  bool finding_is_open = false;
  bool has_notes = false;
  bool asks_to_reopen = false;         // the vendor opened the finding again
  std::optional<Time> closed_at = {};  // absent: not known
  bool closing_is_on_its_way = false;  // a technician closed it, and the vendor has still to learn that
};

enum class ClosedTicketStep { stays, reopens, follow_up };

[[nodiscard]] ClosedTicketStep decide_closed_ticket(const ClosedTicketRules& rules, const ClosedTicketNews& news, Time now);

// The member of tickets.attributes that holds the id of the ticket that a follow-up follows.
inline constexpr std::string_view follow_up_of = "follow_up_of";

// Whether a ticket with these attributes is a follow-up.
[[nodiscard]] bool is_follow_up(std::string_view attributes);

// A closed ticket as technicians know it.
struct FollowedTicket {
  std::string number, title, body_markdown, attributes;
  std::string url;  // empty = none
  std::optional<Time> closed_at = {};
};

// Of a ticket that is a follow-up itself, without what its own title and body say of the one before.
[[nodiscard]] std::string follow_up_title(const FollowedTicket& followed);
[[nodiscard]] std::string follow_up_body(const FollowedTicket& followed);
// What a new body makes of a follow-up's: the link to the followed ticket stays.
[[nodiscard]] std::string with_follow_up_link(std::string_view known_body, std::string_view new_body);
// The followed ticket's attributes with its id as `follow_up_of`.
[[nodiscard]] std::string follow_up_attributes(std::string_view attributes, std::string_view followed_id);

}  // namespace picket::tickets
