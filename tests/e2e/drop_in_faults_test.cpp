// What stopped the old container for good: a single 500, a 429, a revoked token, a side that is away. Syncing goes on by itself, nothing is
// lost, and nothing is sent twice.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/e2e/serving.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

// A technician and an analyst write on the first cases; then everything must have arrived once.
void check_all_in_step(
    SyncedPair& sync, const std::function<bool()>& until = [] { return true; }) {
  const std::vector<std::string> cases = sync.case_ids();
  CHECK(eventually([&] { return sync.tickets().size() >= cases.size(); }, std::chrono::seconds{40}));
  for (const std::string& id : cases) {
    CAPTURE(id);
    REQUIRE(sync.tickets_of(id).size() == 1);
    CHECK(eventually([&] { return count_containing(sync.comments(id), "Opened for this case") > 0; }));
  }
  const std::vector<std::string> some(cases.begin(), cases.begin() + static_cast<long>(std::min<std::size_t>(3, cases.size())));
  for (const std::string& id : some) {
    sync.technician(id, R"("note":"Technician's words.")");
    sync.analyst(id, R"("comment":"Analyst's words.")");
  }
  for (const std::string& id : some) {
    CAPTURE(id);
    CHECK(eventually([&] { return count_containing(sync.comments(id), "Technician's words.") > 0; }));
    CHECK(eventually([&] { return count_containing(sync.notes(id), "Analyst's words.") > 0; }));
  }
  CHECK(eventually(until));
  for (const std::string& id : some) {
    CAPTURE(id);
    const std::vector<std::string> comments = sync.comments(id);
    CAPTURE(joined(comments));
    CHECK(comments.size() == 3);
    CHECK(sync.notes(id).size() == 2);
  }
  CHECK(sync.tickets().size() == cases.size());
}

// What health says is wrong, once a cycle has ended that failed.
std::string shown_error(Serving& serving) {
  std::string error;
  CHECK(eventually([&] {
    const json::object health = serving.health();
    const json::value& last = health.at("last_cycle");
    error = json::text_at(health, "last_error").value_or("");
    return last.is_object() && last.at("status") == "failed" && !error.empty();
  }));
  CHECK(serving.status() == "failing");
  return error;
}

// A port that nobody listens on for the moment.
int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  ::close(fd);
  return ntohs(address.sin_port);
}

}  // namespace

TEST_CASE("one 500 and many more stop nothing for good and health shows them while they last") {
  for (const bool vendor_fails : {true, false}) {
    CAPTURE(vendor_fails);
    SyncedPair sync;
    sync.add_case(R"("name":"Before")");
    Serving serving(sync);
    CHECK(serving.becomes("ok"));
    CHECK(eventually([&] { return sync.tickets().size() == 1; }));
    Side& side = vendor_fails ? sync.vendor() : sync.halo();
    side.fault(R"({"path":"","kind":"500","times":1})");
    sync.add_case(R"("name":"During")");
    CHECK(eventually([&] { return sync.tickets().size() == 2; }));
    side.fault(R"({"path":"","kind":"500","times":-1})");
    const std::string error = shown_error(serving);
    CAPTURE(error);
    CHECK(error.find(vendor_fails ? "Stellar Cyber" : "HaloPSA") != std::string::npos);
    CHECK(error.find("500") != std::string::npos);
    sync.add_case(R"("name":"While it fails")");
    CHECK(eventually([&] { return serving.status() == "failing"; }));
    side.clear_faults();
    CHECK(serving.becomes("ok"));
    check_all_in_step(sync);
    const Output output = serving.end();
    INFO(output.err);
    // Each failure once, however often it is tried, and that it is over.
    CHECK(output.err.find("works again") != std::string::npos);
    CHECK(std::count(output.err.begin(), output.err.end(), '\n') < 60);
  }
}

TEST_CASE("the real kind of rate limit with and without Retry-After loses nothing") {
  for (const bool says_when : {true, false}) {
    CAPTURE(says_when);
    std::vector<std::string> options{"--rate-limit", "40", "--rate-window", "2"};
    if (!says_when) options.push_back("--no-retry-after");
    SyncedPair sync({.vendor_options = words("--cases 30 --days 2 --closed-percent 0"), .halo_options = options});
    sync.vendor().fault(std::string(R"({"path":"/connect","kind":"429","times":5,"after":8)") + (says_when ? R"(,"retry_after":"1")" : "") +
                        "}");
    Serving serving(sync);
    check_all_in_step(sync);
    CHECK(sync.halo().stats().at("by_code").as_object().contains("429"));
    CHECK(sync.vendor().stats().at("by_code").as_object().contains("429"));
    CHECK(serving.becomes("ok"));
    serving.end();
  }
}

TEST_CASE("revoked tokens are renewed and so are those that expire at once") {
  SyncedPair sync(
      {.vendor_options = words("--cases 5 --days 2 --closed-percent 0 --token-seconds 2"), .halo_options = {"--token-seconds", "2"}});
  Serving serving(sync);
  CHECK(eventually([&] { return sync.tickets().size() == 5; }));
  for (int i = 0; i < 3; ++i) {
    sync.vendor().revoke_tokens();
    sync.halo().revoke_tokens();
    const std::string id = sync.add_case(R"("name":"After a revocation")");
    sync.vendor().revoke_tokens();
    CHECK(eventually([&] { return sync.tickets_of(id).size() == 1; }));
    std::this_thread::sleep_for(std::chrono::milliseconds{800});
  }
  check_all_in_step(sync);
  CHECK(serving.becomes("ok"));
  const Output output = serving.end();
  INFO(output.err);
  CHECK(output.err.find("failed") == std::string::npos);
}

TEST_CASE("answers that are dropped after the effect make no second ticket or comment") {
  SyncedPair sync;
  const std::string id = sync.add_case(R"("name":"Dropped")");
  sync.halo().fault(R"({"path":"/api/Tickets","method":"POST","kind":"reset","when":"after","times":1},
                         {"path":"/api/Actions","method":"POST","kind":"reset","when":"after","times":1})");
  sync.vendor().fault(R"({"path":"/connect/api/v1/cases/)" + id + R"(/comments","method":"POST","kind":"reset","when":"after","times":2},
                           {"path":"/connect/api/v1/cases/)" +
                      id + R"(","method":"PUT","kind":"503","when":"after","times":1})");
  Serving serving(sync);
  check_all_in_step(sync);
  CHECK(serving.becomes("ok"));
  serving.end();
  CHECK(sync.halo().show("/_sim/tickets").as_array().size() == 1);
}

TEST_CASE("a vendor that is away at the start is waited for") {
  SyncedPair sync;
  const std::string port = std::to_string(free_port());
  sync.keys()["STELLAR_DB_HOST"] = "http://127.0.0.1:" + port;
  Serving serving(sync);
  const std::string error = shown_error(serving);
  CAPTURE(error);
  CHECK(error.find("Stellar Cyber") != std::string::npos);
  std::this_thread::sleep_for(std::chrono::seconds{1});
  Side vendor("stellar-cyber", {"--port", port, "--cases", "3", "--days", "2", "--closed-percent", "0"});
  CHECK(eventually([&] { return sync.tickets().size() == 3; }));
  CHECK(serving.becomes("ok"));
  serving.end();
}
