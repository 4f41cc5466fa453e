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

std::unique_ptr<Provider> make(const Services&, const Connection& connection) {
  opened_for = connection.tenant + "|" + connection.integration_id + "|" + connection.base_url;
  if (connection.base_url == "refuse") throw Error(Status::invalid, "this base URL is refused", "baseUrl");
  if (connection.base_url == "null") return nullptr;
  return std::make_unique<Behaving>();
}

picket_connection connection_to(const char* base_url) {
  return {sizeof(picket_connection), test::str("t"), test::str("i"), test::str(base_url)};
}

struct Opened {
  explicit Opened(test::HostStub& stub) {
    const picket_connection connection = connection_to("https://a.example");
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
  CHECK(stub.told.message == "this base URL is refused");
  CHECK(stub.told.field == "baseUrl");
  CHECK(stub.told.retry_after_ms == -1);

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
    CHECK(stub.told.message == c.message);
    CHECK(stub.told.retry_after_ms == c.retry_after_ms);
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
  CHECK(stub.told.message == "the vendor is down");
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
  CHECK(stub.told.message == "the work was cancelled");
  stub.call.size = offsetof(picket_call, cancelled);
  CHECK(check() == PICKET_OK);
}

TEST_CASE("an unknown extension is null") {
  test::HostStub stub;
  const Opened opened(stub);
  CHECK(opened.provider->extension(opened.provider->self, "no.such/1") == nullptr);
  CHECK(opened.provider->extension(opened.provider->self, nullptr) == nullptr);
}
