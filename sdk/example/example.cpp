// A whole provider, to copy for a new vendor: the imaginary Acme, which lists its findings as JSON. It shows the order of events and
// every duty towards the host; real ones use sdk/mirror for the life of a finding (reopening, sweeps, retries, assets).
//
//   GET /v1/account                -> {"name": "Acme MSP"}
//   GET /v1/organizations          -> {"organizations": [{"id": "7", "name": "Contoso"}]}
//   GET /v1/findings?since=<time>  -> {"findings": [{"id", "organization_id", "title", "severity", "open", "updated_at"}]}, oldest first
#include "sdk/common/json.hpp"
#include "sdk/common/text.hpp"
#include "sdk/common/time_text.hpp"
#include "sdk/provider/provider.hpp"

namespace {

using namespace picket;

// One line of plain text, whatever the vendor sent.
std::string line_at(const json::object& o, std::string_view key) { return text::clean_line(json::text_at(o, key).value_or(""), 250).text; }

class Acme final : public Provider {
 public:
  Acme(const Services& services, const Connection& connection) : services_(services), base_url_(connection.base_url) {
    const std::string_view needed[] = {PICKET_HTTP_1, PICKET_SECRETS_1, PICKET_CLOCK_1};
    services_.require(needed);
  }

  std::string check(const Call& call) override {
    const json::object account = fetch(call, "/v1/account", "name");
    return json::to_string(json::object{{"accountName", line_at(account, "name")}});
  }

  void organizations(const Call& call, const std::function<void(std::string_view, std::string_view)>& visit) override {
    for (const json::object& o : list(call, "/v1/organizations", "organizations")) visit(line_at(o, "id"), line_at(o, "name"));
  }

  void poll(const Call& call, std::uint32_t /*flags*/, PollReport& report) override {
    const json::object settings = json::parse_object(services_.settings(call), "the connection's settings");
    const std::string since = services_.cursor(call, stream).value_or(format_time(services_.now() - std::chrono::hours{24 * 7}));
    const std::vector<json::object> findings = list(call, "/v1/findings?since=" + since, "findings");
    std::vector<std::string> ids;
    for (const json::object& finding : findings) ids.push_back(line_at(finding, "id"));
    const std::vector<Alert> known = services_.find_alerts(call, ids);

    std::vector<ChangeSet> changes;
    std::string newest = since;
    for (const json::object& finding : findings) {
      ++report.collected;
      const auto updated = parse_time(line_at(finding, "updated_at"));
      if (!updated) throw Error(Status::unavailable, "Acme sent a finding without a time; ask Acme's support", "updated_at");
      newest = std::max(newest, format_time(*updated));
      if (auto change = plan(finding, known, settings))
        changes.push_back(*std::move(change));
      else
        ++report.unchanged;
    }
    apply(call, changes, report);
    // Only past what was applied in full: after a failure the next run reads the same findings again.
    if (report.failed > 0 || newest == since) return;
    ChangeSet cursor;
    cursor.cursor_stream = stream;
    cursor.cursor_value = report.cursor = newest;
    services_.apply(call, {&cursor, 1});
  }

 private:
  static constexpr const char* stream = "findings";

  // What has to change for one finding; nothing when it is as it was last time. No I/O: easy to test.
  static std::optional<ChangeSet> plan(const json::object& finding, const std::vector<Alert>& known, const json::object& settings) {
    ChangeSet change;
    Alert& alert = change.alert.emplace();
    for (const Alert& one : known)
      if (one.external_id == line_at(finding, "id")) alert = one;
    const bool open = json::bool_at(finding, "open").value_or(true);
    const std::string fingerprint = line_at(finding, "updated_at") + (open ? " open" : " closed");
    if (alert.fingerprint == fingerprint) return std::nullopt;
    alert.external_id = line_at(finding, "id");
    alert.message = line_at(finding, "title");
    alert.severity = line_at(finding, "severity");
    alert.status = open ? "open" : "closed";
    alert.fingerprint = fingerprint;
    alert.resolved_at = open ? std::nullopt : parse_time(line_at(finding, "updated_at"));
    if (!alert.ticket_id.empty()) {
      change.notes.push_back("Acme changed this finding; it is now " + alert.status + ".");
    } else if (open) {
      TicketDraft& ticket = change.open_ticket.emplace();
      ticket.title = "[Acme] " + alert.message;
      ticket.client_id = json::text_at(settings, "clientId").value_or("");
      ticket.board_id = json::text_at(settings, "boardId").value_or("");
      ticket.source_reference = alert.external_id;
    }
    return change;
  }

  void apply(const Call& call, const std::vector<ChangeSet>& changes, PollReport& report) const {
    services_.apply(call, changes, [&](std::size_t i, ApplyOutcome&& outcome) {
      if (outcome.status != Status::ok) {
        ++report.failed;
        report.errors.push_back({changes[i].alert->external_id, outcome.message});
      } else {
        ++(changes[i].open_ticket ? report.created : changes[i].notes.empty() ? report.recorded : report.noted);
      }
    });
  }

  // The vendor's answer, an object that has `member`. Every other answer is an error that says what to do.
  json::object fetch(const Call& call, const std::string& path, std::string_view member) const {
    call.check();
    const HttpAnswer answer = services_.send(
        call, {.url = base_url_ + path, .headers = {{"authorization", "Bearer " + services_.secret(call, "api_key")}}, .body = {}});
    if (answer.status != Status::ok) throw Error(answer.status, "Acme could not be reached: " + answer.message, {}, answer.retry_after);
    if (answer.code == 401 || answer.code == 403) throw Error(Status::auth, "Acme refused the API key; connect again with a valid one");
    if (answer.code != 200)
      throw Error(Status::unavailable, "Acme answered with HTTP code " + std::to_string(answer.code) + "; try again later");
    try {
      json::object o = json::parse_object(answer.body, "Acme's answer");
      if (o.contains(member)) return o;
    } catch (const Error&) {
      // what came is told below, without the vendor's words
    }
    throw Error(Status::unavailable, "Acme's answer is not as documented; is the base URL right?", std::string(member));
  }

  std::vector<json::object> list(const Call& call, const std::string& path, std::string_view member) const {
    const json::object answer = fetch(call, path, member);
    std::vector<json::object> items;
    if (const json::array* array = json::array_at(answer, member))
      for (const json::value& item : *array)
        if (item.is_object() && !line_at(item.get_object(), "id").empty()) items.push_back(item.get_object());
    return items;
  }

  Services services_;
  std::string base_url_;
};

std::unique_ptr<Provider> make_acme(const Services& services, const Connection& connection) {
  return std::make_unique<Acme>(services, connection);
}

}  // namespace

PICKET_PROVIDER("acme-example", "1.0.0", make_acme);
