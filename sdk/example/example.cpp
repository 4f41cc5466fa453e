// A whole provider, to copy for a new vendor: the imaginary Acme, which lists its findings as JSON. It shows the order of events and
// every duty towards the host; real ones use sdk/lifecycle's Cycle for the life of a finding (reopening, sweeps, retries, assets).
//
//   GET /v1/account                -> {"name": "Acme MSP"}
//   GET /v1/organizations          -> {"organizations": [{"id": "7", "name": "Contoso"}]}
//   GET /v1/findings?since=<time>  -> {"findings": [{"id", "title", "severity", "open", "updated_at"}]}, oldest first, from `since` on
//   GET /v1/findings/<id>/comments -> {"comments": [{"text"}]}; POST {"text"} adds one
#include <algorithm>
#include <numeric>
#include <set>

#include "sdk/common/json.hpp"
#include "sdk/common/text.hpp"
#include "sdk/common/time_text.hpp"
#include "sdk/common/url_escape.hpp"
#include "sdk/lifecycle/fingerprint.hpp"
#include "sdk/common/markdown.hpp"
#include "sdk/lifecycle/walk.hpp"
#include "sdk/provider/provider.hpp"

namespace {

using namespace picket;

// One line of plain text, whatever the vendor sent.
std::string line_at(const json::object& o, std::string_view key) { return text::clean_line(json::text_at(o, key).value_or(""), 250).text; }

// What has to change for one finding; nothing when it is as it was last time. No I/O: easy to test.
std::optional<ChangeSet> plan(const json::object& finding, const std::vector<Alert>& known, const json::object& settings) {
  const std::string id = line_at(finding, "id");
  const bool open = json::bool_at(finding, "open").value_or(true);
  ChangeSet change;
  Alert& alert = change.alert.emplace();  // a known one keeps its revision: the host sees whether somebody changed it meanwhile
  for (const Alert& one : known)
    if (one.external_id == id) alert = one;
  lifecycle::Fingerprint fingerprint;
  for (const char* key : {"title", "severity", "updated_at"}) fingerprint.add(line_at(finding, key));
  const std::string now_is = fingerprint.add(open ? "open" : "closed").text("");
  if (alert.fingerprint == now_is) return std::nullopt;
  alert.external_id = id;
  alert.message = line_at(finding, "title");
  alert.severity = line_at(finding, "severity");
  alert.status = open ? "open" : "closed";
  alert.fingerprint = now_is;
  alert.resolved_at = open ? std::nullopt : parse_time(line_at(finding, "updated_at"));
  if (!alert.ticket_id.empty()) {
    change.notes.push_back("Acme changed this finding; it is now " + alert.status + ".");
  } else if (open) {
    TicketDraft& ticket = change.open_ticket.emplace();
    ticket.title = "[Acme] " + alert.message;
    ticket.body_markdown = markdown::line(alert.message);  // what the vendor sent stays text
    ticket.client_id = json::text_at(settings, "clientId").value_or("");
    ticket.board_id = json::text_at(settings, "boardId").value_or("");
    ticket.source_reference = id;
  }
  return change;
}

// What Acme's people should read of it; empty where there is nothing to tell. It ends in the event's id, by which it is known again.
std::string comment_for(const TicketEvent& event) {
  std::string words;
  if (event.kind == TicketEventKind::created)
    words = "Ticket " + event.ticket_number + " was opened in " + event.desk + ".";
  else if (event.kind == TicketEventKind::note)
    words = (event.author.empty() ? "Somebody" : event.author) + " wrote on ticket " + event.ticket_number + ":\n" + event.text;
  return words.empty() ? words : words + "\n[" + event.event_id + "]";
}

class Acme final : public Provider {
 public:
  Acme(const Services& services, const Connection& connection) : services_(services), base_url_(connection.base_url) {
    const std::string_view needed[] = {PICKET_HTTP_1, PICKET_SECRETS_1, PICKET_CLOCK_1};
    services_.require(needed);
  }

  std::string check(const Call& call) override {
    const std::string name = line_at(fetch(call, "/v1/account"), "name");
    if (name.empty()) throw not_as_documented("name");
    return json::to_string(json::object{{"accountName", name}});
  }

  void organizations(const Call& call, const std::function<void(std::string_view, std::string_view)>& visit) override {
    for (const json::object& o : list(call, "/v1/organizations", "organizations"))
      if (const std::string id = line_at(o, "id"); !id.empty())
        visit(id, line_at(o, "name"));
      else
        services_.log(call, LogLevel::warning, "Acme lists an organization without an id; it is left out");
  }

  void poll(const Call& call, std::uint32_t /*flags*/, PollReport& report) override {
    const json::object settings = json::parse_object(services_.settings(call), "the connection's settings");
    const Time now = services_.now();
    const Time since = parse_time(services_.cursor(call, stream).value_or("")).value_or(now - std::chrono::hours{24 * 7});
    report.cursor = format_time(since);
    const std::vector<json::object> findings = list(call, "/v1/findings?since=" + url_escaped(report.cursor), "findings");
    report.collected = findings.size();

    std::vector<bool> done(findings.size(), false);
    std::vector<std::size_t> todo(findings.size());
    std::iota(todo.begin(), todo.end(), std::size_t{0});
    todo = process(call, findings, todo, settings, done, report);
    todo = process(call, findings, todo, settings, done, report);  // those that somebody changed meanwhile: read and plan again
    for (const std::size_t i : todo) fail(report, findings[i], "it is being changed by somebody else; the next run tries again");
    call.progress(findings.size(), findings.size());

    // Only past what was applied without a gap: the next run reads the rest again. A time that is missing or in the future (the vendor's
    // clock, or a mistake) does not move the cursor, or everything until then would be skipped.
    Time reached = since;
    for (std::size_t i = 0; i < findings.size() && done[i]; ++i)
      reached = std::max(reached, lifecycle::Walk::plausible(parse_time(line_at(findings[i], "updated_at")), now).value_or(since));
    ChangeSet cursor;
    cursor.cursor_stream = stream;
    cursor.cursor_value = format_time(std::min(reached, now));
    if (cursor.cursor_value <= report.cursor) return;
    if (const ApplyOutcome outcome = services_.apply(call, {&cursor, 1}).front(); outcome.status != Status::ok)
      throw Error(outcome.status, "the cursor could not be moved: " + outcome.message);
    report.cursor = cursor.cursor_value;
  }

  bool takes_ticket_events() const override { return true; }

  void ticket_events(const Call& call, std::span<const TicketEvent> events, const EventOutcome& outcome) override {
    std::set<std::string> held;  // tickets whose later events must wait for one that failed
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (held.contains(events[i].ticket_id)) continue;
      call.check();
      try {
        carry(call, events[i]);
        outcome(i, Status::ok, {});
      } catch (const Error& e) {
        outcome(i, e.status(), e.what());
        if (e.status() == Status::auth) throw;  // no other would fare better
        held.insert(events[i].ticket_id);
      }
    }
  }

 private:
  static constexpr const char* stream = "findings";

  void carry(const Call& call, const TicketEvent& event) const {
    const std::string comment = comment_for(event);
    if (comment.empty()) return;
    const std::string path = "/v1/findings/" + url_escaped(event.external_id) + "/comments";
    if (event.repeated)  // it may be there already
      for (const json::object& one : list(call, path, "comments"))
        if (json::text_at(one, "text").value_or("").find("[" + event.event_id + "]") != std::string::npos) return;
    HttpRequest request = authorized(call, path);
    request.method = "POST";
    request.headers.emplace_back("content-type", "application/json");
    request.body = json::to_string(json::object{{"text", comment}});
    request.repeatable = false;  // or the host might add it twice
    HttpAnswer answer;
    try {
      answer = services_.send(call, request);
    } catch (const Error&) {  // the call was ended while the request was under way
      answer.status = Status::unknown_outcome;
    }
    if (answer.status == Status::unknown_outcome || answer.code >= 500)
      throw Error(Status::unknown_outcome, "whether Acme took the comment is not known; it is looked for before it is sent again");
    expect_good(answer);
  }

  // A finding that cannot be processed is told, and stops no other.
  static void fail(PollReport& report, const json::object& finding, const std::string& why) {
    ++report.failed;
    report.errors.push_back({line_at(finding, "id"), why});
  }

  // Reads what is known of the findings `todo`, plans and applies. Returns those that changed between reading and applying.
  std::vector<std::size_t> process(const Call& call, const std::vector<json::object>& findings, const std::vector<std::size_t>& todo,
                                   const json::object& settings, std::vector<bool>& done, PollReport& report) const {
    if (todo.empty()) return {};
    std::vector<std::string> ids;
    for (const std::size_t i : todo) ids.push_back(line_at(findings[i], "id"));
    const std::vector<Alert> known = services_.find_alerts(call, ids);
    std::vector<ChangeSet> changes;
    std::vector<std::size_t> of_change, conflicts;
    for (const std::size_t i : todo) {
      if (line_at(findings[i], "id").empty()) {
        fail(report, findings[i], "Acme sent a finding without an id; ask Acme's support");
      } else if (auto change = plan(findings[i], known, settings)) {
        changes.push_back(*std::move(change));
        of_change.push_back(i);
      } else {
        ++report.unchanged;
        done[i] = true;
      }
    }
    services_.apply(call, changes, [&](std::size_t c, ApplyOutcome&& outcome) {
      const ChangeSet& change = changes[c];
      done[of_change[c]] = outcome.status == Status::ok;
      if (outcome.status == Status::conflict)
        conflicts.push_back(of_change[c]);
      else if (outcome.status != Status::ok)
        fail(report, findings[of_change[c]], outcome.message);
      else
        ++(change.open_ticket ? report.created : change.notes.empty() ? report.recorded : report.noted);
    });
    return conflicts;
  }

  static Error not_as_documented(const std::string& part) {
    return Error(Status::unavailable, "Acme's answer is not as documented: look at '" + part + "'; is the base URL right?", part);
  }

  HttpRequest authorized(const Call& call, const std::string& path) const {
    return {.url = base_url_ + path, .headers = {{"authorization", "Bearer " + services_.secret(call, "api_key")}}, .body = {}};
  }

  // Every answer that is not a good one is an error that says what to do, without the vendor's words.
  static void expect_good(const HttpAnswer& answer) {
    if (answer.status != Status::ok) throw Error(answer.status, "Acme could not be reached: " + answer.message, {}, answer.retry_after);
    if (answer.code == 401 || answer.code == 403) throw Error(Status::auth, "Acme refused the API key; connect again with a valid one");
    if (answer.code == 404) throw Error(Status::not_found, "Acme does not know what was asked for; is the base URL right?");
    if (answer.code < 200 || answer.code > 299)
      throw Error(answer.code == 429                         ? Status::rate_limited
                  : answer.code >= 400 && answer.code <= 499 ? Status::invalid
                                                             : Status::unavailable,
                  "Acme answered with HTTP code " + std::to_string(answer.code) + "; try again later", {}, answer.retry_after);
  }

  json::object fetch(const Call& call, const std::string& path) const {
    call.check();
    const HttpAnswer answer = services_.send(call, authorized(call, path));
    expect_good(answer);
    try {
      return json::parse_object(answer.body, "Acme's answer");
    } catch (const Error&) {
      throw not_as_documented("the whole");
    }
  }

  // The list in the answer; an item that is no object comes as an empty one. A list that is not there is an error, not an empty list.
  std::vector<json::object> list(const Call& call, const std::string& path, const std::string& member) const {
    const json::object answer = fetch(call, path);
    const json::array* items = json::array_at(answer, member);
    if (items == nullptr) throw not_as_documented(member);
    std::vector<json::object> out;
    for (const json::value& item : *items) out.push_back(item.is_object() ? item.get_object() : json::object());
    return out;
  }

  Services services_;
  std::string base_url_;
};

std::unique_ptr<Provider> make_acme(const Services& services, const Connection& connection) {
  return std::make_unique<Acme>(services, connection);
}

}  // namespace

PICKET_PROVIDER("acme-example", "1.0.0", make_acme);
