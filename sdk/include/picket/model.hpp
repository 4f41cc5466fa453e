// The contract's structs as C++ values: used by providers to plan and by hosts to store. The comments in picket/abi/host.h and provider.h
// say what each member means; empty text stands for "absent".
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "picket/abi/provider.h"
#include "picket/time.hpp"

namespace picket {

struct Alert {
  std::uint64_t revision = 0;
  std::uint32_t failures = 0;
  std::string external_id;
  std::string severity;
  std::string status;
  std::string message;
  std::string device_name;
  std::string external_device_id;
  std::string asset_id;
  std::string ticket_id;
  std::string fingerprint;
  std::string metadata;  // a JSON object
  std::optional<Time> triggered_at;
  std::optional<Time> resolved_at;
  bool incomplete = false;

  bool operator==(const Alert&) const = default;
};

struct Mapping {
  std::string external_id;
  std::string external_name;
  std::string client_id;
  std::string contact_id;
  bool client_usable = true;
  bool auto_create_tickets = true;

  bool operator==(const Mapping&) const = default;
};

struct Asset {
  std::string asset_id;
  std::string client_id;
  std::string name;
  std::string serial_number;

  bool operator==(const Asset&) const = default;
};

struct TicketDraft {
  std::string title;
  std::string body_markdown;
  std::string client_id;
  std::string contact_id;
  std::string board_id;
  std::string priority_id;
  std::string category_id;
  std::string subcategory_id;
  std::string source_reference;
  std::string url;
  std::string attributes;  // a JSON object, or empty
  bool may_exist = false;

  bool operator==(const TicketDraft&) const = default;
};

enum class TicketAction : std::int32_t { keep = PICKET_TICKET_KEEP, close = PICKET_TICKET_CLOSE, reopen = PICKET_TICKET_REOPEN };

struct AssetLink {
  std::string asset_id;
  std::string external_id;
  std::string external_realm_id;

  bool operator==(const AssetLink&) const = default;
};

struct ChangeSet {
  std::optional<Mapping> mapping;
  std::optional<Alert> alert;
  std::optional<TicketDraft> open_ticket;
  std::vector<std::string> notes;
  TicketAction ticket_action = TicketAction::keep;
  std::string status_id;
  std::string priority_id;
  std::string body_markdown;
  std::optional<AssetLink> asset_link;
  std::string cursor_stream;
  std::string cursor_value;
  std::optional<TicketDraft> restated_ticket;

  bool operator==(const ChangeSet&) const = default;
};

enum class TicketEventKind : std::int32_t {
  created = PICKET_EVENT_CREATED,
  note = PICKET_EVENT_NOTE,
  priority = PICKET_EVENT_PRIORITY,
  assignee = PICKET_EVENT_ASSIGNEE,
  closed = PICKET_EVENT_CLOSED,
  reopened = PICKET_EVENT_REOPENED
};

struct TicketEvent {
  TicketEventKind kind = TicketEventKind::note;
  std::string event_id;
  std::string external_id;
  std::string ticket_id;
  std::string ticket_number;
  std::string ticket_url;
  std::string desk;
  std::string author;
  std::string text;
  std::string before;
  std::string after;
  std::optional<Time> at;
  bool repeated = false;

  bool operator==(const TicketEvent&) const = default;
};

struct FindingError {
  std::string external_id;
  std::string message;

  bool operator==(const FindingError&) const = default;
};

struct PollReport {
  std::uint64_t collected = 0;
  std::uint64_t created = 0;
  std::uint64_t noted = 0;
  std::uint64_t closed = 0;
  std::uint64_t recorded = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t healed = 0;
  std::uint64_t failed = 0;
  std::string cursor;
  std::vector<FindingError> errors;

  bool operator==(const PollReport&) const = default;
};

}  // namespace picket
