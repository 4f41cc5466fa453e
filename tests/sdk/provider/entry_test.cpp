#include <doctest/doctest.h>

#include <new>
#include <stdexcept>

#include "sdk/provider/provider.hpp"
#include "tests/sdk/provider/host_stub.hpp"

using namespace picket;

namespace {

// What the provider's functions do; set by each test.
std::function<void(const Call&)> behaviour;
std::string opened_for;

class Behaving final : public Provider {
 public:
  std::string check(const Call& call) override {
    behaviour(call);
    return R"({"accountName":"Acme"})";
  }
  void organizations(const Call& call, const std::function<void(std::string_view, std::string_view)>& visit) override {
    visit("1", "Contoso");
    behaviour(call);
  }
  void poll(const Call& call, std::uint32_t flags, PollReport& report) override {
    report.collected = 40 + flags;
    report.errors.push_back({"7", "no priority"});
    behaviour(call);
  }
};

// Takes ticket events too; what it does with them is set by each test.
std::function<void(std::span<const TicketEvent>, const Provider::EventOutcome&)> carry;

class Carrying final : public Provider {
 public:
  std::string check(const Call&) override { return "{}"; }
  void organizations(const Call&, const std::function<void(std::string_view, std::string_view)>&) override {}
  void poll(const Call&, std::uint32_t, PollReport&) override {}
  bool takes_ticket_events() const override { return true; }
  void ticket_events(const Call&, std::span<const TicketEvent> events, const EventOutcome& outcome) override { carry(events, outcome); }
};

std::unique_ptr<Provider> make(const Services&, const Connection& connection) {
  opened_for = connection.tenant + "|" + connection.integration_id + "|" + connection.base_url;
  if (connection.base_url == "refuse") throw Error(Status::invalid, "this base URL is refused", "baseUrl");
  if (connection.base_url == "null") return nullptr;
  if (connection.base_url == "events") return std::make_unique<Carrying>();
  return std::make_unique<Behaving>();
}

picket_connection connection_to(const char* base_url) {
  return {sizeof(picket_connection), test::str("t"), test::str("i"), test::str(base_url)};
}

struct Opened {
  explicit Opened(test::HostStub& stub, const char* base_url = "https://a.example") {
    const picket_connection connection = connection_to(base_url);
    REQUIRE(detail::open_provider(make, &stub.host, &connection, &stub.call, &provider) == PICKET_OK);
  }
  ~Opened() { provider->destroy(provider->self); }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  const picket_provider* provider = nullptr;
};

}  // namespace

TEST_CASE("open makes an instance for the connection, or refuses and leaves out alone") {
  test::HostStub stub;
  { const Opened opened(stub); }
  CHECK(opened_for == "t|i|https://a.example");
  CHECK(stub.fails == 0);

  const picket_provider* out = nullptr;
  const picket_connection refused = connection_to("refuse");
  CHECK(detail::open_provider(make, &stub.host, &refused, &stub.call, &out) == PICKET_INVALID);
  CHECK(out == nullptr);
  CHECK(stub.failure.message == "this base URL is refused");
  CHECK(stub.failure.field == "baseUrl");
  CHECK(stub.failure.retry_after_ms == -1);

  const picket_connection none = connection_to("null");
  CHECK(detail::open_provider(make, &stub.host, &none, &stub.call, &out) == PICKET_INTERNAL);
  CHECK(detail::open_provider(make, nullptr, &none, &stub.call, &out) == PICKET_INVALID);
  CHECK(detail::open_provider(make, &stub.host, nullptr, &stub.call, &out) == PICKET_INVALID);
  CHECK(detail::open_provider(make, &stub.host, &none, &stub.call, nullptr) == PICKET_INVALID);
  CHECK(detail::open_provider(make, &stub.host, &none, nullptr, &out) == PICKET_INVALID);
  CHECK(out == nullptr);
}

TEST_CASE("a connection from an older host lacks what it did not know") {
  test::HostStub stub;
  picket_connection connection = connection_to("https://a.example");
  connection.size = offsetof(picket_connection, base_url);
  const picket_provider* out = nullptr;
  REQUIRE(detail::open_provider(make, &stub.host, &connection, &stub.call, &out) == PICKET_OK);
  CHECK(opened_for == "t|i|");
  out->destroy(out->self);
}

TEST_CASE("exceptions become a status and a message") {
  struct Case {
    std::function<void()> thrown;
    picket_status status;
    std::string message;
    int fails;
    std::int64_t retry_after_ms;
  };
  const Case cases[] = {
      {[] { throw Error(Status::rate_limited, "too many", {}, std::chrono::seconds{3}); }, PICKET_RATE_LIMITED, "too many", 1, 3000},
      {[] { throw Error(Status::ok, "odd"); }, PICKET_INTERNAL, "odd", 1, -1},
      {[] { throw ServiceError(Status::conflict, PICKET_TICKETS_1); }, PICKET_CONFLICT, "", 0, 0},
      {[] { throw ServiceError(Status::ok, PICKET_TICKETS_1); }, PICKET_INTERNAL, "", 0, 0},
      {[] { throw std::runtime_error("a defect"); }, PICKET_INTERNAL, "a defect", 1, -1},
      {[] { throw std::bad_alloc(); }, PICKET_INTERNAL, "the provider ran out of memory", 1, -1},
      {[] { throw 7; }, PICKET_INTERNAL, "the provider threw something that is not an exception", 1, -1},
  };
  for (const Case& c : cases) {
    CAPTURE(c.message);
    test::HostStub stub;
    const Opened opened(stub);
    behaviour = [&](const Call&) { c.thrown(); };
    int accounts = 0;
    const picket_status status = opened.provider->check(
        opened.provider->self, &stub.call, [](void* n, picket_str) { ++*static_cast<int*>(n); }, &accounts);
    CHECK(status == c.status);
    CHECK(accounts == 0);
    CHECK(stub.fails == c.fails);
    CHECK(stub.failure.message == c.message);
    CHECK(stub.failure.retry_after_ms == c.retry_after_ms);
  }
}

TEST_CASE("poll reports once, also when it fails") {
  test::HostStub stub;
  const Opened opened(stub);
  struct Heard {
    int times = 0;
    std::uint64_t collected = 0;
    std::size_t errors = 0;
  };
  const auto report = [](void* user, const picket_poll_report* r) {
    auto& heard = *static_cast<Heard*>(user);
    ++heard.times;
    heard.collected = r->collected;
    heard.errors = r->error_count;
  };
  const picket_poll_request request{sizeof request, PICKET_POLL_SWEEP};
  behaviour = [](const Call&) {};
  Heard good;
  CHECK(opened.provider->poll(opened.provider->self, &stub.call, &request, report, &good) == PICKET_OK);
  CHECK(good.times == 1);
  CHECK(good.collected == 41);
  behaviour = [](const Call&) { throw Error(Status::unavailable, "the vendor is down"); };
  Heard bad;
  CHECK(opened.provider->poll(opened.provider->self, &stub.call, nullptr, report, &bad) == PICKET_UNAVAILABLE);
  CHECK(bad.times == 1);
  CHECK(bad.collected == 40);
  CHECK(bad.errors == 1);
  CHECK(stub.failure.message == "the vendor is down");
}

TEST_CASE("a call asks the host, as far as the host knows the question") {
  test::HostStub stub;
  const Opened opened(stub);
  const auto check = [&] {
    return opened.provider->check(
        opened.provider->self, &stub.call, [](void*, picket_str) {}, nullptr);
  };
  behaviour = [](const Call& call) {
    call.progress(5, 10);
    call.check();
  };
  CHECK(check() == PICKET_OK);
  CHECK(stub.progress == 5);
  stub.cancelled = true;
  CHECK(check() == PICKET_CANCELLED);
  CHECK(stub.failure.message == "the work was cancelled");
  stub.call.size = offsetof(picket_call, cancelled);
  CHECK(check() == PICKET_OK);
}

TEST_CASE("an unknown extension is null") {
  test::HostStub stub;
  const Opened opened(stub);
  CHECK(opened.provider->extension(opened.provider->self, "no.such/1") == nullptr);
  CHECK(opened.provider->extension(opened.provider->self, nullptr) == nullptr);
}

namespace {

picket_ticket_event event_of(std::int32_t kind, const char* id) {
  picket_ticket_event event{};
  event.size = sizeof event;
  event.kind = kind;
  event.event_id = test::str(id);
  event.at = PICKET_NO_TIME;
  return event;
}

// The outcomes that the host receives, in order: "0 ok", "1 invalid because".
struct Outcomes {
  std::vector<std::string> heard;
  static void add(void* user, std::size_t index, picket_status status, picket_str message) {
    std::string line = std::to_string(index) + " " + std::string(name_of(to_status(status)));
    if (message.ptr != nullptr) line += " " + std::string(message.ptr, message.len);
    static_cast<Outcomes*>(user)->heard.push_back(line);
  }
};

}  // namespace

TEST_CASE("a provider that takes no ticket events has no function for them") {
  test::HostStub stub;
  const Opened opened(stub);
  CHECK((opened.provider->ticket_events == nullptr));
  Behaving provider;
  CHECK_FALSE(provider.takes_ticket_events());
  CHECK_THROWS_AS(provider.ticket_events(Call(&stub.call), {}, [](std::size_t, Status, std::string_view) {}), Error);
}

TEST_CASE("ticket events arrive whole and their outcomes go back") {
  test::HostStub stub;
  const Opened opened(stub, "events");
  picket_ticket_event note = event_of(PICKET_EVENT_NOTE, "e-1");
  note.external_id = test::str("case-7");
  note.ticket_id = test::str("t-1");
  note.ticket_number = test::str("1042");
  note.ticket_url = test::str("https://psa.example/1042");
  note.desk = test::str("HaloPSA");
  note.author = test::str("Kim");
  note.text = test::str("line one\nline two");
  note.at = 1'000'000;
  note.repeated = true;
  picket_ticket_event priority = event_of(PICKET_EVENT_PRIORITY, "e-2");
  priority.before = test::str("Low");
  priority.after = test::str("High");
  const picket_ticket_event* const events[] = {&note, &priority};

  std::vector<TicketEvent> seen;
  carry = [&](std::span<const TicketEvent> given, const Provider::EventOutcome& outcome) {
    seen.assign(given.begin(), given.end());
    outcome(0, Status::ok, "");
    outcome(1, Status::invalid, "this case is gone");
  };
  Outcomes outcomes;
  CHECK(opened.provider->ticket_events(opened.provider->self, &stub.call, events, 2, Outcomes::add, &outcomes) == PICKET_OK);
  CHECK(outcomes.heard == std::vector<std::string>{"0 ok", "1 invalid this case is gone"});
  REQUIRE(seen.size() == 2);
  TicketEvent expected;
  expected.event_id = "e-1";
  expected.external_id = "case-7";
  expected.ticket_id = "t-1";
  expected.ticket_number = "1042";
  expected.ticket_url = "https://psa.example/1042";
  expected.desk = "HaloPSA";
  expected.author = "Kim";
  expected.text = "line one\nline two";
  expected.at = Time{std::chrono::seconds{1}};
  expected.repeated = true;
  CHECK(seen[0] == expected);
  CHECK(seen[1].kind == TicketEventKind::priority);
  CHECK(seen[1].before == "Low");
  CHECK(seen[1].after == "High");
  CHECK_FALSE(seen[1].at);
}

TEST_CASE("events of a newer host: what is not known is done and what is larger is read") {
  struct Newer {
    picket_ticket_event event;
    std::uint64_t what_this_side_does_not_know = 7;
  };
  test::HostStub stub;
  const Opened opened(stub, "events");
  Newer first{event_of(77, "e-1")}, second{event_of(PICKET_EVENT_CLOSED, "e-2")};
  first.event.size = second.event.size = sizeof(Newer);
  picket_ticket_event older = event_of(PICKET_EVENT_REOPENED, "e-3");
  older.size = offsetof(picket_ticket_event, at);  // nobody's yet; what it lacks is absent
  older.at = 5;
  older.repeated = true;
  const picket_ticket_event* const events[] = {&first.event, &second.event, &older};
  carry = [](std::span<const TicketEvent> given, const Provider::EventOutcome& outcome) {
    REQUIRE(given.size() == 2);
    CHECK(given[0].event_id == "e-2");
    CHECK(given[1].event_id == "e-3");
    CHECK_FALSE(given[1].at);
    CHECK_FALSE(given[1].repeated);
    outcome(1, Status::unavailable, "try later");
    outcome(0, Status::ok, "");
  };
  Outcomes outcomes;
  CHECK(opened.provider->ticket_events(opened.provider->self, &stub.call, events, 3, Outcomes::add, &outcomes) == PICKET_OK);
  CHECK(outcomes.heard == std::vector<std::string>{"0 ok", "2 unavailable try later", "1 ok"});
}

TEST_CASE("what ticket_events throws becomes a status and outcomes reported before stand") {
  test::HostStub stub;
  const Opened opened(stub, "events");
  const picket_ticket_event event = event_of(PICKET_EVENT_NOTE, "e-1");
  const picket_ticket_event* const events[] = {&event, &event};
  Outcomes outcomes;
  const auto call = [&](const picket_ticket_event* const* list, std::size_t count) {
    return opened.provider->ticket_events(opened.provider->self, &stub.call, list, count, Outcomes::add, &outcomes);
  };
  carry = [](std::span<const TicketEvent>, const Provider::EventOutcome& outcome) {
    outcome(0, Status::ok, "");
    throw Error(Status::auth, "the key was refused");
  };
  CHECK(call(events, 2) == PICKET_AUTH);
  CHECK(stub.failure.message == "the key was refused");
  CHECK(outcomes.heard == std::vector<std::string>{"0 ok"});

  carry = [](std::span<const TicketEvent>, const Provider::EventOutcome& outcome) { outcome(2, Status::ok, ""); };
  CHECK(call(events, 2) == PICKET_INTERNAL);
  CHECK(outcomes.heard.size() == 1);

  carry = [](std::span<const TicketEvent>, const Provider::EventOutcome&) { FAIL("there is nothing to carry"); };
  CHECK(call(nullptr, 0) == PICKET_OK);
  CHECK(call(nullptr, 1) == PICKET_INVALID);
  const picket_ticket_event* const holes[] = {nullptr};
  CHECK(call(holes, 1) == PICKET_INVALID);
  CHECK(opened.provider->ticket_events(opened.provider->self, &stub.call, events, 1, nullptr, nullptr) == PICKET_INVALID);
}
