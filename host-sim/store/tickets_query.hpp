// Tickets as commands list and show them. Thread: that of the Database.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/store/database.hpp"

namespace picket::store {

// Something that a remote PSA has not taken yet.
struct PendingChange {
  std::string outbox_id;
  std::string what;  // "opening", "closing", "reopening", "priority", "text", "note"
  bool is_given_up = false;
};

struct TicketRow {
  std::string ticket_id;
  std::string number;
  std::string title;
  std::string board_id;
  std::string client, board, status, priority, category, subcategory, contact, assignee;  // names; empty = none
  bool is_closed = false;
  std::string source, source_reference, url;
  std::string remote_psa, remote_number, remote_url;  // set if the ticket lives in a remote PSA: "halopsa"
  std::optional<Time> entered_at, updated_at, closed_at;
  // Of a ticket of a remote PSA; status, is_closed and closed_at are what the PSA last showed, not what it has still to take.
  std::vector<PendingChange> pending;
};

struct TicketFilter {
  std::string source;     // a provider's id; empty = any
  std::size_t limit = 0;  // 0 = all
};

// Newest first.
std::vector<TicketRow> list_tickets(Database& db, std::string_view tenant, const TicketFilter& filter = {});

struct TicketComment {
  std::string note;    // CommonMark
  std::string author;  // a technician; empty = not known, or Picket itself
  bool is_internal = true;
  bool is_system_generated = true;
  std::optional<Time> created_at;
};

struct TicketAsset {
  std::string asset_id, name, serial_number;
};

struct TicketDetails {
  TicketRow row;
  std::string description;              // CommonMark
  std::string attributes;               // a JSON object, or empty
  std::vector<TicketComment> comments;  // oldest first
  std::vector<TicketAsset> assets;
};

// By number or id, else by the number in the remote PSA. Throws Error(not_found).
TicketDetails show_ticket(Database& db, std::string_view tenant, std::string_view number_or_id);

}  // namespace picket::store
