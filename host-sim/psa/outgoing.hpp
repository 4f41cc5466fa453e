// What is to be sent, as the tables have it now: tickets and texts of notes. Thread: that of the Database.
#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "host-sim/store/database.hpp"

namespace picket::psa {

struct OutgoingTicket {
  std::string number, title, body_markdown;
  std::string client_id, board_id, priority_id, category_id;  // our ids; the category is the subcategory where there is one
  std::string token;                                          // empty: the ticket has no finding
  bool has_former = false;                                    // the current remote ticket is a follow-up
};

// By id.
std::map<std::string, OutgoingTicket, std::less<>> read_outgoing_tickets(store::Database& db, std::string_view tenant,
                                                                         std::span<const std::string_view> ticket_ids);

// The text of each note, CommonMark, by the id of the comment.
std::map<std::string, std::string, std::less<>> read_outgoing_notes(store::Database& db, std::string_view tenant,
                                                                    std::span<const std::string_view> comment_ids);

}  // namespace picket::psa
