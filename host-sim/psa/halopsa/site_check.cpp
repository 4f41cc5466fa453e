#include "host-sim/psa/halopsa/site_check.hpp"

#include <algorithm>
#include <array>

#include "host-sim/psa/halopsa/answers.hpp"
#include "host-sim/psa/halopsa/pages.hpp"
#include "sdk/common/json.hpp"
#include "sdk/common/text.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::psa::halopsa {
namespace {

using Kind = SiteRemark::Kind;

std::string name_in(const std::vector<RemoteEntity>& entities, std::string_view id) {
  const auto found = std::find_if(entities.begin(), entities.end(), [&](const RemoteEntity& e) { return e.id == id; });
  return found == entities.end() ? std::string(id) : "\"" + found->name + "\" (" + found->id + ")";
}

bool mentions_any(const std::string& text, std::span<const std::string_view> words) {
  const std::string folded = text::fold(text);
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return folded.find(word) != std::string::npos; });
}

SiteRemark reading(Client& client, const host::Call& call, const host::Clock& clock, std::vector<SiteRemark>& remarks) {
  constexpr std::chrono::seconds tolerance{60};
  try {
    std::string changed_at;
    const auto date = each_row(client, call, {"/Tickets?order=id&orderdesc=true", "tickets", "HaloPSA's tickets could not be listed"},
                               [&](const json::object& row) {
                                 changed_at = json::text_at(row, "last_update").value_or("");
                                 return false;
                               });
    if (local_time(changed_at, std::chrono::minutes{0}))
      remarks.push_back({Kind::fact, "HaloPSA's times name no zone; Picket learns it from the answer to its first write"});
    if (date && std::chrono::abs(*date - clock.now()) > tolerance)
      remarks.push_back({Kind::warning, "HaloPSA's clock and this machine's differ by " +
                                            format_duration_for_people(std::chrono::abs(*date - clock.now())) +
                                            "; set the one that is wrong, or technicians' acts are found late"});
    return {Kind::fact, "the API's agent may read tickets"};
  } catch (const Error& e) {
    if (ends_the_call(e)) throw;
    return {Kind::problem, e.what()};
  }
}

// A creation as Picket sends it, but for a client that does not exist. Only a refusal for that client shows that nothing else stands in
// the way.
SiteRemark creating(Client& client, const host::Call& call, const RemoteDirectory& directory, const TicketDefaults& defaults,
                    const Config& config) {
  constexpr std::array<std::string_view, 3> required{"required", "mandatory", "must be filled"};
  constexpr std::array<std::string_view, 2> of_the_client{"client", "customer"};
  const std::string look = "; look for a ticket named \"Picket checks what the API may do\" and delete it";
  NewRemoteTicket ticket{.token = "check",
                         .title = "Picket checks what the API may do; this ticket cannot be made",
                         .body_markdown = "Picket checks what the API may do."};
  ticket.client_id = "2147483647";
  const HttpAnswer answer = client.send(call, Client::post("/Tickets", creation(ticket, defaults, config), false));
  const std::string words = words_of(answer, client.redactor());
  const std::string type = name_in(directory.boards, defaults.entities.board_id);
  const std::string failure = failure_of(answer, "not tried: opening tickets", client.redactor());
  switch (outcome_of(answer, false)) {
    case Outcome::done: return {Kind::warning, "HaloPSA answers as if it made a ticket for a client that does not exist" + look};
    case Outcome::not_permitted:
      return {Kind::problem,
              "the API's agent may not open tickets. HaloPSA says: " + words + " (doc/halopsa.md lists the rights that are needed)"};
    case Outcome::unknown: return {Kind::warning, failure + look};
    case Outcome::not_done: return {Kind::warning, failure};
    default: break;
  }
  if (mentions_any(words, required))
    return {Kind::problem,
            "HaloPSA would refuse tickets of the type " + type + ": " + words + " Give the field a default there, or take another type"};
  if (!mentions_any(words, of_the_client)) return {Kind::warning, failure};
  return {Kind::fact, "the API's agent may open tickets of the type " + type};
}

void explain_closed(const RemoteDirectory& directory, std::vector<SiteRemark>& remarks) {
  constexpr std::array<std::string_view, 5> words{"closed", "resolved", "cancelled", "canceled", "completed"};
  const RemoteEntity* open = nullptr;
  std::string others;
  for (const RemoteEntity& s : directory.statuses) {
    if (s.is_default) open = &s;
    if (!s.is_closed && mentions_any(s.name, words)) others += (others.empty() ? "" : ", ") + name_in(directory.statuses, s.id);
  }
  remarks.push_back({Kind::fact, "closed means the status " + name_in(directory.statuses, directory.defaults.closed_status_id) +
                                     (open == nullptr ? "" : ", and a reopened ticket gets " + name_in(directory.statuses, open->id))});
  if (!others.empty())
    remarks.push_back(
        {Kind::fact, "other statuses that look closed: " + others + "; of these HaloPSA's own flag decides (doc/ticket-states.md)"});
}

}  // namespace

std::vector<SiteRemark> check_site(Client& client, const host::Call& call, const RemoteDirectory& directory, const TicketDefaults& defaults,
                                   const Config& config, const host::Clock& clock) {
  std::vector<SiteRemark> remarks;
  const SiteRemark may_read = reading(client, call, clock, remarks);
  remarks.push_back(may_read);
  remarks.push_back(may_read.kind == Kind::problem ? SiteRemark{Kind::fact, "not tried: opening tickets, since they cannot be read"}
                                                   : creating(client, call, directory, defaults, config));
  explain_closed(directory, remarks);
  remarks.push_back(
      {Kind::fact,
       "not tried, since it would leave a trace: changing statuses and notes on closed tickets, seeing unassigned tickets, seeing "
       "and changing tickets of other agents, fields that a closing requires (doc/halopsa.md, Rights)"});
  return remarks;
}

}  // namespace picket::psa::halopsa
