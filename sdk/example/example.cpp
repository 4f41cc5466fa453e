// A whole provider, to copy for a new vendor: the imaginary Acme, which lists its findings as JSON. The life of a finding (what is known,
// deciding, failures, the cursor) is sdk/lifecycle's, as for every provider; here is what only Acme's knows: its API and the words.
//
//   GET /v1/account                -> {"name": "Acme MSP"}
//   GET /v1/organizations          -> {"organizations": [{"id": "7", "name": "Contoso"}]}
//   GET /v1/findings?since=<time>  -> {"findings": [{"id", "title", "severity", "organization", "open", "updated_at"}]}, oldest first;
//                                     /v1/findings/<id> gives one of them
//   GET /v1/findings/<id>/comments -> {"comments": [{"text"}]}; POST {"text"} adds one
#include <set>

#include "sdk/common/markdown.hpp"
#include "sdk/common/text.hpp"
#include "sdk/common/url_escape.hpp"
#include "sdk/lifecycle/fingerprint.hpp"
#include "sdk/lifecycle/routing_settings.hpp"
#include "sdk/lifecycle/service_ledger.hpp"
#include "sdk/provider/vendor_answer.hpp"

namespace {

using namespace picket;
using lifecycle::Finding, lifecycle::FindingState;

std::string refusal(const std::string&, int) { return "Acme refused the API key; connect again with a valid one"; }
constexpr VendorApi acme{"Acme", "the base URL", refusal};

// One line of plain text, whatever the vendor sent.
std::string line_at(const json::object& o, std::string_view key) { return text::clean_line(json::text_at(o, key).value_or(""), 250).text; }

Finding read_finding(const json::object& o, Time now) {
  Finding f;
  f.external_id = f.alert.external_id = line_at(o, "id");
  f.organization_id = line_at(o, "organization");
  f.state = json::bool_at(o, "open").value_or(true) ? FindingState::open : FindingState::closed;
  f.updated_at = lifecycle::Walk::plausible(parse_time(line_at(o, "updated_at")), now);
  f.alert.message = line_at(o, "title");
  f.alert.severity = line_at(o, "severity");
  f.alert.status = f.state == FindingState::open ? "open" : "closed";
  if (f.state == FindingState::closed) f.alert.resolved_at = f.updated_at.value_or(now);
  f.alert.fingerprint = lifecycle::Fingerprint().add(f.alert.message).add(f.alert.severity).add(f.alert.status).text("");
  return f;
}

// What a technician reads. What the vendor sent is text: markdown::line escapes it.
class Words final : public lifecycle::Vendor {
  Opening open_ticket(const Finding& f, lifecycle::Target, const std::optional<Mapping>&, Alert&) override {
    return {.title = "[Acme] " + f.alert.message, .body_markdown = markdown::line(f.alert.message)};
  }
  Update update_ticket(const Finding& f, const Alert&, Alert&) override {
    return {.notes = {"Acme changed this finding; it is now " + f.alert.status + "."}};
  }
  Opening minimal_ticket(const std::string& id, std::uint32_t, const std::string& error) override {
    return {.title = "[Acme] Finding " + id + " could not be processed", .body_markdown = markdown::line(error)};
  }
};

// What an analyst reads of a ticket event; empty where there is nothing to say. It ends in the event's id, by which it is recognized.
std::string comment_for(const TicketEvent& event) {
  const std::string mark = "\n[" + event.event_id + "]";
  if (event.kind == TicketEventKind::created) return "Ticket " + event.ticket_number + " was opened in " + event.desk + "." + mark;
  if (event.kind != TicketEventKind::note) return {};
  return (event.author.empty() ? "Somebody" : event.author) + " wrote on ticket " + event.ticket_number + ":\n" + event.text + mark;
}

class Acme final : public Provider {
 public:
  Acme(const Services& services, const Connection& connection) : services_(services), base_url_(connection.base_url) {}

  std::string check(const Call& call) override {
    const std::string name = line_at(get(call, "/v1/account"), "name");
    if (name.empty()) throw acme.unexpected("/v1/account", "text under \"name\"");
    return json::to_string(json::object{{"accountName", name}});
  }

  void organizations(const Call& call, const std::function<void(std::string_view, std::string_view)>& visit) override {
    for (const json::value& row : list(call, "/v1/organizations", "organizations"))
      if (const json::object* o = row.if_object(); o != nullptr && !line_at(*o, "id").empty())
        visit(line_at(*o, "id"), line_at(*o, "name"));
  }

  void poll(const Call& call, std::uint32_t /*flags*/, PollReport& report) override {
    const lifecycle::Routing routing =
        lifecycle::read_routing(json::parse_object(services_.settings(call), "the settings"), {"low", "medium", "high"});
    const Time now = services_.now();
    lifecycle::ServiceLedger ledger(services_, call);
    const std::optional<Time> cursor = ledger.time_cursor("findings");
    report.cursor = format_time(cursor.value_or(now - std::chrono::days{7}));
    std::vector<Finding> findings;
    for (const json::value& row : list(call, "/v1/findings?since=" + url_escaped(report.cursor), "findings")) {
      Finding f = row.is_object() ? read_finding(row.get_object(), now) : Finding();
      if (f.external_id.empty())
        report.errors.push_back({"", "Acme sent a finding without an id; ask Acme's support"});
      else
        findings.push_back(std::move(f));
    }
    report.failed = report.errors.size();
    report.collected = findings.size() + report.failed;
    // The cursor has passed those that failed before, so they are read again by id.
    for (const Alert& alert : services_.list_alerts(call, AlertState::failing, 10))
      findings.push_back(lifecycle::read_again(
          alert, "deleted", now, [&] { return read_finding(get(call, "/v1/findings/" + url_escaped(alert.external_id)), now); }));
    Words words;
    (void)lifecycle::Cycle(ledger, words, routing, report, now).run(std::move(findings), {"findings", true, cursor});
  }

  bool takes_ticket_events() const override { return true; }

  void ticket_events(const Call& call, std::span<const TicketEvent> events, const EventOutcome& outcome) override {
    std::set<std::string> waiting;  // tickets whose later events wait for one that failed
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (waiting.contains(events[i].ticket_id)) continue;
      call.check();
      Result<bool> result = result_of<bool>([&] { return write_comment(call, events[i]); });
      if (result.status == Status::cancelled || result.status == Status::deadline)
        result.status = Status::unknown_outcome;  // the call ended while the request was under way
      outcome(i, result.status, result.message);
      if (result.status == Status::auth) throw Error(result.status, result.message);  // no other event would fare better
      if (!result.value) waiting.insert(events[i].ticket_id);
    }
  }

 private:
  bool write_comment(const Call& call, const TicketEvent& event) const {
    const std::string comment = comment_for(event);
    if (comment.empty()) return true;
    const std::string path = "/v1/findings/" + url_escaped(event.external_id) + "/comments";
    if (event.repeated)  // an earlier attempt may have written it
      for (const json::value& one : list(call, path, "comments"))
        if (one.is_object() && json::text_at(one.get_object(), "text").value_or("").ends_with("[" + event.event_id + "]")) return true;
    acme.expect_written(path, services_.send(call, request(call, path, json::to_string(json::object{{"text", comment}}))));
    return true;
  }

  // A POST if there is a body; it is not repeatable, or the host might add a comment twice.
  HttpRequest request(const Call& call, const std::string& path, const std::string& body = {}) const {
    const HttpHeaders headers = {{"authorization", "Bearer " + services_.secret(call, "api_key")}, {"content-type", "application/json"}};
    return {body.empty() ? "GET" : "POST", base_url_ + path, headers, body, body.empty()};
  }
  json::object get(const Call& call, const std::string& path) const { return acme.object(path, services_.send(call, request(call, path))); }
  json::array list(const Call& call, const std::string& path, std::string_view key) const { return acme.list(get(call, path), key, path); }

  Services services_;
  std::string base_url_;
};

}  // namespace

PICKET_PROVIDER("acme-example", "1.0.0", make_provider<Acme>);
