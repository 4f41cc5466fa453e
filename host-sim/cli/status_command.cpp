#include "host-sim/cli/commands.hpp"
#include "host-sim/cli/json_values.hpp"
#include "host-sim/store/psa.hpp"
#include "host-sim/store/status.hpp"
#include "sdk/common/json.hpp"
#include "sdk/common/list.hpp"
#include "sdk/common/time_text.hpp"
#include "sdk/host/settings.hpp"

namespace picket::cli {

namespace {

std::string ago(const std::optional<Time>& t, Time now) { return t ? format_duration_for_people(now - *t) + " ago" : "never"; }

// The processing error that the provider keeps in an alert's metadata.
std::string processing_error(const store::FailingFinding& f) {
  const json::object metadata = json::object_or_empty(f.metadata);
  const json::object* error = json::object_at(metadata, "processing_error");
  return error == nullptr ? std::string() : json::text_at(*error, "message").value_or("");
}

// A poll that was killed leaves "syncing" behind.
std::string state_of(const store::ConnectionStatus& s) {
  return s.connection.sync_status == "syncing" && !s.lease ? "interrupted" : s.connection.sync_status;
}

json::object queue_json(const store::QueueState& queue) {
  return {{"waiting", queue.waiting},
          {"failing", queue.failing},
          {"given_up", queue.given_up},
          {"oldest", time_or_null(queue.oldest)},
          {"last_error", text_or_null(queue.last_error)}};
}

std::string queue_text(const store::QueueState& queue, Time now) {
  std::string text = "nothing waits";
  if (queue.oldest) text = std::to_string(queue.waiting) + " waiting, the oldest for " + format_duration_for_people(now - *queue.oldest);
  if (queue.failing > 0) text += ", " + std::to_string(queue.failing) + " failing";
  if (queue.given_up > 0) text += ", " + std::to_string(queue.given_up) + " given up";
  return queue.last_error.empty() ? text : text + ": " + queue.last_error;
}

// What only the manifest knows of a connection: which settings are missing, and the cursor of the main stream.
struct Registered {
  bool known = false;
  std::vector<std::string> missing;
  std::optional<Time> cursor;
};

Registered registered(HostContext& context, const store::ConnectionStatus& s) {
  for (const registry::Entry& entry : context.registry().entries()) {
    if (entry.manifest.id != s.connection.provider) continue;
    Registered r;
    r.known = true;
    r.missing = host::missing_settings(entry.manifest, s.connection.settings);
    for (const auto& [stream, key] : entry.manifest.cursors)
      if (const auto text = json::text_at(s.connection.settings, key); text && !r.cursor) r.cursor = parse_time(*text);
    return r;
  }
  return {};
}

struct Failing {
  std::string external_id;
  std::uint32_t failures = 0;
  std::string error;
};

std::vector<Failing> failing_of(HostContext& context, const store::Connection& c) {
  constexpr std::size_t max_shown = 10;
  std::vector<Failing> list;
  for (const store::FailingFinding& f : store::failing_findings(context.db(), c.tenant, c.integration_id, max_shown))
    list.push_back({f.external_id, f.failures, processing_error(f)});
  return list;
}

json::object status_json(const store::ConnectionStatus& s, const Registered& r, const std::vector<Failing>& findings, Time now) {
  const store::Connection& c = s.connection;
  json::array failing;
  for (const Failing& f : findings) failing.push_back({{"external_id", f.external_id}, {"failures", f.failures}, {"message", f.error}});
  const json::value age = r.cursor ? json::value(std::chrono::duration_cast<std::chrono::seconds>(now - *r.cursor).count()) : nullptr;
  return {{"tenant", c.tenant_name},
          {"provider", c.provider},
          {"account", text_or_null(s.account_name)},
          {"base_url", c.instance_url},
          {"active", c.is_active},
          {"routing", {{"complete", r.known && r.missing.empty()}, {"missing", json::value(boost::json::value_from(r.missing))}}},
          {"sync_status", state_of(s)},
          {"sync_error", text_or_null(c.sync_error)},
          {"polling_now", s.lease ? json::value(s.lease->text) : json::value(nullptr)},
          {"last_poll", time_or_null(c.last_incremental_sync_at)},
          {"cursor", time_or_null(r.cursor)},
          {"cursor_age_seconds", age},
          {"organizations", s.organizations},
          {"unmapped", s.unmapped_organizations},
          {"opted_out", s.opted_out_organizations},
          {"open_alerts", s.open_alerts},
          {"open_findings_without_open_ticket", s.without_open_ticket},
          {"tickets", s.tickets},
          {"incomplete_tickets", s.incomplete_alerts},
          {"failing_findings", s.failing_alerts},
          {"failing", std::move(failing)},
          {"outbox", queue_json(s.outbox)},
          {"ticket_events", queue_json(s.ticket_events)}};
}

std::string status_text(const store::ConnectionStatus& s, const Registered& r, const std::vector<Failing>& findings, Time now) {
  const store::Connection& c = s.connection;
  const std::string routing = !r.known            ? "its provider is not registered here"
                              : r.missing.empty() ? "complete"
                                                  : "incomplete, missing: " + joined(r.missing);
  std::string text =
      c.provider + " for " + c.tenant_name + "\n" +
      table({{"  account", s.account_name.empty() ? "-" : s.account_name},
             {"  active", c.is_active ? "yes" : "no, disconnected"},
             {"  routing", routing},
             {"  state", state_of(s) + (s.lease ? ", " + s.lease->purpose + " is running: " + s.lease->text : "")},
             {"  error", c.sync_error.empty() ? "-" : c.sync_error},
             {"  last poll", ago(c.last_incremental_sync_at, now)},
             {"  cursor", r.cursor ? format_time_for_people(*r.cursor) + " (" + ago(r.cursor, now) + ")" : "-"},
             {"  organizations", std::to_string(s.organizations) + ", " + std::to_string(s.unmapped_organizations) + " unmapped, " +
                                     std::to_string(s.opted_out_organizations) + " opted out"},
             {"  alerts", std::to_string(s.open_alerts) + " open, " + std::to_string(s.without_open_ticket) +
                              " of them without an open ticket, " + std::to_string(s.failing_alerts) + " failing"},
             {"  tickets", std::to_string(s.tickets) + ", " + std::to_string(s.incomplete_alerts) + " still to be filled in"},
             {"  outbox", queue_text(s.outbox, now)},
             {"  events", queue_text(s.ticket_events, now)}});
  for (const Failing& f : findings) text += "    " + f.external_id + ", " + std::to_string(f.failures) + " times: " + f.error + "\n";
  return text;
}

}  // namespace

int status(HostContext& context, const Console& console, const std::string& tenant_text) {
  const std::string tenant = tenant_text.empty() ? std::string{} : store::find_tenant(context.db(), tenant_text).id;
  const Time now = context.now();
  json::array list;
  std::string text;
  for (const store::ConnectionStatus& s : store::connection_status(context.db(), context.clock(), tenant)) {
    const Registered r = registered(context, s);
    const std::vector<Failing> failing = failing_of(context, s.connection);
    list.push_back(status_json(s, r, failing, now));
    text += (text.empty() ? "" : "\n") + status_text(s, r, failing, now);
  }
  console.print({{"connections", std::move(list)}}, text.empty() ? "No connections. Make one with \"picket connect\".\n" : text);
  return done;
}

}  // namespace picket::cli
