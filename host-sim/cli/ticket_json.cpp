#include "host-sim/cli/ticket_json.hpp"

#include "host-sim/cli/json_values.hpp"
#include "host-sim/config/psa_kinds.hpp"

namespace picket::cli {

boost::json::object ticket_json(const store::TicketRow& t) {
  return {{"ticket_id", t.ticket_id},
          {"ticket_number", t.number},
          {"title", t.title},
          {"client", text_or_null(t.client)},
          {"contact", text_or_null(t.contact)},
          {"board", text_or_null(t.board)},
          {"status", text_or_null(t.status)},
          {"closed", t.is_closed},
          {"priority", text_or_null(t.priority)},
          {"assignee", text_or_null(t.assignee)},
          {"category", text_or_null(t.category)},
          {"subcategory", text_or_null(t.subcategory)},
          {"source", text_or_null(t.source)},
          {"source_reference", text_or_null(t.source_reference)},
          {"url", text_or_null(t.url)},
          {"remote_number", text_or_null(t.remote_number)},
          {"remote_url", text_or_null(t.remote_url)},
          {"entered_at", time_or_null(t.entered_at)},
          {"updated_at", time_or_null(t.updated_at)},
          {"closed_at", time_or_null(t.closed_at)}};
}

std::string title_of_psa(std::string_view psa_id) {
  const psa::PsaKind* kind = config::find_psa_kind(psa_id);
  return std::string(kind == nullptr ? psa_id : kind->title);
}

}  // namespace picket::cli
