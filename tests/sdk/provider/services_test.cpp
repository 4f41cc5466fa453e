#include "sdk/provider/services.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

#include "tests/sdk/provider/host_stub.hpp"

using namespace picket;

namespace {

template <class Work>
Status status_of(Work&& work) {
  try {
    work();
    return Status::ok;
  } catch (const Error& e) {
    return e.status();
  }
}

// Answers every request but the `silent`th with its own index as the code.
struct HttpStub {
  explicit HttpStub(test::HostStub& stub) { stub.services[PICKET_HTTP_1] = &abi; }
  std::size_t silent = SIZE_MAX;
  picket_status status = PICKET_OK;
  std::uint32_t answer_size = sizeof(picket_http_answer);
  picket_http_1 abi{sizeof(picket_http_1), this,
                    [](void* self, const picket_call*, const picket_http_request* const* requests, std::size_t count,
                       void (*visit)(void*, const picket_http_answer*), void* user) {
                      const auto& stub = *static_cast<HttpStub*>(self);
                      for (std::size_t i = count; i-- > 0;) {
                        if (i == stub.silent) continue;
                        const picket_header header{test::str("x-url"), requests[i]->url};
                        const picket_http_answer answer{
                            stub.answer_size, i, PICKET_OK, 200 + static_cast<std::int32_t>(i), &header, 1, test::str("body"),
                            {nullptr, 0},     5};
                        visit(user, &answer);
                      }
                      return stub.status;
                    },
                    [](void*) { return std::uint64_t{9}; }, [](void*) { return std::uint32_t{60}; }};
};

struct TicketsStub {
  explicit TicketsStub(test::HostStub& stub) { stub.services[PICKET_TICKETS_1] = &abi; }
  std::size_t report_only = SIZE_MAX;
  picket_status status = PICKET_OK;
  std::string seen;
  picket_tickets_1 abi{sizeof(picket_tickets_1), this,
                       [](void* self, const picket_call*, const picket_change_set* const* sets, std::size_t count,
                          void (*outcome)(void*, std::size_t, picket_status, picket_str, picket_str), void* user) {
                         auto& stub = *static_cast<TicketsStub*>(self);
                         for (std::size_t i = 0; i < count; ++i) {
                           if (sets[i]->alert != nullptr)
                             stub.seen += std::string(sets[i]->alert->external_id.ptr, sets[i]->alert->external_id.len);
                           if (sets[i]->open_ticket != nullptr) stub.seen += sets[i]->open_ticket->may_exist ? "?" : "!";
                           stub.seen += "+" + std::to_string(sets[i]->note_count) + ";";
                           if (i < stub.report_only) outcome(user, i, PICKET_OK, test::str("T1"), {nullptr, 0});
                         }
                         return stub.status;
                       }};
};

}  // namespace

TEST_CASE("services that a host does not offer are named when they are used") {
  test::HostStub stub;
  const Services services(stub.host);
  const Call call(&stub.call);
  services.log(call, LogLevel::info, "nobody listens");
  CHECK_THROWS_WITH_AS((void)services.now(), doctest::Contains("picket.clock/1"), Error);
  CHECK_THROWS_WITH_AS((void)services.settings(call), doctest::Contains("picket.storage/1"), Error);
  CHECK_THROWS_WITH_AS(services.require(Services::all), doctest::Contains("picket.log/1"), Error);
  const HttpStub http(stub);
  const std::string_view needed[] = {PICKET_HTTP_1};
  Services(stub.host).require(needed);
  CHECK(status_of([&] { services.require(needed); }) == Status::unsupported);
}

TEST_CASE("an older host's service lacks the functions behind its size") {
  test::HostStub stub;
  HttpStub http(stub);
  http.abi.size = offsetof(picket_http_1, limit);
  const Services services(stub.host);
  CHECK(services.requests_sent() == 9);
  CHECK_THROWS_WITH_AS((void)services.request_limit(), doctest::Contains("picket.http/1 lacks a function"), Error);
  http.abi.size = sizeof(picket_http_1);
  CHECK(services.request_limit() == 60);
  http.abi.sent = nullptr;
  CHECK(status_of([&] { (void)services.requests_sent(); }) == Status::unsupported);
  // A host older than the service function itself offers nothing.
  stub.host.size = offsetof(picket_host, service);
  CHECK(status_of([&] { Services(stub.host).require(std::span(Services::all).subspan(2, 1)); }) == Status::unsupported);
}

TEST_CASE("answers come back in the order of the requests") {
  test::HostStub stub;
  HttpStub http(stub);
  const Services services(stub.host);
  const Call call(&stub.call);
  const std::vector<HttpRequest> requests = {{.url = "https://a", .headers = {}, .body = {}},
                                             {.url = "https://b", .headers = {}, .body = {}}};
  const auto answers = services.exchange(call, requests);
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].code == 200);
  CHECK(answers[1].code == 201);
  CHECK(answers[1].header("x-url") == "https://b");
  CHECK(answers[0].retry_after == std::chrono::milliseconds{5});
  http.answer_size = offsetof(picket_http_answer, retry_after_ms);
  CHECK_FALSE(services.send(call, requests[0]).retry_after);
  http.silent = 1;
  CHECK(status_of([&] { (void)services.exchange(call, requests); }) == Status::internal);
  http.status = PICKET_CANCELLED;
  CHECK_THROWS_AS((void)services.exchange(call, requests), ServiceError);
  CHECK(status_of([&] { (void)services.exchange(call, requests); }) == Status::cancelled);
  http.status = 77;
  CHECK(status_of([&] { (void)services.exchange(call, requests); }) == Status::internal);
}

TEST_CASE("outcomes are reported as they come, also when the host stops in the middle") {
  test::HostStub stub;
  TicketsStub tickets(stub);
  const Services services(stub.host);
  const Call call(&stub.call);
  std::vector<ChangeSet> sets(3);
  for (std::size_t i = 0; i < sets.size(); ++i) {
    sets[i].alert.emplace().external_id = std::to_string(i);
    sets[i].notes.assign(i, "note");
    if (i > 0) sets[i].open_ticket.emplace().may_exist = i == 2;
  }
  const auto all = services.apply(call, sets);
  REQUIRE(all.size() == 3);
  CHECK(all[2].status == Status::ok);
  CHECK(all[2].ticket_id == "T1");
  CHECK(tickets.seen == "0+0;1!+1;2?+2;");

  tickets.report_only = 2;
  tickets.status = PICKET_DEADLINE;
  std::size_t reported = 0;
  CHECK_THROWS_AS(services.apply(call, sets, [&](std::size_t, ApplyOutcome&&) { ++reported; }), ServiceError);
  CHECK(reported == 2);
  tickets.status = PICKET_OK;
  CHECK(status_of([&] { (void)services.apply(call, sets); }) == Status::internal);
}

TEST_CASE("what a visitor throws waits until the host has returned") {
  test::HostStub stub;
  const TicketsStub tickets(stub);
  const Services services(stub.host);
  const std::vector<ChangeSet> sets(2);
  int reported = 0;
  CHECK_THROWS_AS(services.apply(Call(&stub.call), sets,
                                 [&](std::size_t, ApplyOutcome&&) {
                                   ++reported;
                                   throw std::out_of_range("mine");
                                 }),
                  std::out_of_range);
  CHECK(reported == 1);
}

TEST_CASE("secrets, settings and cursors") {
  test::HostStub stub;
  const picket_secrets_1 secrets{sizeof secrets, nullptr,
                                 [](void*, const picket_call*, picket_str name, void (*put)(void*, picket_str), void* user) {
                                   if (std::string_view(name.ptr, name.len) == "none") return picket_status{PICKET_NOT_FOUND};
                                   if (std::string_view(name.ptr, name.len) == "down") return picket_status{PICKET_UNAVAILABLE};
                                   put(user, test::str("s3cret"));
                                   return picket_status{PICKET_OK};
                                 }};
  picket_storage_1 storage{};
  storage.size = sizeof storage;
  storage.settings = [](void*, const picket_call*, void (*)(void*, picket_str), void*) { return picket_status{PICKET_OK}; };
  storage.cursor = [](void*, const picket_call*, picket_str, void (*)(void*, picket_str), void*) { return picket_status{PICKET_OK}; };
  stub.services[PICKET_SECRETS_1] = &secrets;
  stub.services[PICKET_STORAGE_1] = &storage;
  const Services services(stub.host);
  const Call call(&stub.call);
  CHECK(services.secret(call, "api_key") == "s3cret");
  CHECK(status_of([&] { (void)services.secret(call, "none"); }) == Status::auth);
  CHECK(status_of([&] { (void)services.secret(call, "down"); }) == Status::unavailable);
  CHECK_FALSE(services.cursor(call, "incidents"));
  CHECK(status_of([&] { (void)services.settings(call); }) == Status::internal);
}

TEST_CASE("alerts from an older and a newer host") {
  struct Newer {
    picket_alert alert;
    std::uint64_t what_this_side_does_not_know;
  };
  static Newer newer{};
  newer.alert.size = sizeof newer;
  newer.alert.revision = 7;
  newer.alert.external_id = test::str("1");
  newer.alert.triggered_at = PICKET_NO_TIME;
  newer.alert.resolved_at = PICKET_NO_TIME;
  newer.alert.incomplete = true;
  static picket_alert older = newer.alert;
  older.size = offsetof(picket_alert, resolved_at);
  picket_storage_1 storage{};
  storage.size = sizeof storage;
  storage.list_alerts = [](void*, const picket_call*, std::int32_t, std::size_t, void (*visit)(void*, const picket_alert*), void* user) {
    visit(user, &newer.alert);
    visit(user, &older);
    return picket_status{PICKET_OK};
  };
  test::HostStub stub;
  stub.services[PICKET_STORAGE_1] = &storage;
  const auto alerts = Services(stub.host).list_alerts(Call(&stub.call), AlertState::open, 0);
  REQUIRE(alerts.size() == 2);
  CHECK(alerts[0].revision == 7);
  CHECK(alerts[0].incomplete);
  CHECK_FALSE(alerts[0].resolved_at);
  CHECK(alerts[1].external_id == "1");
  CHECK_FALSE(alerts[1].incomplete);
}
