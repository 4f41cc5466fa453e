// Reading the list of cases: to its end, in pages of any size, while it moves; and the cursor.
#include "tests/plugin/stellar-cyber/bench.hpp"

using namespace stellar::test;
using namespace std::chrono_literals;

namespace {

constexpr int sweep = PICKET_POLL_SWEEP;

// Every case has its one ticket.
void check_tickets(Bench& b) {
  CHECK(b.psa.tickets.size() == b.vendor.cases().size());
  for (const auto& [id, c] : b.vendor.cases())
    if (b.psa.tickets_of(id).size() != 1) FAIL_CHECK("the case " << id << " has " << b.psa.tickets_of(id).size() << " tickets");
}

}  // namespace

TEST_CASE("the first poll reaches back as far as it should, and the cursor stands at the last case") {
  Bench b;
  b.set("backfillDays", 3);
  for (const int days : {0, 1, 2, 4, 8}) {
    json::object& row = b.vendor.add_case("days-" + std::to_string(days));
    row["created_at"] = row["modified_at"] = json::integer_at(row, "modified_at").value() - days * 86'400'000LL;
  }
  b.clock.advance(1min);
  CHECK(b.poll().report.created == 3);
  CHECK(b.cursor() == b.at(-1min));
}

TEST_CASE("a first poll of nothing keeps the look-back for the next one") {
  Bench b;
  CHECK(b.poll().status == Status::ok);
  CHECK(b.cursor() == b.at(-7 * 24h));
  b.clock.advance(24h);
  b.vendor.add_case("c1");
  b.clock.advance(24h);
  b.add_cases(2, 2);
  CHECK(b.poll().report.created == 2);
  CHECK(b.cursor() == b.at());
}

TEST_CASE("every case is read whatever the size of pages") {
  for (const int page_size : {1, 2, 7, 50, 100, 250, 1000}) {
    for (const bool total : {true, false}) {
      for (const std::int64_t limit_max : {40, 250}) {
        CAPTURE(page_size);
        CAPTURE(total);
        CAPTURE(limit_max);
        Started b;
        b.set("pageSize", page_size);
        b.vendor.gives_total = total;
        b.vendor.limit_pages(limit_max);
        b.add_cases(1, 120);
        const Polled polled = b.poll();
        CHECK(polled.report.created == 120);
        CHECK(polled.report.collected == 120);
        check_tickets(b);
        CHECK(b.cursor() == b.at());
        b.clock.advance(5min);
        CHECK(b.poll().report.created == 0);
      }
    }
  }
}

TEST_CASE("more cases of one moment than a page holds") {
  for (const bool total : {true, false}) {
    for (const bool exclusive : {true, false}) {
      CAPTURE(total);
      CAPTURE(exclusive);
      Started b;
      b.set("pageSize", 10);
      b.vendor.gives_total = total;
      b.vendor.from_is_exclusive = exclusive;
      b.add_cases(1, 5);
      b.add_cases(6, 60, 0ms);
      b.clock.advance(10s);
      b.add_cases(61, 65);
      CHECK(b.poll().report.created == 65);
      check_tickets(b);
      CHECK(b.cursor() == b.at());
    }
  }
}

TEST_CASE("cases that are modified while the list is read are neither missed nor taken twice") {
  for (const auto apart : {0ms, 1ms, 1000ms}) {
    for (std::size_t after = 1; after <= 5; ++after) {
      CAPTURE(apart.count());
      CAPTURE(after);
      Started b;
      b.set("pageSize", 10);
      b.add_cases(1, 60, apart);
      b.clock.advance(10min);
      std::size_t lists = 0;
      b.vendor.fault = [&](const Asked& asked) -> std::optional<picket::HttpAnswer> {
        if (lists_cases(asked) && ++lists == after + 1) {
          // Three that were read, or are about to be, and one that was not move to the end of the list.
          for (const char* id : {"c1", "c10", "c11", "c60"}) b.vendor.change(id, {{"score", 90}});
        }
        return std::nullopt;
      };
      b.poll();
      check_tickets(b);
      for (const char* id : {"c1", "c10", "c11", "c60"}) CHECK(contains(b.psa.alert(id).metadata, R"("score":"90")"));
      CHECK(b.cursor() == b.at());
    }
  }
}

TEST_CASE("one moment of many cases loses none when some of them move away while it is read") {
  Started b;
  b.set("pageSize", 10);
  b.add_cases(100, 199, 0ms);
  b.clock.advance(10min);
  std::size_t lists = 0;
  b.vendor.fault = [&](const Asked& asked) -> std::optional<picket::HttpAnswer> {
    if (lists_cases(asked) && ++lists % 2 == 0)
      for (std::size_t n = 0; n < 3 && lists < 8; ++n) b.vendor.change("c" + std::to_string(98 + lists + n), {{"score", 90}});
    return std::nullopt;
  };
  b.poll();
  check_tickets(b);
}

TEST_CASE("rows of the cursor's last minute are read again, and change nothing") {
  Started b;
  b.add_cases(1, 1);
  b.poll();
  b.add_cases(2, 2);
  b.vendor.row("c2")["modified_at"] = json::integer_at(b.vendor.row("c2"), "modified_at").value() - 59'000;
  const Polled polled = b.poll();
  CHECK(polled.report.created == 1);
  CHECK(polled.report.unchanged == 1);
}

TEST_CASE("a busy minute is not listed by every poll until something else changes") {
  Started b;
  b.set("pageSize", 10);
  b.add_cases(1, 100, 1ms);
  CHECK(b.poll().report.created == 100);
  b.clock.advance(5min);
  CHECK(b.poll().report.unchanged == 100);  // somebody may have come late
  b.clock.advance(5min);
  CHECK(b.poll().report.unchanged == 2);
  // Late all the same: a sweep finds it. What comes now is found as ever.
  b.add_cases(101, 101);
  CHECK(b.poll().report.created == 1);
  b.add_cases(102, 103, 50s);
  CHECK(b.poll().report.created == 2);
}

TEST_CASE("a poll that dies at any of its calls loses nothing, and the next one makes no second ticket") {
  for (std::size_t calls = 0;; ++calls) {
    CAPTURE(calls);
    Started b;
    b.set("pageSize", 4);
    b.add_cases(1, 10);
    b.vendor.comment("c3", "Look at this.");
    Mortal mortal(calls);
    b.vendor.on_call = b.vendor.on_effect = b.psa.on_call = b.psa.on_effect = [&] { mortal(); };
    b.poll();
    b.vendor.on_call = b.vendor.on_effect = b.psa.on_call = b.psa.on_effect = nullptr;
    // What the cursor has passed has its ticket.
    for (const auto& [id, c] : b.vendor.cases()) {
      const auto at = picket::Time(std::chrono::milliseconds{json::integer_at(c.row, "modified_at").value()});
      if (picket::format_time(at) < b.cursor()) CHECK(b.psa.tickets_of(id).size() == 1);
    }
    b.poll();
    check_tickets(b);
    CHECK(b.psa.ticket_of("c3").notes.size() == 1);
    CHECK(b.cursor() == b.at());
    if (!mortal.is_dead()) break;
  }
}

TEST_CASE("the list fails at any page: what was read is carried, the cursor stays there") {
  for (std::size_t failing = 1; failing <= 5; ++failing) {
    CAPTURE(failing);
    Started b;
    b.set("pageSize", 5);
    b.add_cases(1, 20);
    std::size_t lists = 0;
    b.vendor.fault = [&](const Asked& asked) -> std::optional<picket::HttpAnswer> {
      return lists_cases(asked) && ++lists == failing ? std::optional(answer(502)) : std::nullopt;
    };
    const Polled polled = b.poll();
    CHECK(polled.status == Status::unavailable);
    CHECK(contains(polled.message, "502"));
    CHECK(polled.report.created == b.psa.tickets.size());
    CHECK(b.psa.tickets.size() < 20);
    b.vendor.fault = nullptr;
    b.poll();
    check_tickets(b);
  }
}

TEST_CASE("every failure of the list is reported, changes nothing, and the next poll goes on") {
  const struct {
    const char* what;
    picket::HttpAnswer answer;
    Status status;
    const char* message;
  } cases[] = {
      {"403", answer(403), Status::auth, "refused the credentials for /cases (403)"},
      {"404", answer(404), Status::not_found, "does not know /cases (404)"},
      {"429", answer(429), Status::rate_limited, "429"},
      {"500", answer(500, "<html>oops</html>"), Status::unavailable, "(500)"},
      {"503", answer(503), Status::unavailable, "(503)"},
      {"418", answer(418), Status::invalid, "refused /cases (418)"},
      {"HTML with 200", answer(200, "<!DOCTYPE html><html>Sign in</html>"), Status::unavailable, "got an HTML page"},
      {"HTML behind white space", answer(200, "\n\n <html>"), Status::unavailable, "got an HTML page"},
      {"empty", answer(200), Status::unavailable, "expected JSON"},
      {"truncated", answer(200, R"({"data":{"cases":[{"_id":1)"), Status::unavailable, "expected JSON"},
      {"null", answer(200, "null"), Status::unavailable, "a JSON object"},
      {"a list", answer(200, "[]"), Status::unavailable, "a JSON object"},
      {"no members", answer(200, "{}"), Status::unavailable, "an object under \"data\""},
      {"data a list", answer(200, R"({"data":[]})"), Status::unavailable, "an object under \"data\""},
      {"no cases", answer(200, R"({"data":{"total":1}})"), Status::unavailable, "a list under \"cases\""},
      {"cases null", answer(200, R"({"data":{"cases":null,"total":1}})"), Status::unavailable, "a list under \"cases\""},
      {"no answer", no_answer(Status::unavailable), Status::unavailable, "the connection broke"},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.what));
    Started b;
    b.add_cases(1, 1);
    const auto cursors = b.psa.cursors;
    const std::size_t applied = b.psa.applied;
    b.vendor.fault = [&](const Asked& asked) { return lists_cases(asked) ? std::optional(c.answer) : std::nullopt; };
    const Polled polled = b.poll(sweep);
    CHECK(polled.status == c.status);
    CHECK_MESSAGE(contains(polled.message, c.message), polled.message);
    CHECK_FALSE(contains(polled.message, "secret-of-"));
    CHECK_FALSE(b.vendor.reveals_credentials(polled.message));
    CHECK(b.psa.applied == applied);
    CHECK(b.psa.cursors == cursors);
    b.vendor.fault = nullptr;
    CHECK(b.poll().report.created == 1);
  }
}

TEST_CASE("a list that never ends by itself is left all the same") {
  for (const std::string total : {"null", "999999999999", "-1", "\"many\""}) {
    CAPTURE(total);
    Started b;
    b.set("pageSize", 2);
    b.add_cases(1, 2);
    b.vendor.fault = [&](const Asked& asked) -> std::optional<picket::HttpAnswer> {
      // Whatever is asked for, and how far on: the same two rows.
      if (!lists_cases(asked)) return std::nullopt;
      if (b.vendor.asked.size() > 2000) return answer(500);
      return answer(200, R"({"data":{"cases":[)" + json::to_string(b.vendor.row("c1")) + "," + json::to_string(b.vendor.row("c2")) +
                             R"(],"total":)" + total + "}}");
    };
    CHECK(b.poll().status == Status::ok);
    CHECK(b.psa.tickets.size() == 2);
  }
}

TEST_CASE("a cursor in the future or that cannot be read does not hide what comes") {
  Started b;
  b.add_cases(1, 1);
  b.psa.cursors["cases"] = "2099-01-01T00:00:00.000Z";  // a clock that was wrong for a while
  CHECK(b.poll().report.created == 1);
  b.clock.advance(5min);
  b.add_cases(2, 3, 100s);
  CHECK(b.poll().report.created == 2);
  CHECK(b.cursor() == b.at());
  b.psa.cursors["cases"] = "yesterday";
  const Polled polled = b.poll();
  CHECK(polled.status == Status::invalid);
  CHECK(contains(polled.message, "\"yesterday\""));
}

TEST_CASE("times that cannot be believed do not move the cursor there") {
  Started b;
  b.add_cases(1, 5);
  b.vendor.row("c2")["modified_at"] = 4'000'000'000'000;  // 2096
  b.vendor.row("c3")["modified_at"] = "soon";
  b.vendor.row("c4")["modified_at"] = nullptr;
  CHECK(b.poll().report.created == 5);
  CHECK(b.cursor() == b.at());
  b.clock.advance(5min);
  b.add_cases(6, 6);
  CHECK(b.poll().report.created == 1);
  CHECK(b.psa.ticket_of("c2").notes.empty());
}

TEST_CASE("rows of any type on a good page") {
  Started b;
  b.add_cases(1, 1);
  b.vendor.fault = [&](const Asked& asked) -> std::optional<picket::HttpAnswer> {
    if (!lists_cases(asked)) return std::nullopt;
    return answer(200, R"({"data":{"cases":[null,7,"x",[],{},{"_id":null},{"_id":"../access_token"},)" +
                           json::to_string(b.vendor.row("c1")) + R"(],"total":8}})");
  };
  const Polled polled = b.poll();
  CHECK(polled.status == Status::ok);
  CHECK(polled.report.created == 1);
  CHECK(polled.report.failed == 7);
  REQUIRE(polled.report.errors.size() == 7);
  CHECK(contains(polled.report.errors[0].message, "without a readable _id"));
}

TEST_CASE("what cannot even be recorded holds the cursor back over all pages") {
  Started b;
  b.set("pageSize", 3);
  b.add_cases(1, 12);
  b.psa.refuse = [](const picket::ChangeSet& set) {
    return set.alert && set.alert->external_id == "c2" ? std::string("refused") : std::string{};
  };
  CHECK(b.poll().report.created == 11);
  CHECK(b.cursor() == b.at(-11s));
  b.psa.refuse = nullptr;
  b.clock.advance(10min);
  CHECK(b.poll().report.created == 1);
  check_tickets(b);
  CHECK(b.cursor() == b.at(-10min));
}

TEST_CASE("a cursor that the host refuses to write fails the poll, which does not report it as reached") {
  Bench b;
  b.psa.refuse = [](const picket::ChangeSet& set) { return set.cursor_stream.empty() ? std::string{} : std::string("read-only"); };
  const Polled polled = b.poll();
  CHECK(polled.status == Status::invalid);
  CHECK(contains(polled.message, "the cursor \"cases\" could not be written: read-only"));
  CHECK(polled.report.cursor.empty());
  CHECK(b.cursor().empty());
}

TEST_CASE("a cancelled poll ends at once, and the next goes on") {
  Started b;
  b.set("pageSize", 10);
  b.add_cases(1, 50);
  b.vendor.on_effect = [&] { b.cancel = b.vendor.asked.size() == 12; };
  CHECK(b.poll().status == Status::cancelled);
  CHECK(b.vendor.asked.size() <= 14);
  b.cancel = false;
  b.vendor.on_effect = nullptr;
  CHECK(b.poll().status == Status::ok);
  check_tickets(b);
}

TEST_CASE("only the tenant that was asked for") {
  Started b;
  b.set("tenantId", "t 2&x=y");
  b.add_cases(1, 4);
  b.vendor.row("c2")["cust_id"] = "t 2&x=y";
  CHECK(b.poll().report.created == 1);
  CHECK(b.psa.tickets_of("c2").size() == 1);
  CHECK_FALSE(b.psa.has_alert("c1"));
}

TEST_CASE("settings that are not complete end the poll before anything is asked") {
  Bench b;
  b.set("boardId", "");
  const Polled polled = b.poll();
  CHECK(polled.status == Status::invalid);
  CHECK(contains(polled.message, "boardId"));
  CHECK(polled.requests == 0);
}
