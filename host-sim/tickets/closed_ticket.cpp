#include "host-sim/tickets/closed_ticket.hpp"

#include "sdk/common/markdown.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::tickets {
namespace {

using OnNews = ClosedTicketRules::OnNews;

constexpr std::string_view title_start = "Follow-up of #";
constexpr std::string_view body_start = "This ticket follows up on ";
constexpr std::string_view separator = "\n\n---\n\n";

std::string_view without_start(std::string_view text, std::string_view start, std::string_view end) {
  if (!text.starts_with(start)) return text;
  const auto at = text.find(end, start.size());
  return at == std::string_view::npos ? text : text.substr(at + end.size());
}

}  // namespace

bool is_follow_up(std::string_view attributes) { return json::object_or_empty(attributes).contains(follow_up_of); }

ClosedTicketRules closed_ticket_rules(const json::object& settings) {
  ClosedTicketRules rules;
  const std::string on_news = json::text_at(settings, "onNewsForClosedTicket").value_or("reopen");
  if (on_news == "follow-up") rules.on_news = OnNews::follow_up;
  if (on_news == "note" || (on_news == "reopen" && !json::bool_at(settings, "reopenTickets").value_or(true))) rules.on_news = OnNews::note;
  if (const auto days = json::integer_at(settings, "reopenWithinDays")) rules.reopen_within = std::chrono::days(*days);
  return rules;
}

ClosedTicketStep decide_closed_ticket(const ClosedTicketRules& rules, const ClosedTicketNews& news, Time now) {
  const bool is_news = news.finding_is_open && news.has_notes && !news.closing_is_on_its_way && rules.on_news != OnNews::note;
  if (!news.asks_to_reopen && !is_news) return ClosedTicketStep::stays;
  const bool is_too_old = news.closed_at && now - *news.closed_at > rules.reopen_within;
  return is_too_old || rules.on_news == OnNews::follow_up ? ClosedTicketStep::follow_up : ClosedTicketStep::reopens;
}

std::string follow_up_title(const FollowedTicket& followed) {
  std::string_view title = followed.title;
  if (is_follow_up(followed.attributes)) title = without_start(title, title_start, ": ");
  return std::string(title_start) + followed.number + ": " + std::string(title);
}

std::string follow_up_body(const FollowedTicket& followed) {
  std::string_view body = followed.body_markdown;
  if (is_follow_up(followed.attributes)) body = without_start(body, body_start, separator);
  const std::string name = "#" + markdown::line(followed.number);
  const bool has_link = !followed.url.empty() && followed.url.find_first_of("<>\\\n") == std::string::npos;
  std::string text = std::string(body_start) + (has_link ? "[" + name + "](<" + followed.url + ">)" : name);
  text += followed.closed_at ? ", which was closed on " + format_time_for_people(*followed.closed_at) + "." : ", which is closed.";
  return text.append(separator).append(body);
}

std::string with_follow_up_link(std::string_view known_body, std::string_view new_body) {
  const std::string_view rest = without_start(known_body, body_start, separator);
  return std::string(known_body.substr(0, known_body.size() - rest.size())).append(new_body);
}

std::string follow_up_attributes(std::string_view attributes, std::string_view followed_id) {
  json::object o = json::object_or_empty(attributes);
  o[follow_up_of] = followed_id;
  return json::to_string(o);
}

}  // namespace picket::tickets
