#include "host-sim/cli/commands.hpp"
#include "host-sim/cli/json_values.hpp"
#include "host-sim/config/network.hpp"
#include "host-sim/config/transport.hpp"
#include "host-sim/operations/poll.hpp"
#include "sdk/common/json.hpp"

namespace picket::cli {

namespace {

json::object change_json(const ChangeSet& c) {
  json::object o;
  if (c.alert) o["external_id"] = c.alert->external_id;
  if (c.mapping) o["organization"] = {{"external_id", c.mapping->external_id}, {"name", c.mapping->external_name}};
  if (c.open_ticket)
    o["open_ticket"] = {{"title", c.open_ticket->title},
                        {"client_id", c.open_ticket->client_id},
                        {"board_id", c.open_ticket->board_id},
                        {"priority_id", c.open_ticket->priority_id},
                        {"description", c.open_ticket->body_markdown}};
  if (!c.notes.empty()) o["notes"] = boost::json::value_from(c.notes);
  if (c.ticket_action == TicketAction::close) o["ticket_action"] = "close";
  if (c.ticket_action == TicketAction::reopen) o["ticket_action"] = "reopen";
  if (!c.priority_id.empty()) o["priority_id"] = c.priority_id;
  if (!c.cursor_stream.empty()) o["cursor"] = {{"stream", c.cursor_stream}, {"value", c.cursor_value}};
  return o;
}

std::string change_text(const ChangeSet& c) {
  if (!c.alert) return {};
  std::string what = "record without a ticket";
  if (c.open_ticket)
    what = "open \"" + c.open_ticket->title + "\"";
  else if (c.ticket_action == TicketAction::close)
    what = "note and close";
  else if (c.ticket_action == TicketAction::reopen)
    what = "note and reopen";
  else if (!c.notes.empty())
    what = "note";
  return "  " + c.alert->external_id + ": " + what + "\n";
}

json::object result_json(const operations::PollResult& r, bool dry_run) {
  json::array errors;
  if (!r.error.empty()) errors.push_back({{"external_id", ""}, {"message", r.error}});
  for (const FindingError& e : r.report.errors) errors.push_back({{"external_id", e.external_id}, {"message", e.message}});
  if (!r.events_error.empty())
    errors.push_back({{"external_id", ""}, {"message", "sending the ticket events to the vendor: " + r.events_error}});
  for (const std::string& e : r.events.errors) errors.push_back({{"external_id", ""}, {"message", "an event was not taken: " + e}});
  json::object o{{"provider", r.provider},
                 {"tenant", r.tenant},
                 {"status", operations::name_of(r.state)},
                 {"skipped_reason", text_or_null(r.skipped_reason)},
                 {"collected", r.report.collected},
                 {"created", r.report.created},
                 {"noted", r.report.noted},
                 {"closed", r.report.closed},
                 {"recorded", r.report.recorded},
                 {"unchanged", r.report.unchanged},
                 {"healed", r.report.healed},
                 {"failed", r.report.failed},
                 {"events_told", r.events.sent},
                 {"events_failed", r.events.postponed + r.events.given_up},
                 {"cursor", text_or_null(r.report.cursor)},
                 {"requests", r.requests},
                 {"duration_ms", r.duration.count()},
                 {"errors", std::move(errors)}};
  if (dry_run) {
    json::array changes;
    for (const ChangeSet& c : r.changes) changes.push_back(change_json(c));
    o["changes"] = std::move(changes);
  }
  return o;
}

std::string result_text(const operations::PollResult& r, bool dry_run) {
  if (r.state == operations::PollState::skipped) return "Skipped: " + r.skipped_reason + "\n";
  std::string text;
  if (!r.error.empty()) text += "Failed: " + r.error + "\n";
  if (dry_run) {
    text += "Nothing was written. A poll would:\n";
    for (const ChangeSet& c : r.changes) text += change_text(c);
  }
  text += std::to_string(r.report.collected) + (r.report.collected == 1 ? " finding read, " : " findings read, ");
  const auto count = [&](std::uint64_t n, std::string_view what) {
    if (n > 0) text += std::to_string(n) + std::string(what) + ", ";
  };
  count(r.report.created, r.report.created == 1 ? " ticket opened" : " tickets opened");
  count(r.report.noted, " noted");
  count(r.report.closed, " closed");
  count(r.report.recorded, " recorded without a ticket");
  count(r.report.unchanged, " unchanged");
  count(r.report.healed, " healed by the sweep");
  count(r.report.failed, " failed");
  count(r.events.sent, r.events.sent == 1 ? " ticket event sent to the vendor" : " ticket events sent to the vendor");
  count(r.events.postponed + r.events.given_up, " ticket events not taken");
  text += std::to_string(r.requests) + (r.requests == 1 ? " request, " : " requests, ") + std::to_string(r.duration.count()) + " ms\n";
  for (const FindingError& e : r.report.errors)
    text += "  failed: " + (e.external_id.empty() ? "a finding" : e.external_id) + ": " + e.message + "\n";
  if (!r.events_error.empty()) text += "  failed: sending the ticket events to the vendor: " + r.events_error + "\n";
  for (const std::string& e : r.events.errors) text += "  an event was not taken: " + e + "\n";
  return text;
}

}  // namespace

int poll(HostContext& context, const Console& console, const PollArguments& arguments) {
  const config::Environment environment = config::process_environment();
  const auto value_of = [&](std::string_view key) { return environment(std::string(key).c_str()).value_or(""); };
  if (const auto wrong = config::transport_problem(context.registry().find(arguments.provider).manifest, value_of))
    throw Error(Status::invalid, wrong->text, wrong->key);
  operations::PollOptions options;
  options.dry_run = arguments.dry_run;
  options.sweep = arguments.sweep;
  operations::PollResult result;
  {
    ProgressLine progress;
    options.progress = [&](std::uint64_t done_so_far, std::uint64_t total) { progress.show(done_so_far, total); };
    result = operations::poll(context, arguments.provider, arguments.tenant, options);
  }
  if (result.state == operations::PollState::error)
    context.log().write(PICKET_LOG_ERROR, result.provider + " for " + result.tenant + ": " + result.error);
  console.print(result_json(result, arguments.dry_run), result_text(result, arguments.dry_run));
  if (result.state == operations::PollState::error) return result.misconfigured ? wrong_usage : failed;
  if (!result.events_error.empty()) return failed;
  return result.report.failed + result.events.postponed + result.events.given_up > 0 ? done_with_failures : done;
}

}  // namespace picket::cli
