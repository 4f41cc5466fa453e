// The example provider through the guard, against a vendor and a store of a few lines each: what it teaches has to be right.
#include <doctest/doctest.h>

#include <map>

#include "sdk/common/json.hpp"
#include "sdk/conformance/fakes.hpp"
#include "sdk/host/provider_session.hpp"

using namespace picket;
using namespace picket::host;

namespace {

// What the example writes, kept in memory.
struct Store final : Storage, Tickets {
  std::string settings() override {
    return R"({"boardId":"b","fallbackClientId":"f","fallbackBoardId":"t","severityPriorityMap":{"low":"1","medium":"2","high":"3"}})";
  }
  std::optional<std::string> cursor(std::string_view) override { return cursor_value; }
  void find_alerts(std::span<const std::string_view> ids, const std::function<void(const Alert&)>& visit) override {
    for (const std::string_view id : ids)
      if (const auto found = alerts.find(std::string(id)); found != alerts.end()) visit(found->second);
  }
  void list_alerts(std::int32_t, std::size_t, const std::function<void(const Alert&)>& visit) override {
    for (const auto& [id, alert] : alerts)
      if (alert.failures > 0) visit(alert);
  }
  void find_mappings(std::span<const std::string_view> ids, const std::function<void(const Mapping&)>& visit) override {
    for (const std::string_view id : ids) {
      Mapping mapping;
      mapping.external_id = id;
      mapping.client_id = "c";
      visit(mapping);
    }
  }

  void apply(const Call&, std::span<const ChangeSet> sets, const Outcome& outcome) override {
    for (std::size_t i = 0; i < sets.size(); ++i) {
      const ChangeSet& set = sets[i];
      if (!set.cursor_stream.empty()) cursor_value = set.cursor_value;
      if (!set.alert) {
        outcome(i, Status::ok, "", "");
        continue;
      }
      const std::string& id = set.alert->external_id;
      if (set.open_ticket && set.open_ticket->title == refused) {
        outcome(i, Status::invalid, "", "the board is gone");
        continue;
      }
      Alert& stored = alerts[id];
      if (conflicts > 0 || set.alert->revision != stored.revision) {
        if (conflicts > 0) --conflicts;
        outcome(i, Status::conflict, "", "");
        continue;
      }
      const std::string ticket_id = set.open_ticket ? "ticket-of-" + id : stored.ticket_id;
      if (set.open_ticket) drafts.push_back(*set.open_ticket);
      notes.insert(notes.end(), set.notes.begin(), set.notes.end());
      const std::uint64_t revision = stored.revision + 1;
      stored = *set.alert;
      stored.revision = revision;
      stored.ticket_id = ticket_id;
      outcome(i, Status::ok, ticket_id, "");
    }
  }

  std::optional<std::string> cursor_value;
  std::map<std::string, Alert> alerts;
  std::vector<TicketDraft> drafts;
  std::vector<std::string> notes;
  std::string refused = "[Acme] refused";
  int conflicts = 0;
};

struct Acme {
  Acme() { host.clock.advance(start - host.clock.now()); }

  PollReport poll(const std::string& findings) {
    host.vendor.answer = HttpAnswer{};
    host.vendor.answer.code = 200;
    host.vendor.answer.body = R"({"findings":)" + findings + "}";
    return run();
  }

  PollReport run() {
    Offer offer = host.offer();
    offer.storage = &store;
    offer.tickets = &store;
    const Call call{.clock = host.clock, .progress = {}};
    PollReport report;
    ProviderSession(LoadedProvider::load(PICKET_EXAMPLE_PROVIDER), {"t", "i", "https://acme.example"}, offer, call, &host.breaches)
        .poll(call, 0, report);
    CHECK(host.breaches.list.empty());
    return report;
  }

  static constexpr Time start = std::chrono::sys_days{std::chrono::year{2026} / 6 / 9} + std::chrono::hours{12};
  picket::conformance::fakes::Host host{"{}"};
  Store store;
};

}  // namespace

TEST_CASE("the example opens a ticket, then notes what changed") {
  Acme acme;
  PollReport report = acme.poll(
      R"([{"id":7,"title":"*Odd* login","severity":"high","organization":"7","open":true,"updated_at":"2026-06-09T10:00:00+02:00"}])");
  CHECK(report.created == 1);
  CHECK(report.failed == 0);
  CHECK(acme.host.vendor.urls.at(0) == "https://acme.example/v1/findings?since=2026-06-02T12%3A00%3A00.000Z");
  REQUIRE(acme.store.drafts.size() == 1);
  CHECK(acme.store.drafts[0].title == "[Acme] *Odd* login");
  CHECK(acme.store.drafts[0].body_markdown == "\\*Odd\\* login");
  CHECK(acme.store.drafts[0].client_id == "c");
  CHECK(acme.store.drafts[0].board_id == "b");
  CHECK(acme.store.cursor_value == "2026-06-09T08:00:00.000Z");
  CHECK(report.cursor == "2026-06-09T08:00:00.000Z");

  // Nothing new: nothing is written, not even the cursor.
  report = acme.poll(
      R"([{"id":7,"title":"*Odd* login","severity":"high","organization":"7","open":true,"updated_at":"2026-06-09T10:00:00+02:00"}])");
  CHECK(report.unchanged == 1);
  CHECK(acme.host.vendor.urls.at(1) == "https://acme.example/v1/findings?since=2026-06-09T08%3A00%3A00.000Z");

  report = acme.poll(
      R"([{"id":7,"title":"*Odd* login","severity":"high","organization":"7","open":false,"updated_at":"2026-06-09T09:00:00Z"}])");
  CHECK(report.noted == 1);
  CHECK(acme.store.drafts.size() == 1);
  CHECK(acme.store.notes == std::vector<std::string>{"Acme changed this finding; it is now closed."});
  CHECK(acme.store.alerts.at("7").resolved_at == Acme::start - std::chrono::hours{3});
  CHECK(acme.store.cursor_value == "2026-06-09T09:00:00.000Z");
}

TEST_CASE("findings of the example that are odd stop no others, and the cursor stays honest") {
  Acme acme;
  PollReport report = acme.poll(R"([{"id":"1","title":"no time"},
    {"id":"2","title":"far future","updated_at":"2099-01-01T00:00:00Z"},
    {"id":"3","title":"good","updated_at":"2026-06-09T10:00:00Z"},
    {"title":"no id","updated_at":"2026-06-09T10:30:00Z"}, 5,
    {"id":"4","title":"after them","updated_at":"2026-06-09T11:00:00Z"}])");
  CHECK(report.collected == 6);
  CHECK(report.created == 4);
  CHECK(report.failed == 2);
  REQUIRE(report.errors.size() == 2);
  CHECK(report.errors[0].message == "Acme sent a finding without an id; ask Acme's support");
  CHECK(acme.store.cursor_value == "2026-06-09T11:00:00.000Z");
}

TEST_CASE("a finding of the example that the host refuses is recorded and read again by the next poll") {
  Acme acme;
  PollReport report = acme.poll(R"([{"id":"5","title":"refused","updated_at":"2026-06-09T11:30:00Z"}])");
  CHECK(report.errors == std::vector<FindingError>{{"5", "the board is gone"}});
  CHECK(acme.store.alerts.at("5").failures == 1);
  CHECK(acme.store.cursor_value == "2026-06-09T11:30:00.000Z");
  acme.store.refused.clear();
  acme.host.vendor.answer.body = R"({"id":"5","title":"refused","updated_at":"2026-06-09T11:30:00Z"})";
  acme.host.vendor.first_answer = HttpAnswer{.code = 200, .headers = {}, .body = R"({"findings":[]})", .message = {}, .retry_after = {}};
  report = acme.run();
  CHECK(acme.host.vendor.urls.back() == "https://acme.example/v1/findings/5");
  CHECK(report.created == 1);
  CHECK(acme.store.alerts.at("5").failures == 0);
}

TEST_CASE("the example plans again after a conflict") {
  Acme acme;
  acme.store.conflicts = 1;
  PollReport report = acme.poll(R"([{"id":"1","title":"a","updated_at":"2026-06-09T10:00:00Z"}])");
  CHECK(report.created == 1);
  CHECK(report.failed == 0);
  CHECK(acme.store.cursor_value == "2026-06-09T10:00:00.000Z");
  // The same finding twice in one list: the second one is planned against what the first one wrote.
  report = acme.poll(
      R"([{"id":"2","title":"a","updated_at":"2026-06-09T10:10:00Z"},{"id":"2","title":"b","updated_at":"2026-06-09T10:20:00Z"}])");
  CHECK(report.created == 1);
  CHECK(report.noted == 1);

  acme.store.conflicts = 2;
  report = acme.poll(R"([{"id":"3","title":"a","updated_at":"2026-06-09T11:00:00Z"}])");
  CHECK(report.failed == 1);
  CHECK(acme.store.alerts.at("3").failures == 1);  // so the next poll reads it again
  CHECK(acme.store.cursor_value == "2026-06-09T11:00:00.000Z");
}

TEST_CASE("a list of the example's that is no list is an error") {
  Acme acme;
  CHECK_THROWS_WITH_AS(acme.poll(R"({"1":{"id":"1"}})"), doctest::Contains("a list under \"findings\""), Error);
  CHECK_FALSE(acme.store.cursor_value);
}

namespace {

TicketEvent event_of(TicketEventKind kind, std::string event_id, std::string ticket_id = "t-1") {
  TicketEvent event;
  event.kind = kind;
  event.event_id = std::move(event_id);
  event.external_id = "7/a";
  event.ticket_id = std::move(ticket_id);
  event.ticket_number = "1042";
  event.desk = "The PSA";
  event.author = "Kim";
  event.text = "<b>\"Isolated\"</b>\nthe host";
  return event;
}

// Outcomes as "0 ok", then how the call ended.
std::vector<std::string> outcomes_of(Acme& acme, const std::vector<TicketEvent>& events, int code, const std::string& body = "{}") {
  acme.host.vendor.answer = HttpAnswer{};
  acme.host.vendor.answer.code = code;
  acme.host.vendor.answer.body = body;
  const Call call{.clock = acme.host.clock, .progress = {}};
  std::vector<std::string> outcomes;
  try {
    ProviderSession(LoadedProvider::load(PICKET_EXAMPLE_PROVIDER), {"t", "i", "https://acme.example"}, acme.host.offer(), call,
                    &acme.host.breaches)
        .ticket_events(call, events, [&](std::size_t index, Status status, std::string_view) {
          outcomes.push_back(std::to_string(index) + " " + std::string(name_of(status)));
        });
  } catch (const Error& e) {
    outcomes.push_back("failed: " + std::string(name_of(e.status())));
  }
  CHECK(acme.host.breaches.list.empty());
  return outcomes;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("the example turns notes and new tickets into comments") {
  Acme acme;
  const std::vector<TicketEvent> events = {event_of(TicketEventKind::created, "e-1"), event_of(TicketEventKind::note, "e-2"),
                                           event_of(TicketEventKind::priority, "e-3")};
  CHECK(outcomes_of(acme, events, 201) == Lines{"0 ok", "1 ok", "2 ok"});
  REQUIRE(acme.host.vendor.requests.size() == 2);
  const HttpRequest& note = acme.host.vendor.requests[1];
  CHECK(note.method == "POST");
  CHECK(note.url == "https://acme.example/v1/findings/7%2Fa/comments");
  CHECK_FALSE(note.repeatable);
  CHECK(json::text_at(json::parse_object(acme.host.vendor.requests[0].body, "body"), "text") ==
        "Ticket 1042 was opened in The PSA.\n[e-1]");
  CHECK(json::text_at(json::parse_object(note.body, "body"), "text") == "Kim wrote on ticket 1042:\n<b>\"Isolated\"</b>\nthe host\n[e-2]");
}

TEST_CASE("the example looks for a comment before it is sent again") {
  TicketEvent event = event_of(TicketEventKind::note, "e-2");
  event.repeated = true;
  Acme with_comment;
  CHECK(outcomes_of(with_comment, {event}, 200, R"({"comments":[{"text":"Hello"},{"text":"Kim wrote.\n[e-2]"}]})") == Lines{"0 ok"});
  CHECK(with_comment.host.vendor.requests.size() == 1);
  Acme without_comment;
  CHECK(outcomes_of(without_comment, {event}, 200, R"({"comments":[{"text":"Kim wrote.\n[e-21]"}]})") == Lines{"0 ok"});
  CHECK(without_comment.host.vendor.requests.size() == 2);
}

TEST_CASE("outcomes of the example, and what comes after them on the same ticket and on another") {
  const std::vector<TicketEvent> events = {event_of(TicketEventKind::note, "e-1"), event_of(TicketEventKind::note, "e-2"),
                                           event_of(TicketEventKind::note, "e-3", "t-2")};
  const struct {
    int code;
    Lines outcomes;
    std::size_t requests;
  } cases[] = {
      {500, {"0 unknown_outcome", "2 unknown_outcome"}, 2}, {404, {"0 not_found", "2 not_found"}, 2}, {422, {"0 invalid", "2 invalid"}, 2},
      {429, {"0 rate_limited", "2 rate_limited"}, 2},       {401, {"0 auth", "failed: auth"}, 1},
  };
  for (const auto& c : cases) {
    CAPTURE(c.code);
    Acme acme;
    CHECK(outcomes_of(acme, events, c.code) == c.outcomes);
    CHECK(acme.host.vendor.requests.size() == c.requests);
  }
}
