#include <doctest/doctest.h>

#include <algorithm>

#include "sdk/conformance/fakes.hpp"
#include "sdk/host/provider_session.hpp"

using namespace picket;
using namespace picket::host;

namespace {

struct Session {
  explicit Session(const std::string& mode) : mode_(mode) {}

  ProviderSession open() {
    return ProviderSession(LoadedProvider::load(PICKET_BAD_PROVIDER), {"tenant", "integration", "bad:" + mode_}, host.offer(), call,
                           &host.breaches);
  }
  bool breached(std::string_view words) const {
    return std::any_of(host.breaches.list.begin(), host.breaches.list.end(),
                       [&](const std::string& breach) { return breach.find(words) != std::string::npos; });
  }

  picket::conformance::fakes::Host host{"{}"};
  Call call{.clock = host.clock, .progress = {}};

 private:
  std::string mode_;
};

struct Outcome {
  Status status = Status::ok;
  std::string message;
  PollReport report;
};

Outcome poll(ProviderSession& session, const Call& call) {
  Outcome outcome;
  try {
    session.poll(call, 0, outcome.report);
  } catch (const Error& e) {
    outcome.status = e.status();
    outcome.message = e.what();
  }
  return outcome;
}

}  // namespace

TEST_CASE("a provider that keeps the contract is heard without a breach") {
  Session s("none");
  {
    ProviderSession session = s.open();
    CHECK(session.check(s.call) == "{}");
    std::vector<std::string> names;
    session.organizations(s.call, [&](std::string_view, std::string_view name) { names.emplace_back(name); });
    CHECK(names == std::vector<std::string>{"Contoso", "Fabrikam"});
    const Outcome outcome = poll(session, s.call);
    CHECK(outcome.status == Status::ok);
    CHECK(outcome.report.collected == 3);
    CHECK(session.extension("no.such/1") == nullptr);
  }
  CHECK(s.host.breaches.list.empty());
}

TEST_CASE("every breach in a poll is named, answered, and survived") {
  struct Case {
    const char* mode;
    const char* breach;
    Status status;
  };
  const Case cases[] = {
      {"null-service-id", "picket_host.service: id is a null pointer", Status::ok},
      {"null-request", "http.exchange: requests is a null pointer with a count of 1", Status::invalid},
      {"null-visitor", "http.exchange: visit is a null pointer", Status::invalid},
      {"null-in-requests", "requests[0] is a null pointer", Status::invalid},
      {"null-in-sets", "change_sets[0] is a null pointer", Status::invalid},
      {"short-request", "requests[0].size is 4", Status::invalid},
      {"absurd-size", "requests[0].size is 3452816845", Status::invalid},
      {"null-headers", "requests[0].headers is a null pointer", Status::invalid},
      {"wrong-thread", "storage.settings was called from another thread", Status::ok},
      {"wrong-thread-fail", "picket_call.fail was called from another thread", Status::ok},
      {"other-call", "storage.settings was called with another picket_call", Status::invalid},
      {"null-call", "storage.settings was called with another picket_call", Status::invalid},
      {"from-visitor", "storage.settings was called from inside a visitor", Status::invalid},
      {"throwing-visitor", "a visitor given to storage.settings let an exception out", Status::invalid},
      {"invalid-utf8", "storage.cursor: stream is not UTF-8", Status::invalid},
      {"nul-in-text", "storage.cursor: stream has an embedded NUL", Status::invalid},
      {"null-text", "storage.cursor: stream is a null pointer with a length", Status::invalid},
      {"unknown-state", "storage.list_alerts: the state 9", Status::invalid},
      {"unknown-action", "change_sets[0].ticket_action is 7", Status::invalid},
      {"null-notes", "change_sets[0].notes is a null pointer", Status::invalid},
      {"short-alert", "change_sets[0].alert.size is 8", Status::invalid},
      {"bad-metadata", "change_sets[0].alert.metadata_json must be a JSON object", Status::invalid},
      {"cursor-without-stream", "change_sets[0].cursor_value has no cursor_stream", Status::invalid},
      {"unknown-level", "log.write: the level 12", Status::ok},
      {"leaks-secret", "picket_call.fail was given text that holds a secret", Status::auth},
      {"fails-with-ok", "picket_call.fail was called with the status 0", Status::ok},
      {"null-message", "picket_call.fail: message is a null pointer with a length", Status::unavailable},
      {"unknown-status", "poll returned the status 99", Status::internal},
      {"no-reason", "poll failed without telling picket_call.fail why", Status::unavailable},
      {"throws", "poll let an exception out", Status::internal},
      {"no-report", "poll gave its report 0 times", Status::ok},
      {"two-reports", "poll gave its report 2 times", Status::ok},
      {"short-report", "report.size is 8", Status::ok},
      {"null-report", "poll: report is a null pointer", Status::ok},
  };
  for (const Case& c : cases) {
    CAPTURE(c.mode);
    Session s(c.mode);
    {
      ProviderSession session = s.open();
      const Outcome outcome = poll(session, s.call);
      CAPTURE(outcome.message);
      CHECK(outcome.status == c.status);
      if (c.status != Status::ok) CHECK_FALSE(outcome.message.empty());
      CHECK(s.host.psa.applied.empty());
      CHECK(s.host.vendor.sent() == 0);
    }
    CHECK(s.breached(c.breach));
  }
}

TEST_CASE("several structs from a provider that knows them larger") {
  Session s("newer");
  ProviderSession session = s.open();
  CHECK(poll(session, s.call).status == Status::ok);
  CHECK(s.host.breaches.list.empty());
  CHECK(s.host.vendor.urls == std::vector<std::string>{"https://vendor.example/first", "https://vendor.example/second"});
  REQUIRE(s.host.psa.applied.size() == 2);
  CHECK(s.host.psa.applied[0].cursor_stream == "first");
  CHECK(s.host.psa.applied[1].cursor_stream == "second");
}

TEST_CASE("what belongs to an earlier call is refused") {
  const std::pair<const char*, const char*> cases[] = {
      {"keeps-call", "storage.settings was called with another picket_call"},
      {"keeps-fail", "picket_call.fail was used with what belongs to an earlier call"},
      {"keeps-report", "poll: report was used with what belongs to an earlier call"},
  };
  for (const auto& [mode, breach] : cases) {
    CAPTURE(mode);
    Session s(mode);
    ProviderSession session = s.open();
    CHECK(poll(session, s.call).status == Status::ok);
    CHECK(s.host.breaches.list.empty());
    poll(session, s.call);
    CHECK(s.breached(breach));
  }
}

TEST_CASE("a service called outside of a call, and in destroy") {
  Session outside("outside-of-a-call");
  outside.open().extension("x");
  CHECK(outside.breached("storage.settings was called outside of a call"));
  Session destroying("destroy-calls");
  destroying.open();
  CHECK(destroying.breached("storage.settings was called outside of a call"));
}

TEST_CASE("instances that cannot be used are refused") {
  const std::pair<const char*, const char*> cases[] = {
      {"no-instance", "open returned PICKET_OK without an instance"},
      {"short-instance", "picket_provider.size is 8"},
      {"no-destroy", "picket_provider.destroy is a null pointer"},
      {"open-no-reason", "open failed without telling"},
      {"open-sets-out", "open failed but set *out"},
  };
  for (const auto& [mode, breach] : cases) {
    CAPTURE(mode);
    Session s(mode);
    CHECK_THROWS_AS(s.open(), Error);
    CHECK(s.breached(breach));
  }
}

TEST_CASE("the account") {
  const std::pair<const char*, const char*> cases[] = {
      {"account-never", "check put the account 0 times"},
      {"account-twice", "check put the account 2 times"},
      {"account-not-object", "must be a JSON object"},
      {"account-invalid-utf8", "check: account is not UTF-8"},
  };
  for (const auto& [mode, breach] : cases) {
    CAPTURE(mode);
    Session s(mode);
    ProviderSession session = s.open();
    CHECK_THROWS_AS(session.check(s.call), Error);
    CHECK(s.breached(breach));
  }
}

TEST_CASE("messages of a provider are cleaned and freed of secrets") {
  Session dirty("dirty-message");
  ProviderSession session = dirty.open();
  CHECK(poll(session, dirty.call).message == "line one line \xEF\xBF\xBD two");
  CHECK(dirty.host.breaches.list.empty());

  Session secret("leaks-secret");
  ProviderSession telling = secret.open();
  CHECK(poll(telling, secret.call).message == "[secret]");
}

TEST_CASE("so are the errors in a report") {
  Session s("dirty-report");
  ProviderSession session = s.open();
  const Outcome outcome = poll(session, s.call);
  REQUIRE(outcome.report.errors.size() == 2);
  CHECK(outcome.report.errors[0] == FindingError{"7", "line one line two[31m"});
  CHECK(outcome.report.errors[1] == FindingError{"8", "[secret]"});
  CHECK(s.breached("poll: report was given text that holds a secret"));
}

TEST_CASE("a provider without a reason gets one") {
  Session s("no-reason");
  ProviderSession session = s.open();
  CHECK(poll(session, s.call).message == "the provider gave no reason (unavailable)");
}

TEST_CASE("functions that are not offered") {
  Session s("polls-only");
  ProviderSession session = s.open();
  CHECK_FALSE(session.can_check());
  CHECK(session.can_poll());
  CHECK_THROWS_WITH_AS(session.check(s.call), "this provider does not offer 'check'", Error);
  CHECK(session.extension("x") == nullptr);
  CHECK(s.host.breaches.list.empty());
}

namespace {

std::vector<TicketEvent> two_events() {
  std::vector<TicketEvent> events(2);
  events[0].event_id = "event-1";
  events[1].event_id = "event-2";
  for (TicketEvent& event : events) event.external_id = "7", event.ticket_id = "t";
  return events;
}

// How the call ended, and each outcome as "0 ok".
struct Reported {
  Status status = Status::ok;
  std::vector<std::string> outcomes;
};

Reported report_events(ProviderSession& session, const Call& call, const std::vector<TicketEvent>& events = two_events()) {
  Reported reported;
  try {
    session.ticket_events(call, events, [&](std::size_t index, Status status, std::string_view message) {
      reported.outcomes.push_back(std::to_string(index) + " " + std::string(name_of(status)) +
                                  (message.empty() ? "" : ": " + std::string(message)));
    });
  } catch (const Error& e) {
    reported.status = e.status();
  }
  return reported;
}

}  // namespace

TEST_CASE("ticket events and their outcomes") {
  Session s("none");
  ProviderSession session = s.open();
  CHECK(session.can_take_ticket_events());
  const Reported reported = report_events(session, s.call);
  CHECK(reported.status == Status::ok);
  CHECK(reported.outcomes == std::vector<std::string>{"0 ok", "1 ok"});
  CHECK(report_events(session, s.call, {}).outcomes.empty());
  CHECK(s.host.breaches.list.empty());
}

TEST_CASE("a provider of contract 1.0 takes no ticket events and works otherwise") {
  Session s("minor-0");
  ProviderSession session = s.open();
  CHECK_FALSE(session.can_take_ticket_events());
  CHECK_THROWS_WITH_AS(session.ticket_events(s.call, two_events(), [](std::size_t, Status, std::string_view) {}),
                       "this provider does not offer 'ticket_events'", Error);
  CHECK(poll(session, s.call).status == Status::ok);
  CHECK(s.host.breaches.list.empty());
}

TEST_CASE("every breach in ticket events is named and what it decides is kept") {
  struct Case {
    const char* mode;
    const char* breach;
    Status status;
    std::vector<std::string> outcomes;
  };
  const Case cases[] = {
      {"outcome-twice", "outcome of event 0 was reported twice", Status::ok, {"0 ok", "1 ok"}},
      {"outcome-of-nothing", "outcome of event 2, which was not given", Status::ok, {"0 ok", "1 ok"}},
      {"outcome-unknown-status",
       "outcome of event 0 is the status 99, which the contract does not know",
       Status::ok,
       {"0 unknown_outcome: newer than this host"}},
      {"outcome-invalid-utf8",
       "outcome of event 0: message is not UTF-8",
       Status::ok,
       {"0 invalid: the provider gave no reason (invalid)"}},
      {"outcome-null-message", "outcome of event 0: message is a null pointer with a length", Status::ok, {"0 ok"}},
      {"outcome-no-reason",
       "outcome of event 0 is a failure without a message",
       Status::ok,
       {"0 unknown_outcome: the provider gave no reason (unknown_outcome)"}},
      {"outcome-secret", "ticket_events: outcome was given text that holds a secret", Status::ok, {"0 auth: [secret]"}},
      {"outcome-elsewhere", "ticket_events: outcome was called from another thread", Status::ok, {}},
      {"events-throw", "ticket_events let an exception out", Status::internal, {}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.mode);
    Session s(c.mode);
    ProviderSession session = s.open();
    const Reported reported = report_events(session, s.call);
    CHECK(reported.status == c.status);
    CHECK(reported.outcomes == c.outcomes);
    CHECK(s.breached(c.breach));
  }
  Session late("keeps-outcome");
  ProviderSession session = late.open();
  CHECK(report_events(session, late.call).outcomes.empty());
  CHECK(report_events(session, late.call).outcomes.empty());
  CHECK(late.breached("ticket_events: outcome was used with what belongs to an earlier call"));
}

TEST_CASE("outcomes reported before the call fails stand") {
  Session s("events-fail");
  ProviderSession session = s.open();
  const Reported reported = report_events(session, s.call);
  CHECK(reported.status == Status::unavailable);
  CHECK(reported.outcomes == std::vector<std::string>{"0 ok"});
  CHECK(s.host.breaches.list.empty());
}

TEST_CASE("after the host's own failure no more outcomes are reported") {
  Session s("none");
  ProviderSession session = s.open();
  int count = 0;
  CHECK_THROWS_AS(session.ticket_events(s.call, two_events(),
                                        [&](std::size_t, Status, std::string_view) {
                                          ++count;
                                          throw std::out_of_range("mine");
                                        }),
                  std::out_of_range);
  CHECK(count == 1);
}

TEST_CASE("events that are not as the contract says are the host's breach") {
  Session s("none");
  ProviderSession session = s.open();
  std::vector<TicketEvent> events = two_events();
  events[0].text = "caf\xE9";
  events[1].event_id = "Event 2";
  CHECK(report_events(session, s.call, events).outcomes.size() == 2);
  CHECK(s.breached("the host gave text that is not UTF-8 without NUL: ticket_events"));
  CHECK(s.breached("the host gave a ticket event whose id is not well formed"));
}

TEST_CASE("what the host's own visitor throws comes back as it was") {
  Session s("none");
  ProviderSession session = s.open();
  int visited = 0;
  CHECK_THROWS_AS(session.organizations(s.call,
                                        [&](std::string_view, std::string_view) {
                                          ++visited;
                                          throw std::out_of_range("mine");
                                        }),
                  std::out_of_range);
  CHECK(visited == 1);
  CHECK(session.check(s.call) == "{}");
}

TEST_CASE("an organization without an id is a breach and is not visited") {
  Session s("empty-organization");
  ProviderSession session = s.open();
  int visited = 0;
  session.organizations(s.call, [&](std::string_view, std::string_view) { ++visited; });
  CHECK(visited == 1);
  CHECK(s.breached("organizations: external_id is empty"));
}

TEST_CASE("cancelled by the deadline is reported as the deadline") {
  Session s("slow");
  ProviderSession session = s.open();
  s.call.deadline_ns = -1;
  try {
    session.check(s.call);
    FAIL("it should have thrown");
  } catch (const Error& e) {
    CHECK(e.status() == Status::deadline);
  }
}

TEST_CASE("without a sink, breaches are logged as errors") {
  Session s("no-reason");
  ProviderSession session(LoadedProvider::load(PICKET_BAD_PROVIDER), {"t", "i", "bad:no-reason"}, s.host.offer(), s.call);
  poll(session, s.call);
  REQUIRE(s.host.log.lines.size() == 1);
  CHECK(s.host.log.lines[0] == "breach of the contract: poll failed without telling picket_call.fail why");
}

TEST_CASE("files that are no providers") {
  CHECK_THROWS_WITH_AS(LoadedProvider::load("no-such-file.so"), doctest::Contains("no-such-file.so cannot be loaded"), Error);
  CHECK_THROWS_WITH_AS(LoadedProvider::load(PICKET_OTHER_MAJOR), doctest::Contains("it speaks contract 2.2"), Error);
  CHECK_THROWS_WITH_AS(LoadedProvider::load(PICKET_NOT_A_LIBRARY), doctest::Contains("cannot be loaded"), Error);
  const LoadedProvider bad = LoadedProvider::load(PICKET_BAD_PROVIDER);
  CHECK(bad.id() == "bad");
  CHECK(bad.version() == "1.0.0");
  CHECK(bad.category() == "security");
}
