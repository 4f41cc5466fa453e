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
    const auto date = each_row(client, call, {"/Tickets?order=id&orderdesc=true", "tickets", "HaloPSA's tickets could not be listed"},
                               [](const json::object&) { return false; });
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

// A creation for a client that does not exist. Whoever lacks a right, or a site's required fields, is refused before that is noticed, or
// with it.
SiteRemark creating(Client& client, const host::Call& call, const RemoteDirectory& directory) {
  constexpr std::int64_t no_client = 2'147'483'647;
  constexpr std::array<std::string_view, 3> required{"required", "mandatory", "must be filled"};
  json::object ticket{{"summary", "Picket checks what the API may do; this ticket cannot be made"}, {"client_id", no_client}};
  if (const auto type = json::integer_at({{"id", directory.defaults.board_id}}, "id")) ticket["tickettype_id"] = *type;
  json::array body;
  body.emplace_back(std::move(ticket));
  const HttpAnswer answer = client.send(call, Client::post("/Tickets", json::to_string(body), false));
  const std::string words = words_of(answer, client.redactor());
  if (answer.status != Status::ok) return {Kind::problem, failure_of(answer, "a ticket could not be tried", client.redactor())};
  if (answer.code == 401 || answer.code == 403)
    return {Kind::problem,
            "the API's agent may not open tickets. HaloPSA says: " + words + " (doc/halopsa.md lists the rights that are needed)"};
  if (answer.code >= 200 && answer.code < 300)
    return {
        Kind::warning,
        "HaloPSA takes a ticket for a client that does not exist: look for one named \"Picket checks what the API may do\" and delete it"};
  if (mentions_any(words, required))
    return {Kind::problem, "HaloPSA would refuse tickets of the type " + name_in(directory.boards, directory.defaults.board_id) + ": " +
                               words + " Give the field a default there, or take another type"};
  return {Kind::fact, "the API's agent may open tickets of the type " + name_in(directory.boards, directory.defaults.board_id)};
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

std::vector<SiteRemark> check_site(Client& client, const host::Call& call, const RemoteDirectory& directory, const host::Clock& clock) {
  std::vector<SiteRemark> remarks;
  const SiteRemark may_read = reading(client, call, clock, remarks);
  remarks.push_back(may_read);
  if (may_read.kind != Kind::problem) remarks.push_back(creating(client, call, directory));
  explain_closed(directory, remarks);
  remarks.push_back(
      {Kind::fact,
       "not tried, since it would leave a trace: changing statuses and notes on closed tickets, seeing and changing tickets of "
       "other agents, fields that a closing requires (doc/halopsa.md, Rights)"});
  return remarks;
}

}  // namespace picket::psa::halopsa
