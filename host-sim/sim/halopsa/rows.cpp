// Tickets that a control creates or replaces.
#include <array>

#include "host-sim/sim/halopsa/html_text.hpp"
#include "host-sim/sim/halopsa/site.hpp"
#include "host-sim/sim/server/relative_time.hpp"
#include "sdk/common/ascii.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::sim::halopsa {
namespace {

// A time of a row, if the member is a text that is one.
std::optional<Time> time_at(const json::value& v, Time now) {
  if (!v.is_string()) return std::nullopt;
  if (const auto t = relative_time(v.get_string(), now)) return t;
  return parse_time(v.get_string());
}

bool put_number(Ticket& ticket, std::string_view name, const json::value& v) {
  for (const NumberField& field : number_fields()) {
    if (field.name != name || !v.is_int64()) continue;
    ticket.*field.member = v.get_int64();
    return true;
  }
  return false;
}

bool put_text(Ticket& ticket, std::string_view name, const json::value& v) {
  if (!v.is_string()) return false;
  const std::string text(v.get_string());
  if (name == "details_html") {
    ticket.details_html = text;
    ticket.details = text_of_html(text);
    return true;
  }
  if (name == "details") {
    ticket.details = text;
    ticket.details_html = html_of_text(text);
    return true;
  }
  for (const TextField& field : text_fields()) {
    if (field.name != name) continue;
    ticket.*field.member = text;
    return true;
  }
  return false;
}

}  // namespace

std::int64_t Site::put(const json::object& row, Time moment, const std::string& where) {
  const Time now = site_time(moment);
  const auto given_id = json::integer_at(row, "id");
  if (row.contains("id") && (!given_id || *given_id < 1))
    throw Error(Status::invalid, where + ".id: expected a number of at least 1", "id");
  if (given_id && json::bool_at(row, "_delete").value_or(false)) {
    tickets_.erase(*given_id);
    return *given_id;
  }
  const bool known = given_id && tickets_.contains(*given_id);
  if (!known) {
    json::object basis;
    basis["summary"] = json::text_at(row, "summary").value_or("Ticket");
    const std::int64_t last = last_ticket_;
    if (given_id) last_ticket_ = *given_id - 1;
    last_ticket_ = std::max(create(basis, {}, now).id, last);
  }
  Ticket& ticket = existing(given_id ? *given_id : last_ticket_);
  touch(ticket, now);
  for (const auto& member : row) {
    const std::string_view name = member.key();
    const json::value& v = member.value();
    if (name == "id" || name == "_delete") continue;
    ticket.oddities.erase(name);
    const auto time = time_at(v, now);
    if (name == "last_update" && time) {
      ticket.last_update = *time;
    } else if (name == "dateoccurred" && time) {
      ticket.occurred = *time;
    } else if (name == "hasbeenclosed" && v.is_bool()) {
      ticket.has_been_closed = ticket.is_closed = v.get_bool();
    } else if (name == "merged_into_id" && v.is_int64()) {
      ticket.merged_into = v.get_int64();
    } else if (name == "customfields" && v.is_array()) {
      ticket.custom_fields = v;
    } else if (name == "status_id" && v.is_int64()) {
      set_status(ticket, v.get_int64(), now);
    } else if (!put_number(ticket, name, v) && !put_text(ticket, name, v)) {
      ticket.oddities[name] = v;
    }
  }
  if (row.contains("tickettype_id") && !row.contains("sla_id")) ticket.sla_id = directory_.sla_of_type(ticket.tickettype_id);
  if (row.contains("client_id") && !row.contains("site_id")) ticket.site_id = directory_.site_of_client(ticket.client_id);
  ticket.searched = ascii::lower(ticket.summary + "\n" + ticket.details);
  return ticket.id;
}

}  // namespace picket::sim::halopsa
