#include "host-sim/serve/cycle_report.hpp"

#include "sdk/common/time_text.hpp"

namespace picket::serve {
namespace {

constexpr std::size_t max_errors = 10;

json::array texts(const std::vector<std::string>& from) { return json::array(from.begin(), from.end()); }

json::object poll_json(const operations::PollResult& r) {
  json::array errors;
  for (const FindingError& e : r.report.errors) errors.push_back({{"external_id", e.external_id}, {"message", e.message}});
  json::object o{{"status", operations::name_of(r.state)}};
  if (!r.skipped_reason.empty()) o["skipped_reason"] = r.skipped_reason;
  o["collected"] = r.report.collected;
  o["created"] = r.report.created;
  o["noted"] = r.report.noted;
  o["closed"] = r.report.closed;
  o["recorded"] = r.report.recorded;
  o["unchanged"] = r.report.unchanged;
  o["healed"] = r.report.healed;
  o["failed"] = r.report.failed;
  o["errors"] = std::move(errors);
  return o;
}

json::object delivery_json(const psa::DeliveryReport& d) {
  return {{"tickets", d.tickets},       {"adopted", d.adopted}, {"notes", d.notes},     {"updates", d.updates},
          {"follow_ups", d.follow_ups}, {"failed", d.failed},   {"waiting", d.waiting}, {"errors", texts(d.errors)}};
}

json::object pull_json(const psa::PullReport& p) {
  return {{"listed", p.listed}, {"changed", p.changed}, {"events", p.events}, {"failed", p.failed}, {"errors", texts(p.errors)}};
}

json::object events_json(const operations::EventsReport& e) {
  return {{"told", e.sent}, {"postponed", e.postponed}, {"given_up", e.given_up}, {"errors", texts(e.errors)}};
}

}  // namespace

bool CycleReport::failed_in_part() const {
  return (poll && poll->report.failed > 0) || delivery.failed > 0 || pull.failed > 0 || events.postponed > 0 || events.given_up > 0;
}

bool CycleReport::did_something() const { return !summary(*this).empty(); }

void add(psa::DeliveryReport& sum, const psa::DeliveryReport& more) {
  sum.tickets += more.tickets;
  sum.adopted += more.adopted;
  sum.notes += more.notes;
  sum.updates += more.updates;
  sum.follow_ups += more.follow_ups;
  sum.failed += more.failed;
  sum.waiting = more.waiting;
  for (const std::string& error : more.errors)
    if (sum.errors.size() < max_errors) sum.errors.push_back(error);
}

std::string summary(const CycleReport& r) {
  std::string text;
  const auto count = [&](std::uint64_t n, std::string_view one, std::string_view many) {
    if (n > 0) text += (text.empty() ? "" : ", ") + std::to_string(n) + " " + std::string(n == 1 ? one : many);
  };
  if (r.organizations) {
    count(r.organizations->created, "new organization", "new organizations");
    count(r.organizations->auto_matched.size(), "organization matched with a client", "organizations matched with clients");
  }
  if (r.poll) {
    const PollReport& p = r.poll->report;
    count(p.created, "finding became a ticket", "findings became tickets");
    count(p.noted, "finding noted", "findings noted");
    count(p.closed, "finding closed", "findings closed");
    count(p.recorded, "finding recorded without a ticket", "findings recorded without a ticket");
    count(p.healed, "finding healed by the sweep", "findings healed by the sweep");
    count(p.failed, "finding failed", "findings failed");
  }
  count(r.delivery.tickets, "ticket opened", "tickets opened");
  count(r.delivery.adopted, "ticket found again", "tickets found again");
  count(r.delivery.notes, "note sent", "notes sent");
  count(r.delivery.updates, "update sent", "updates sent");
  count(r.delivery.follow_ups, "follow-up ticket opened", "follow-up tickets opened");
  count(r.delivery.failed, "delivery failed", "deliveries failed");
  count(r.pull.changed, "ticket changed by technicians", "tickets changed by technicians");
  count(r.pull.failed, "ticket could not be read", "tickets could not be read");
  count(r.events.sent, "event sent to the vendor", "events sent to the vendor");
  count(r.events.postponed, "event to be sent again", "events to be sent again");
  count(r.events.given_up, "event refused by the vendor", "events refused by the vendor");
  return text;
}

json::object to_json(const CycleReport& r) {
  json::array errors;
  for (const StepError& e : r.errors) errors.push_back({{"step", e.step}, {"message", e.message}});
  json::object o;
  o["status"] = r.failed() ? "failed" : r.failed_in_part() ? "partial" : "done";
  o["provider"] = r.provider;
  o["tenant"] = r.tenant;
  o["desk"] = r.psa.empty() ? json::value(nullptr) : json::value(r.psa);
  o["begun_at"] = format_time(r.begun);
  o["ended_at"] = format_time(r.ended);
  o["duration_ms"] = std::chrono::duration_cast<std::chrono::milliseconds>(r.ended - r.begun).count();
  if (r.organizations)
    o["organizations"] = {{"read", r.organizations->organizations},
                          {"created", r.organizations->created},
                          {"matched", r.organizations->auto_matched.size()},
                          {"unmapped", r.organizations->unmapped}};
  o["poll"] = r.poll ? json::value(poll_json(*r.poll)) : json::value(nullptr);
  o["delivery"] = delivery_json(r.delivery);
  o["pull"] = pull_json(r.pull);
  o["events"] = events_json(r.events);
  o["requests"] = {{"vendor", r.vendor_requests}, {"desk", r.psa_requests}};
  o["errors"] = std::move(errors);
  return o;
}

}  // namespace picket::serve
