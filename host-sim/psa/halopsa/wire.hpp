// HaloPSA's JSON as plain values and back. Reading cleans texts, and treats a member of an unexpected type as absent.
// Pure functions; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/psa/halopsa/config.hpp"
#include "host-sim/psa/psa.hpp"
#include "sdk/common/json.hpp"

namespace picket::psa::halopsa {

// A page of a list: {"record_count": 250, "tickets": [...]} or a plain array.
struct Page {
  json::array rows;
  std::optional<std::size_t> total;
};

// `member` is what the list is called in the first form; any other name is taken too if it is the only list. Nothing if there is no list.
std::optional<Page> read_page(json::value&& document, std::string_view member);

// The one object of an answer that may be an object or an array of one; null if there is none.
const json::object* single(const json::value& document);

// An id, which may be a number or text; empty if there is none.
std::string read_id(const json::object& o, std::string_view key = "id");

// A row of a directory list that has an id and a name.
std::optional<RemoteEntity> read_entity(const json::object& row);
// Of /Category: known by its value ("Security>Phishing"), which is what tickets hold.
std::optional<RemoteEntity> read_category(const json::object& row);

struct Priority {
  RemoteEntity entity;
  std::string sla_id;  // empty: not known
};
std::optional<Priority> read_priority(const json::object& row);

// The SLA of a ticket type's tickets; empty if it names none.
std::string read_sla_id(const json::object& ticket_type);

// Nothing if the row has no id.
std::optional<RemoteTicket> read_ticket(const json::object& row, const std::string& base_url);
// A time that names no zone, on a clock that differs from UTC by `zone_offset`; nothing for one that names its zone.
std::optional<Time> local_time(const std::string& text, std::chrono::minutes zone_offset);
// Stands before our token in every body and note.
constexpr std::string_view reference_mark = "Reference: picket-";

// Whether the ticket's title or body holds the text. Lists may shorten the body or leave it out.
bool mentions(const json::object& ticket, std::string_view text);
std::string read_title(const json::object& ticket);

// Nothing if the row has no id, or neither words nor an image nor an agent who did something. `client_id` is ours.
std::optional<RemoteNote> read_note(const json::object& row, const std::string& client_id);

// What new tickets get besides what their sender sets, as ids or values of the API.
struct TicketDefaults {
  RemoteDefaults entities;
  std::string team, impact_id, urgency_id;  // empty: none
};

// RemoteTicket::body_digest of a body that is written like this.
std::string digest_of_body(const std::string& markdown, const std::string& token);
std::string title_of(std::string_view title);  // as it is sent
// Bodies of POST /Tickets and POST /Actions: an array of one.
std::string creation(const NewRemoteTicket&, const TicketDefaults&, const Config&);
std::string note_action(const NewRemoteNote&, const Config&);
std::string note_as_update(const NewRemoteNote&, const Config&);
std::string update(const RemoteUpdate&);

}  // namespace picket::psa::halopsa
