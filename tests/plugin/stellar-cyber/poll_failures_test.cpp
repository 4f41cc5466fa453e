// What becomes of a case that cannot be stored or read: it is recorded, tried again, and stops no other.
#include "tests/plugin/stellar-cyber/bench.hpp"

using namespace stellar::test;
using namespace std::chrono_literals;

TEST_CASE("one that cannot be stored is recorded, retried by its id, and stops no other") {
  Started b;
  b.add_cases(1, 3, 10min);
  b.psa.refuse = [](const picket::ChangeSet& set) {
    return set.open_ticket && set.open_ticket->source_reference == "c2" ? std::string("the board is gone") : std::string{};
  };
  const Polled polled = b.poll();
  CHECK(polled.status == Status::ok);
  CHECK(polled.report.created == 2);
  CHECK(polled.report.errors == std::vector<picket::FindingError>{{"c2", "the board is gone"}});
  CHECK(b.cursor() == b.at());
  CHECK(b.psa.alert("c2").failures == 1);
  b.psa.refuse = nullptr;
  b.clock.advance(5min);
  CHECK(b.poll().report.created == 1);
  CHECK(b.psa.alert("c2").failures == 0);
  CHECK_FALSE(contains(b.psa.alert("c2").metadata, "processing_error"));
  CHECK(contains(b.psa.ticket_of("c2").body, "What happened."));
}

TEST_CASE("after three failures a minimal ticket stands on the triage board, and becomes the real one") {
  Started b;
  b.vendor.add_case("c1");
  b.vendor.comment("c1", "Please look.");
  b.psa.refuse = [](const picket::ChangeSet& set) {
    return set.open_ticket && set.open_ticket->board_id == "security" ? std::string("the board is gone") : std::string{};
  };
  for (int poll = 1; poll <= 3; ++poll) {
    CHECK(b.psa.tickets.empty());
    CHECK(b.poll().report.failed == 1);
    b.clock.advance(5min);
  }
  CHECK(b.psa.ticket_of("c1").draft.board_id == "triage");
  CHECK(b.psa.ticket_of("c1").draft.title == "[Stellar Cyber] Case c1 needs a look by hand");
  CHECK(contains(b.psa.ticket_of("c1").body, "the board is gone"));
  b.psa.refuse = nullptr;
  b.poll();
  const Ticket& t = b.psa.ticket_of("c1");
  CHECK(contains(t.body, "What happened."));
  CHECK(contains(t.body, "Alert of c1"));
  CHECK(t.draft.board_id == "security");
  CHECK(t.draft.title == "[Stellar Cyber #1001] High — Case c1");
  CHECK_FALSE(t.priority_id.empty());
  CHECK(b.psa.alert("c1").failures == 0);
  CHECK_FALSE(b.psa.alert("c1").incomplete);
  CHECK(t.updates() == 2);  // that it can be processed now, and the comment
  CHECK(contains(t.notes.back(), "Please look."));
  quiet(b);
  CHECK(b.psa.tickets.size() == 1);
}

TEST_CASE("a failing case whose look-up fails goes on counting, and others have their turn") {
  Started b;
  b.add_cases(1, 30);
  b.psa.refuse = [](const picket::ChangeSet& set) { return set.open_ticket ? std::string("no") : std::string{}; };
  b.poll();
  b.psa.cursors["cases"] = b.at(2min);  // none of them is listed any more
  b.psa.refuse = nullptr;
  b.vendor.fault = [](const Asked& asked) {
    return asked.method == "GET" && asked.path.starts_with("/cases/") && asked.path.find('/', 7) == std::string::npos
               ? std::optional(answer(500))
               : std::nullopt;
  };
  for (int poll = 0; poll < 3; ++poll) {
    b.clock.advance(5min);
    CHECK(b.poll().report.failed == 10);
  }
  for (const auto& [id, alert] : b.psa.alerts) CHECK(alert.failures == 2);
  b.vendor.fault = nullptr;
  for (int poll = 0; poll < 3; ++poll) {
    b.clock.advance(5min);
    b.poll();
  }
  CHECK(b.psa.tickets.size() == 30);
}

TEST_CASE("a failing case that is gone ends there") {
  Started b;
  b.add_cases(1, 1);
  b.psa.refuse = [](const picket::ChangeSet& set) { return set.open_ticket ? std::string("no") : std::string{}; };
  b.poll();
  b.psa.refuse = nullptr;
  b.vendor.remove_case("c1");
  b.clock.advance(5min);
  b.poll();
  CHECK(b.psa.tickets.empty());
  CHECK(b.psa.alert("c1").failures == 0);
  CHECK(b.poll().report.failed == 0);
}

TEST_CASE("an odd case is read as far as it can be, and the others flow") {
  Started b;
  b.add_cases(1, 2);
  json::object& row = b.vendor.row("c1");
  row["name"] = boost::json::string(std::string("a\0b <b>\n", 8));
  row["severity"] = std::string(60, 's');
  row["status"] = json::array{};
  row["score"] = json::object{};
  row["tags"] = "none";
  row["ticket_id"] = true;
  row["created_at"] = "never";
  b.vendor.case_of("c1").summary = 7;
  b.vendor.case_of("c1").observables = json::array{};
  b.vendor.case_of("c1").alerts = {nullptr, 1, "x", json::object{{"_source", 5}}};
  CHECK(b.poll().report.created == 2);
  CHECK(b.psa.ticket_of("c1").draft.title == "[Stellar Cyber] " + std::string(39, 's') + "… — ab <b>");
  CHECK(b.psa.ticket_of("c1").priority_id == "P2");
}
