#include "sdk/conformance/validate.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

using namespace picket::conformance;

TEST_CASE("the providers of this repository keep the contract") {
  const std::pair<const char*, const char*> providers[] = {
      {PICKET_EXAMPLE_PROVIDER, R"({"boardId":"b","fallbackClientId":"c","fallbackBoardId":"f",
                                    "severityPriorityMap":{"low":"1","medium":"2","high":"3"}})"},
      {PICKET_HUNTRESS, R"({"boardId":"b","fallbackClientId":"c","fallbackBoardId":"f",
                            "severityPriorityMap":{"critical":"1","high":"2","low":"3"}})"},
      {PICKET_STELLAR_CYBER, R"({"boardId":"b","fallbackClientId":"c","fallbackBoardId":"f","caseTag":"ticket_opened",
                                 "syncPriority":true,"prioritySeverityMap":"{\"High\":\"High\"}","tellAssignee":true,
                                 "severityPriorityMap":{"critical":"1","high":"2","medium":"3","low":"4"}})"},
  };
  for (const auto& [library, settings] : providers) {
    const auto checks = validate_provider(library, {.settings = settings});
    CHECK(checks.size() > 30);
    for (const Check& check : checks) {
      INFO(library << ": " << check.name << ": " << check.detail);
      CHECK(check.passed);
    }
    CHECK(all_passed(checks));
  }
}

namespace {

const Check* failed_check(const std::vector<Check>& checks, std::string_view detail) {
  for (const Check& check : checks)
    if (!check.passed && check.detail.find(detail) != std::string::npos) return &check;
  return nullptr;
}

}  // namespace

TEST_CASE("a crash is a failed check") {
  const auto checks = validate_provider(PICKET_BAD_PROVIDER, {.base_url = "bad:crash"});
  CHECK_FALSE(all_passed(checks));
  REQUIRE_FALSE(checks.empty());
  CHECK(checks.back().name.starts_with("poll "));
  CHECK(checks.back().detail.starts_with("crashed with signal 11"));
}

TEST_CASE("a provider that hangs is stopped") {
  const auto checks = validate_provider(PICKET_BAD_PROVIDER, {.base_url = "bad:hang", .time_limit = std::chrono::seconds{2}});
  REQUIRE_FALSE(checks.empty());
  CHECK(checks.back().detail == "did not end within 2 s");
}

TEST_CASE("a provider that closes every file and hangs is stopped too") {
  const auto checks = validate_provider(PICKET_BAD_PROVIDER, {.base_url = "bad:closes-and-hangs", .time_limit = std::chrono::seconds{2}});
  REQUIRE_FALSE(checks.empty());
  CHECK(checks.back().detail == "did not end within 2 s");
}

TEST_CASE("what a provider prints does not come between our own output") {
  std::string name = "/tmp/picket-validate-XXXXXX";
  const int file = mkstemp(name.data());
  REQUIRE(file >= 0);
  std::fflush(stdout);
  const int kept = dup(STDOUT_FILENO);
  dup2(file, STDOUT_FILENO);
  const auto checks = validate_provider(PICKET_BAD_PROVIDER, {.base_url = "bad:prints"});
  std::fflush(stdout);
  dup2(kept, STDOUT_FILENO);
  CHECK_FALSE(checks.empty());
  CHECK(lseek(file, 0, SEEK_END) == 0);
  close(kept);
  close(file);
  unlink(name.c_str());
}

TEST_CASE("what validation finds in ticket events") {
  const struct {
    const char* mode;
    const char* check;
    const char* detail;
  } cases[] = {
      {"bad:posts-claims-done", "ticket_events with no connection", "created: it claims to be done"},
      {"bad:posts-claims-done", "ticket_events with HTTP 500", "the outcome is not PICKET_UNKNOWN_OUTCOME: ok"},
      {"bad:posts-claims-done", "ticket_events of a kind that is not known", "a request was sent"},
      {"bad:posts-claims-nothing", "ticket_events with a lost answer", "is not PICKET_UNKNOWN_OUTCOME: unavailable"},
      {"bad:posts-claims-nothing", "ticket_events with an empty body", "the outcome says that it certainly did not"},
      {"bad:posts-claims-nothing", "ticket_events with HTTP 401", "expected the status auth"},
      {"bad:posts-claims-nothing", "ticket_events cut short during a request", "is not PICKET_UNKNOWN_OUTCOME"},
      {"bad:posts-claims-nothing", "ticket_events with HTTP 429", "created (repeated): the event is repeated"},
      {"bad:posts-twice", "ticket_events that fail half-way", "repeated as a new event it would be sent twice"},
      {"bad:posts-gives-up", "ticket_events with HTTP 429", "it is given up for ever, although it may work later"},
      {"bad:posts-gives-up", "ticket_events in order with no connection", "the second note was reported as finished"},
      {"bad:posts-gives-up", "ticket_events without secrets", "expected the status auth"},
      {"bad:outcome-twice", "ticket_events with HTTP 404", "the contract was broken: ticket_events: outcome of event 0 was reported twice"},
      {"bad:outcome-secret", "ticket_events with HTTP 404", "holds a secret"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.mode);
    CAPTURE(c.check);
    const auto checks = validate_provider(PICKET_BAD_PROVIDER, {.base_url = c.mode});
    const Check* failed = nullptr;
    for (const Check& check : checks)
      if (check.name == c.check) failed = &check;
    REQUIRE(failed != nullptr);
    CAPTURE(failed->detail);
    CHECK_FALSE(failed->passed);
    CHECK(failed->detail.find(c.detail) != std::string::npos);
  }
}

TEST_CASE("what validation finds") {
  CHECK(failed_check(validate_provider(PICKET_BAD_PROVIDER, {.base_url = "bad:none"}), "it claims to have worked") != nullptr);
  CHECK(failed_check(validate_provider(PICKET_BAD_PROVIDER, {.base_url = "bad:polls-only"}), "check is a null pointer") != nullptr);
  CHECK(failed_check(validate_provider(PICKET_BAD_PROVIDER, {.base_url = "bad:no-reason"}), "the contract was broken") != nullptr);
  CHECK(failed_check(validate_provider(PICKET_BAD_PROVIDER, {.base_url = "bad:leaks-secret"}), "holds a secret") != nullptr);
  CHECK(failed_check(validate_provider(PICKET_LEAKING), "other symbols") != nullptr);
  CHECK(failed_check(validate_provider(PICKET_OTHER_MAJOR), "it speaks contract 2.2") != nullptr);
  CHECK(failed_check(validate_provider("no-such-file.so"), "cannot be loaded") != nullptr);
}
