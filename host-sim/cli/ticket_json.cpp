#include "host-sim/cli/ticket_json.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "host-sim/cli/json_values.hpp"
#include "host-sim/config/psa_kinds.hpp"

namespace picket::cli {

boost::json::object ticket_json(const store::TicketRow& t) {
  boost::json::array pending;
  for (const store::PendingChange& p : t.pending)
    pending.push_back({{"outbox_id", p.outbox_id}, {"what", p.what}, {"given_up", p.is_given_up}});
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
          {"closed_at", time_or_null(t.closed_at)},
          {"pending", std::move(pending)}};
}

std::string pending_text(const store::TicketRow& t) {
  std::vector<std::pair<std::string, int>> phrases;
  for (const store::PendingChange& p : t.pending) {
    std::string phrase = p.what + (p.is_given_up ? " was given up" : " waits to be delivered");
    const auto same = std::find_if(phrases.begin(), phrases.end(), [&](const auto& known) { return known.first == phrase; });
    if (same == phrases.end())
      phrases.emplace_back(std::move(phrase), 1);
    else
      ++same->second;
  }
  std::string text;
  for (const auto& [phrase, count] : phrases)
    text += (text.empty() ? "" : "; ") + phrase + (count > 1 ? ", " + std::to_string(count) + " times" : "");
  return text;
}

std::string title_of_psa(std::string_view psa_id) {
  const psa::PsaKind* kind = config::find_psa_kind(psa_id);
  return std::string(kind == nullptr ? psa_id : kind->title);
}

}  // namespace picket::cli
