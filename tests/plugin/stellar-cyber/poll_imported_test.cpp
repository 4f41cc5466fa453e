// Links that were taken over from another program: their tickets exist, and the first look at their cases notes nothing old.
#include "tests/plugin/stellar-cyber/bench.hpp"

using namespace stellar::test;
using namespace std::chrono_literals;

namespace {

void import(Bench& b, const std::string& id, const std::string& seen_comments) {
  picket::Alert a;
  a.revision = 1;
  a.external_id = id;
  a.ticket_id = "old-" + id;
  a.incomplete = true;
  a.metadata = R"({"imported":true,"seen_comments":)" + seen_comments + "}";
  b.psa.add(a);
  Ticket& t = b.psa.tickets["old-" + id];
  t.draft.source_reference = id;
  t.priority_id = "P9";
  t.body = "as it was";
}

void check_untouched(const Bench& b, const std::string& id) {
  const Ticket& t = b.psa.ticket_of(id);
  CHECK(t.notes.empty());
  CHECK(t.body == "as it was");
  CHECK(t.priority_id == "P9");
  CHECK_FALSE(t.closed);
  CHECK_FALSE(b.psa.alert(id).incomplete);
  CHECK_FALSE(contains(b.psa.alert(id).metadata, "imported"));
}

}  // namespace

TEST_CASE("the first look notes nothing, the next change does") {
  for (const bool is_listed : {true, false}) {
    for (const char* status : {"New", "Resolved"}) {
      CAPTURE(is_listed);
      CAPTURE(status);
      Started b;
      b.set("autoCloseTickets", true);
      b.vendor.add_case("c1")["status"] = status;
      b.vendor.comment("c1", "old");
      b.vendor.comment("c1", "seen");
      if (!is_listed) b.clock.advance(30 * 24h);
      import(b, "c1", R"("all")");
      b.poll();
      CHECK(b.psa.tickets.size() == 1);
      check_untouched(b, "c1");
      b.clock.advance(5min);
      b.vendor.comment("c1", "new");
      b.poll();
      REQUIRE(b.psa.ticket_of("c1").notes.size() == 1);
      CHECK(contains(b.psa.ticket_of("c1").notes.at(0), "new"));
      CHECK_FALSE(b.psa.ticket_of("c1").closed);
      b.clock.advance(5min);
      b.vendor.change("c1", {{"name", "Another name"}});
      b.poll();
      CHECK(b.psa.ticket_of("c1").notes.size() == 2);
    }
  }
}

TEST_CASE("comments that the other program had not carried are noted") {
  Started b;
  b.vendor.add_case("c1");
  b.vendor.comment("c1", "carried");
  b.vendor.comment("c1", "missed");
  const std::string id = json::text_at(b.vendor.case_of("c1").comments.at(0).as_object(), "_id").value();
  import(b, "c1", "[\"" + id + "\"]");
  b.poll();
  REQUIRE(b.psa.ticket_of("c1").notes.size() == 1);
  CHECK(contains(b.psa.ticket_of("c1").notes.at(0), "missed"));
}

TEST_CASE("comments that cannot be read at the first look are still old at the next") {
  Started b;
  b.vendor.add_case("c1");
  b.vendor.comment("c1", "old");
  import(b, "c1", R"("all")");
  b.vendor.fault = [](const Asked& asked) { return asked.path.ends_with("/comments") ? std::optional(answer(500)) : std::nullopt; };
  b.poll();
  b.vendor.fault = nullptr;
  b.clock.advance(5min);
  b.poll();
  check_untouched(b, "c1");
}

TEST_CASE("many of them are looked at in some polls, and what is new meanwhile is not delayed") {
  Started b;
  b.add_cases(1, 600);
  b.clock.advance(30 * 24h);
  for (int n = 1; n <= 600; ++n) import(b, "c" + std::to_string(n), R"("all")");
  b.add_cases(601, 605);
  CHECK(b.poll().report.created == 5);
  for (int i = 0; i < 2; ++i) {
    b.clock.advance(5min);
    b.poll();
  }
  for (int n = 1; n <= 600; ++n) {
    const std::string id = "c" + std::to_string(n);
    if (contains(b.psa.alert(id).metadata, "imported") || !b.psa.ticket_of(id).notes.empty()) FAIL_CHECK(id << " was not looked at");
  }
  CHECK(b.psa.tickets.size() == 605);
}
