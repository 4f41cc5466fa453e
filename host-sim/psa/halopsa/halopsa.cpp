#include "host-sim/psa/halopsa/halopsa.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

#include "host-sim/psa/halopsa/answers.hpp"
#include "host-sim/psa/halopsa/directory.hpp"
#include "host-sim/psa/halopsa/pages.hpp"
#include "host-sim/psa/halopsa/site_check.hpp"
#include "sdk/common/time_text.hpp"
#include "sdk/common/url_escape.hpp"
#include "sdk/host/http/retry_after.hpp"

namespace picket::psa::halopsa {
namespace {

// Reading has no effect, so it can be repeated unless HaloPSA says that it will never succeed.
template <class Value>
Reply<Value> unread(const Error& e) {
  const bool never = e.status() == Status::not_found || e.status() == Status::invalid;
  return {never ? Outcome::refused : Outcome::not_done, {}, e.what()};
}

std::string ticket_path(const std::string& id) { return "/Tickets/" + url_escaped(id) + "?includedetails=true&includeagent=true"; }

// Technicians work while the list is read, so it is ordered by what does not change: a ticket cannot move to a page already read.
std::string changed_tickets_path(Time since, std::chrono::minutes zone_offset) {
  // A site whose times name no zone may read ours as local too. The earlier of both lists more, and never less.
  since = std::min(since, since + zone_offset);
  return "/Tickets?order=id&orderdesc=false&lastupdatefromdate=" + url_escaped(format_time(since)) +
         "&includedetails=true&includeagent=true";
}

// Several pages of one ticket's notes.
struct NoteReading {
  explicit NoteReading(std::size_t rows_of_page = page_size) : rows(rows_of_page), walk(rows_of_page) {}
  std::size_t rows, page = 1;
  PageWalk walk;
  std::set<std::string> seen;
};

// Returns whether there are more. Throws Error.
bool take_notes(NoteReading& reading, const HttpAnswer& answer, const std::string& attempt, const host::Redactor& redactor,
                std::chrono::minutes zone_offset, const std::string& client_id, std::vector<RemoteNote>& notes) {
  const std::optional<Page> page = read_page(document_of(answer, attempt, redactor), "actions");
  if (!page) throw Error(Status::unavailable, attempt + ": HaloPSA's answer has no list");
  std::size_t fresh = 0;
  for (const json::value& row : page->rows) {
    const json::object* o = row.if_object();
    if (o == nullptr || !reading.seen.insert(read_id(*o)).second) continue;
    ++fresh;
    std::optional<RemoteNote> note = read_note(*o, client_id);
    if (!note) continue;
    if (const auto at = local_time(json::text_at(*o, "datetime").value_or(""), zone_offset)) note->at = at;
    notes.push_back(std::move(*note));
  }
  const bool more = reading.walk.goes_on(page->rows.size(), fresh, page->total);
  if (reading.walk.is_stuck() || reading.walk.has_shrunk())
    throw Error(Status::unavailable, attempt + ": the list changed while it was read");
  ++reading.page;
  return more;
}

// The ids that a list leaves out, the newest first and at most so many; a list that is complete begins with the id 1.
std::vector<std::int64_t> left_out_of(std::vector<std::int64_t> listed, bool is_complete, std::size_t most) {
  if (is_complete) listed.push_back(0);
  std::sort(listed.begin(), listed.end(), std::greater<>());
  std::vector<std::int64_t> ids;
  for (std::size_t i = 0; i + 1 < listed.size(); ++i)
    for (std::int64_t id = listed[i] - 1; id > listed[i + 1] && ids.size() < most; --id) ids.push_back(id);
  return ids;
}

void sort_by_age(std::vector<RemoteNote>& notes) {
  const auto number = [](const RemoteNote& n) { return std::pair(n.id.size(), std::string_view(n.id)); };
  std::sort(notes.begin(), notes.end(),
            [&](const RemoteNote& a, const RemoteNote& b) { return std::tuple(a.at, number(a)) < std::tuple(b.at, number(b)); });
}

}  // namespace

HaloPsa::HaloPsa(Config config, const std::function<std::string(std::string_view url)>& proxy, host::Clock& clock, host::Log& log)
    : config_(std::move(config)), clock_(clock), log_(log), client_(config_, proxy, clock) {}

// ---- the directory ------------------------------------------------------------------------------------------------------------------

RemoteDirectory HaloPsa::directory(const host::Call& call) {
  Directory d = read_directory(client_, call, config_, [this](const std::string& warning) { log_.write(PICKET_LOG_WARNING, warning); });
  ticket_defaults_ = std::move(d.defaults);
  return std::move(d.entities);
}

const TicketDefaults& HaloPsa::ticket_defaults(const host::Call& call) {
  if (!ticket_defaults_) directory(call);
  return *ticket_defaults_;
}

std::vector<SiteRemark> HaloPsa::check_site(const host::Call& call, const RemoteDirectory& directory) {
  return halopsa::check_site(client_, call, directory, ticket_defaults(call), config_, clock_);
}

// ---- writing ------------------------------------------------------------------------------------------------------------------------

// The outcome of a request that writes, and what `read` finds in the answer. Unknown if the answer is a success but `read` finds nothing.
template <class Value, class Read>
Reply<Value> HaloPsa::written(const HttpAnswer& answer, const std::string& attempt, bool repeatable, Read&& read) const {
  Reply<Value> reply{outcome_of(answer, repeatable), {}, {}};
  if (reply.outcome == Outcome::done) {
    std::optional<Value> value;
    try {
      const json::value document = document_of(answer, attempt, client_.redactor());
      if (const json::object* o = single(document)) value = read(*o);
    } catch (const Error&) {
    }
    if (value) return {Outcome::done, std::move(*value), {}};
    reply.outcome = Outcome::unknown;
  }
  reply.message = failure_of(answer, attempt, client_.redactor());
  return reply;
}

Reply<RemoteTicket> HaloPsa::written_ticket(const HttpAnswer& answer, const std::string& attempt, bool repeatable) {
  Reply<RemoteTicket> reply =
      written<RemoteTicket>(answer, attempt, repeatable, [&](const json::object& o) { return read_ticket(o, config_.base_url); });
  if (reply.outcome == Outcome::done) learn_zone(answer, reply.value.updated_at);
  return reply;
}

// What was written just now has the site's present time. Where that names no zone and differs from the Date of the answer by whole quarters
// of an hour, the site gives local times.
void HaloPsa::learn_zone(const HttpAnswer& answer, const std::string& written_at) {
  constexpr std::chrono::minutes quarter{15};
  constexpr std::chrono::minutes tolerance{3};
  const std::optional<Time> at = local_time(written_at, std::chrono::minutes{0});
  const std::optional<Time> date = host::parse_http_date(answer.header("date"), clock_.now());
  if (!at || !date) return;
  const auto quarters = std::lround(std::chrono::duration<double>(*at - *date) / std::chrono::duration<double>(quarter));
  const std::chrono::minutes offset = quarter * quarters;
  if (offset == zone_offset_ || std::chrono::abs(*at - *date - offset) > tolerance) return;
  zone_offset_ = offset;
  log_.write(PICKET_LOG_WARNING, "HaloPSA gives times that name no zone and are " + std::to_string(offset.count()) +
                                     " minutes from UTC; that is taken into account");
}

void HaloPsa::create(const host::Call& call, std::span<const NewRemoteTicket> tickets, const CreationListener& listener) {
  if (tickets.empty()) return;
  try {
    ticket_defaults(call);
  } catch (const Error& e) {
    if (ends_the_call(e)) throw;
    for (std::size_t i = 0; i < tickets.size(); ++i)
      if (!listener(i, {Outcome::not_done, {}, e.what()})) return;
    return;
  }
  // Unless the site counts ticket numbers by itself, two tickets created at once get the same number.
  const std::size_t at_once = config_.parallel_creation ? max_concurrency : 1;
  for (std::size_t begin = 0; begin < tickets.size(); begin += at_once) {
    const std::size_t count = std::min(at_once, tickets.size() - begin);
    std::vector<HttpRequest> requests;
    for (std::size_t i = begin; i < begin + count; ++i)
      requests.push_back(Client::post("/Tickets", creation(tickets[i], *ticket_defaults_, config_), false));
    std::vector<Reply<RemoteTicket>> replies(count);
    client_.exchange(call, requests, [&](std::size_t i, HttpAnswer&& answer) {
      replies[i] = written_ticket(answer, "the ticket could not be made", false);
    });
    bool goes_on = true;
    for (std::size_t i = 0; i < count; ++i) goes_on &= listener(begin + i, std::move(replies[i]));
    if (!goes_on) return;
  }
}

Reply<std::string> HaloPsa::noted(const HttpAnswer& answer, const NewRemoteNote& note) const {
  return written<std::string>(answer, "the note on ticket " + note.ticket_id + " could not be made", false,
                              [&](const json::object& o) -> std::optional<std::string> {
                                std::string id = read_id(o);
                                if (id.empty()) return std::nullopt;
                                return config_.use_update_for_action ? std::string() : std::move(id);  // an update has the ticket's
                              });
}

std::vector<Reply<std::string>> HaloPsa::add_notes(const host::Call& call, std::span<const NewRemoteNote> notes) {
  std::vector<HttpRequest> requests;
  for (const NewRemoteNote& note : notes)
    requests.push_back(config_.use_update_for_action ? Client::post("/Tickets", note_as_update(note, config_), false)
                                                     : Client::post("/Actions", note_action(note, config_), false));
  std::vector<Reply<std::string>> replies(notes.size());
  client_.exchange(call, requests, [&](std::size_t i, HttpAnswer&& answer) { replies[i] = noted(answer, notes[i]); });
  find_closed_and_gone(call, notes, replies);
  return replies;
}

// HaloPSA does not say whether it refused a note because the ticket is closed or gone, so the tickets are read.
void HaloPsa::find_closed_and_gone(const host::Call& call, std::span<const NewRemoteNote> notes, std::vector<Reply<std::string>>& replies) {
  std::vector<std::size_t> refused;
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < notes.size(); ++i) {
    if (replies[i].outcome != Outcome::refused && replies[i].outcome != Outcome::not_permitted) continue;
    refused.push_back(i);
    ids.push_back(notes[i].ticket_id);
  }
  const std::vector<Reply<RemoteTicket>> found = tickets(call, ids);
  for (std::size_t k = 0; k < refused.size(); ++k) {
    Reply<std::string>& reply = replies[refused[k]];
    if (found[k].outcome == Outcome::done && found[k].value.closed) reply.outcome = Outcome::ticket_closed;
    // Without the right to a ticket, it only looks as if it was gone.
    const bool may_be_hidden = reply.outcome == Outcome::not_permitted;
    if (found[k].outcome == Outcome::refused && !may_be_hidden) reply.outcome = Outcome::ticket_gone;
    if (found[k].outcome == Outcome::not_done && !may_be_hidden) reply.outcome = Outcome::not_done;
    if (found[k].outcome != Outcome::done) reply.message += "; " + found[k].message;
  }
}

std::string HaloPsa::digest_of_body(const std::string& markdown, const std::string& token) const {
  return halopsa::digest_of_body(markdown, token);
}

std::vector<Reply<RemoteTicket>> HaloPsa::update(const host::Call& call, std::span<const RemoteUpdate> updates) {
  std::vector<HttpRequest> requests;
  for (const RemoteUpdate& u : updates) requests.push_back(Client::post("/Tickets", halopsa::update(u), true));
  std::vector<Reply<RemoteTicket>> replies(updates.size());
  client_.exchange(call, requests, [&](std::size_t i, HttpAnswer&& answer) {
    replies[i] = written_ticket(answer, "ticket " + updates[i].ticket_id + " could not be changed", true);
  });
  return replies;
}

// ---- reading ------------------------------------------------------------------------------------------------------------------------

std::optional<RemoteTicket> HaloPsa::find_ticket(const host::Call& call, const std::string& token, const std::string& title,
                                                 std::optional<Time> since) {
  // A site that ignores the search lists every ticket.
  constexpr std::size_t most_candidates = 20;
  // The clocks may differ, and the list goes by the last change.
  constexpr std::chrono::minutes before{10};

  const std::string mark = std::string(reference_mark) + token;
  std::optional<RemoteTicket> found;
  std::vector<std::string> candidates;
  // A list may shorten bodies or leave them out: then the ticket itself is read.
  const auto look_at = [&](const json::object& row) {
    if (mentions(row, mark))
      found = read_ticket(row, config_.base_url);
    else if (!mentions(row, reference_mark))
      candidates.push_back(read_id(row));
    return !found.has_value();
  };

  each_row(client_, call,
           {.path = "/Tickets?order=id&orderdesc=true&includedetails=true&includeagent=true&search=" + url_escaped(token),
            .member = "tickets",
            .attempt = "HaloPSA's tickets could not be searched"},
           [&](const json::object& row) { return look_at(row) && candidates.size() < most_candidates; });
  if (!found) found = first_that_mentions(call, candidates, mark);
  if (found || !since) return found;

  // The search may lag behind, or not cover the body.
  candidates.clear();
  const std::string wanted_title = title_of(title);
  each_row(client_, call,
           {.path = changed_tickets_path(*since - before, zone_offset_),
            .member = "tickets",
            .attempt = "HaloPSA's changed tickets could not be listed"},
           [&](const json::object& row) { return read_title(row) != wanted_title || look_at(row); });
  if (!found) found = first_that_mentions(call, candidates, mark);
  return found ? found : look_beyond_the_lists(call, mark, *since);
}

// Lists and searches may show a new ticket late, or, once it was merged into another one, never. But it can be read by its id, which follows
// those that they show, or is one that they leave out.
std::optional<RemoteTicket> HaloPsa::look_beyond_the_lists(const host::Call& call, const std::string& mark, Time since) {
  constexpr std::size_t at_once = 10, most = 50, most_listed = 100;
  constexpr std::chrono::seconds latest{75};  // what a list still does not show then does not exist
  std::vector<std::int64_t> listed;           // the newest first
  each_row(client_, call,
           {.path = "/Tickets?order=id&orderdesc=true", .member = "tickets", .attempt = "HaloPSA's newest ticket could not be listed"},
           [&](const json::object& row) {
             listed.push_back(json::integer_at(row, "id").value_or(0));
             return listed.back() > 0 && listed.size() < most_listed;
           });
  if (listed.empty()) {
    if (clock_.now() - since < latest) throw Error(Status::unavailable, "whether the ticket was made is not known yet: HaloPSA lists none");
    return std::nullopt;
  }
  const std::int64_t newest = *std::max_element(listed.begin(), listed.end());
  const auto read = [&](std::span<const std::int64_t> numbers) {
    std::vector<std::string> ids;
    for (const std::int64_t id : numbers) ids.push_back(std::to_string(id));
    std::vector<RemoteTicket> there;
    for (Reply<RemoteTicket>& reply : tickets(call, ids)) {
      if (reply.outcome != Outcome::done && reply.outcome != Outcome::refused) throw Error(Status::unavailable, reply.message);
      if (reply.outcome == Outcome::done) there.push_back(std::move(reply.value));
    }
    return there;
  };
  const auto wanted = [&](const RemoteTicket& ticket) { return !ticket.token.empty() && mark.ends_with("-" + ticket.token); };
  for (std::size_t begin = 0; begin < most; begin += at_once) {
    std::vector<std::int64_t> ids(at_once);
    std::iota(ids.begin(), ids.end(), newest + 1 + static_cast<std::int64_t>(begin));
    const std::vector<RemoteTicket> there = read(ids);
    if (const auto found = std::find_if(there.begin(), there.end(), wanted); found != there.end()) return *found;
    if (there.empty()) break;
  }
  const std::vector<std::int64_t> left_out = left_out_of(listed, listed.size() < most_listed, most);
  for (std::size_t begin = 0; begin < left_out.size(); begin += at_once) {
    const std::vector<RemoteTicket> there = read(std::span(left_out).subspan(begin, std::min(at_once, left_out.size() - begin)));
    if (const auto found = std::find_if(there.begin(), there.end(), wanted); found != there.end()) return *found;
  }
  return std::nullopt;
}

std::optional<RemoteTicket> HaloPsa::first_that_mentions(const host::Call& call, std::span<const std::string> ids,
                                                         const std::string& mark) {
  const std::string attempt = "a ticket of HaloPSA could not be read";
  std::vector<HttpRequest> requests;
  for (const std::string& id : ids) requests.push_back(Client::get(ticket_path(id)));
  std::optional<RemoteTicket> found;
  std::optional<Error> failure;
  client_.exchange(call, requests, [&](std::size_t, HttpAnswer&& answer) {
    if (answer.status == Status::ok && answer.code == 404) return;
    try {
      const json::value document = document_of(answer, attempt, client_.redactor());
      const json::object* o = single(document);
      if (o != nullptr && mentions(*o, mark)) found = read_ticket(*o, config_.base_url);
    } catch (const Error& e) {
      failure = e;
    }
  });
  if (!found && failure) throw *failure;
  return found;
}

Time HaloPsa::changed_since(const host::Call& call, Time since, const std::function<void(const RemoteTicket&)>& visit) {
  // A change has a time from before it becomes visible.
  constexpr std::chrono::minutes settling{2};
  std::optional<Time> latest;  // on the site's clock, for answers without a date
  const std::optional<Time> date = each_row(
      client_, call,
      {.path = changed_tickets_path(since, zone_offset_), .member = "tickets", .attempt = "HaloPSA's changed tickets could not be listed"},
      [&](const json::object& row) {
        if (const auto ticket = read_ticket(row, config_.base_url)) {
          if (const auto at = parse_time(ticket->updated_at)) latest = std::max(latest.value_or(*at), *at);
          visit(*ticket);
        }
        return true;
      });
  if (!date && !latest) return since;
  return std::max(since, date.value_or(latest.value_or(since)) - settling);
}

std::vector<Reply<RemoteTicket>> HaloPsa::tickets(const host::Call& call, std::span<const std::string> ids) {
  std::vector<HttpRequest> requests;
  for (const std::string& id : ids) requests.push_back(Client::get(ticket_path(id)));
  std::vector<Reply<RemoteTicket>> replies(ids.size());
  client_.exchange(call, requests, [&](std::size_t i, HttpAnswer&& answer) {
    const std::string attempt = "ticket " + ids[i] + " could not be read";
    try {
      const json::value document = document_of(answer, attempt, client_.redactor());
      const json::object* o = single(document);
      auto ticket = o == nullptr ? std::nullopt : read_ticket(*o, config_.base_url);
      if (!ticket) throw Error(Status::unavailable, attempt + ": HaloPSA's answer is no ticket");
      replies[i] = {Outcome::done, std::move(*ticket), {}};
    } catch (const Error& e) {
      replies[i] = unread<RemoteTicket>(e);
    }
  });
  return replies;
}

std::vector<Reply<std::vector<RemoteNote>>> HaloPsa::notes(const host::Call& call, std::span<const std::string> ticket_ids) {
  std::vector<Reply<std::vector<RemoteNote>>> replies(ticket_ids.size());
  // Pasted images are part of the notes, so that a page of them may be too large to be taken.
  constexpr std::size_t few_rows = 5;
  std::vector<NoteReading> readings(ticket_ids.size());
  std::vector<std::size_t> left(ticket_ids.size());
  for (std::size_t i = 0; i < left.size(); ++i) left[i] = i;
  while (!left.empty()) {
    std::vector<HttpRequest> requests;
    for (const std::size_t i : left)
      requests.push_back(Client::get("/Actions?ticket_id=" + url_escaped(ticket_ids[i]) + "&note_html=true&excludesys=true&" +
                                     page_query(readings[i].page, readings[i].rows)));
    std::vector<std::size_t> unfinished;
    client_.exchange(call, requests, [&](std::size_t k, HttpAnswer&& answer) {
      const std::size_t i = left[k];
      const std::string attempt = "the notes of ticket " + ticket_ids[i] + " could not be read";
      try {
        const bool more = take_notes(readings[i], answer, attempt, client_.redactor(), zone_offset_, config_.client_id, replies[i].value);
        if (more) unfinished.push_back(i);
        replies[i].outcome = Outcome::done;
        replies[i].message.clear();
      } catch (const Error& e) {
        replies[i] = unread<std::vector<RemoteNote>>(e);
        if (answer.status != Status::unavailable || readings[i].rows == few_rows) return;
        readings[i] = NoteReading(few_rows);
        unfinished.push_back(i);
      }
    });
    left = std::move(unfinished);
  }
  for (auto& reply : replies) sort_by_age(reply.value);
  return replies;
}

// ---- the kind -----------------------------------------------------------------------------------------------------------------------

namespace {

std::vector<Problem> problems(const PsaEnvironment& environment) {
  ReadConfig read = read_config(environment);
  const std::string& ca_file = read.config.ca_file;
  if (environment.values.contains("HALOPSA_CA_FILE") && !std::ifstream(ca_file).good())
    read.problems.push_back({"HALOPSA_CA_FILE", "HALOPSA_CA_FILE cannot be read: " + ca_file});
  return std::move(read.problems);
}

std::unique_ptr<Psa> make(const PsaEnvironment& environment, host::Clock& clock, host::Log& log) {
  Config config = read_config(environment).config;
  if (!config.verify_tls)
    log.write(PICKET_LOG_WARNING,
              "HALOPSA_VERIFY_SSL=false: HaloPSA's certificate is not checked; whoever is on the way can read the credentials and change "
              "everything; name its authority in HALOPSA_CA_FILE instead");
  if (config.plain_http) log.write(PICKET_LOG_WARNING, "HaloPSA is reached by http: the credentials travel in clear text");
  return std::make_unique<HaloPsa>(std::move(config), environment.proxy, clock, log);
}

}  // namespace

const PsaKind& kind() {
  static const PsaKind halopsa{.id = "halopsa", .title = "HaloPSA", .keys = keys(), .problems = &problems, .make = &make};
  return halopsa;
}

}  // namespace picket::psa::halopsa
