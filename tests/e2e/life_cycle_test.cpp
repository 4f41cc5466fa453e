// An incident's life, from its first appearance to its end, and its ticket's beside it.
#include <doctest/doctest.h>

#include "tests/e2e/world.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

std::string incident(int id, const std::string& organization, const std::string& more = "") {
  return R"({"id":)" + std::to_string(id) + R"(,"organization_id":)" + organization + R"(,"severity":"high","subject":"Subject )" +
         std::to_string(id) + R"(","summary":"First words.")" + (more.empty() ? "" : "," + more) + "}";
}

std::string change(int id, const std::string& more) { return R"({"id":)" + std::to_string(id) + "," + more + "}"; }

void check_counts(const json::object& poll, int created, int noted, int closed, int recorded) {
  CAPTURE(json::to_string(poll));
  CHECK(poll.at("created") == created);
  CHECK(poll.at("noted") == noted);
  CHECK(poll.at("closed") == closed);
  CHECK(poll.at("recorded") == recorded);
  CHECK(poll.at("failed") == 0);
}

}  // namespace

TEST_CASE("new, updated, closed: mapped, unmapped, without an organization and opted out, with and without auto-close") {
  for (const bool auto_close : {false, true}) {
    CAPTURE(auto_close);
    on_both_storages([&](Storage& storage) {
      World world(storage);
      if (auto_close) world.settings({"autoCloseTickets=true"});
      REQUIRE(world.picket({"orgs", "opt-out", "huntress", "--tenant", tenant_name, "302"}).exit_code == 0);
      Vendor& vendor = world.vendor();
      vendor.organization(R"({"id":304,"name":"Umbrella"})");
      REQUIRE(world.picket({"orgs", "sync", "huntress", "--tenant", tenant_name}).exit_code == 0);
      REQUIRE(world.picket({"orgs", "opt-out", "huntress", "--tenant", tenant_name, "304"}).exit_code == 0);

      vendor.incident(incident(1, "301"));
      vendor.incident(incident(2, "303", R"("status":"auto_remediating")"));
      vendor.incident(incident(3, "null"));
      vendor.incident(incident(4, "302"));
      vendor.incident(incident(5, "304"));
      check_counts(world.poll(), 3, 0, 0, 2);
      CHECK(text_at(world.ticket("1"), "client") == "Contoso, Ltd.");
      CHECK(text_at(world.ticket("1"), "title") == "[Huntress] high — Subject 1");
      for (const std::string unmapped : {"2", "3"}) {
        const json::object ticket = world.ticket(unmapped);
        CHECK(text_at(ticket, "client") == "Internal");
        CHECK(text_at(ticket, "board") == "Triage");
        CHECK(text_at(ticket, "title") == "[Unmapped Org] [Huntress] high — Subject " + unmapped);
        CHECK(world.notes(unmapped).size() == 2);
      }
      CHECK(world.notes("1").size() == 1);
      for (const std::string opted_out : {"4", "5"}) {
        CHECK_FALSE(world.has_ticket(opted_out));
        CHECK(world.alert(opted_out, "status") == "sent");
        CHECK(world.alert(opted_out, "ticket_id").empty());
      }
      check_counts(world.poll(), 0, 0, 0, 0);

      for (const int id : {1, 2, 3, 4, 5}) vendor.incident(change(id, R"("summary":"Second words.")"));
      check_counts(world.poll(), 0, 3, 0, 2);
      check_counts(world.poll(), 0, 0, 0, 0);
      CHECK(world.tickets().size() == 3);
      CHECK(world.notes("1").size() == 2);
      CHECK(contains(world.notes("1").back(), "Second words"));
      CHECK(world.notes("2").size() == 3);

      vendor.incident(change(1, R"("status":"closed")"));
      vendor.incident(change(2, R"("status":"dismissed")"));
      vendor.incident(change(3, R"("status":"partner_dismissed")"));
      vendor.incident(change(4, R"("status":"closed")"));
      vendor.incident(change(5, R"("status":"dismissed")"));
      check_counts(world.poll(), 0, 3, auto_close ? 3 : 0, 2);
      check_counts(world.poll(), 0, 0, 0, 0);
      for (const std::string id : {"1", "2", "3"}) {
        const json::object ticket = world.ticket(id);
        CHECK(ticket.at("closed").as_bool() == auto_close);
        CHECK(text_at(ticket, "closed_at").empty() != auto_close);
        CHECK(contains(world.notes(id).back(), "Status"));
      }
      CHECK(world.alert("1", "status") == "closed");
      CHECK(world.alert("4", "status") == "closed");
      CHECK(world.count("SELECT count(*) FROM rmm_alerts WHERE resolved_at IS NULL") == 0);
      CHECK(world.count("SELECT count(*) FROM tickets") == 3);
    });
  }
}

TEST_CASE("a reopened incident reopens its ticket, unless that is switched off") {
  for (const bool reopen : {true, false}) {
    CAPTURE(reopen);
    on_both_storages([&](Storage& storage) {
      World world(storage);
      world.settings({"autoCloseTickets=true", reopen ? "reopenTickets=true" : "reopenTickets=false"});
      world.vendor().incident(incident(1, "301"));
      world.poll();
      world.vendor().incident(change(1, R"("status":"closed")"));
      check_counts(world.poll(), 0, 1, 1, 0);
      CHECK(text_at(world.ticket("1"), "status") == "Sec Closed");
      world.vendor().incident(change(1, R"("status":"sent")"));
      check_counts(world.poll(), 0, 1, 0, 0);
      const json::object ticket = world.ticket("1");
      CHECK(ticket.at("closed").as_bool() == !reopen);
      CHECK(ticket.at("closed_at").is_null() == reopen);
      CHECK(text_at(ticket, "status") == (reopen ? "Sec New" : "Sec Closed"));
      CHECK(world.alert("1", "resolved_at").empty());
      CHECK(world.notes("1").size() == 3);
    });
  }
}

STORAGE_TEST_CASE(storage, "a raised severity raises the priority, a lowered one leaves it") {
  World world(storage);
  world.vendor().incident(incident(1, "301"));
  world.poll();
  CHECK(text_at(world.ticket("1"), "priority") == "High");
  world.vendor().incident(change(1, R"("severity":"critical")"));
  check_counts(world.poll(), 0, 1, 0, 0);
  CHECK(text_at(world.ticket("1"), "priority") == "Critical");
  CHECK(contains(world.notes("1").back(), "high → critical"));
  world.vendor().incident(change(1, R"("severity":"low")"));
  check_counts(world.poll(), 0, 1, 0, 0);
  CHECK(text_at(world.ticket("1"), "priority") == "Critical");
  CHECK(world.alert("1", "severity") == "low");
  CHECK(text_at(world.ticket("1"), "title") == "[Huntress] high — Subject 1");
}

STORAGE_TEST_CASE(storage, "an incident that is being deleted is skipped, and a known one's ticket stays") {
  World world(storage);
  world.vendor().incident(incident(1, "301", R"("status":"deleting")"));
  world.vendor().incident(incident(2, "301"));
  check_counts(world.poll(), 1, 0, 0, 0);
  CHECK_FALSE(world.has_ticket("1"));
  world.vendor().incident(change(2, R"("status":"deleting")"));
  world.poll();
  CHECK(world.notes("2").size() == 1);
  CHECK_FALSE(world.ticket("2").at("closed").as_bool());
  check_counts(world.poll({"--sweep"}), 0, 0, 0, 0);
}

STORAGE_TEST_CASE(storage, "closed before the first poll: recorded without a ticket, which comes when the incident is reopened") {
  World world(storage);
  world.vendor().incident(incident(1, "301", R"("status":"closed","updated_at":"-1h")"));
  world.vendor().incident(incident(2, "303", R"("status":"dismissed","updated_at":"-2h")"));
  check_counts(world.poll(), 0, 0, 0, 2);
  CHECK(world.tickets().empty());
  CHECK(world.alert("1", "status") == "closed");
  world.vendor().incident(change(1, R"("status":"sent")"));
  world.vendor().incident(change(2, R"("status":"auto_remediating")"));
  check_counts(world.poll(), 2, 0, 0, 0);
  CHECK(text_at(world.ticket("2"), "client") == "Internal");
}

STORAGE_TEST_CASE(storage, "opted in again, an organization's open incidents get their tickets at the next poll") {
  World world(storage);
  REQUIRE(world.picket({"orgs", "opt-out", "huntress", "--tenant", tenant_name, "301"}).exit_code == 0);
  // Older than what an idle poll reads again.
  world.vendor().incident(incident(1, "301", R"("updated_at":"-5h")"));
  world.vendor().incident(incident(2, "301", R"("updated_at":"-4h","status":"closed")"));
  world.vendor().incident(incident(3, "302", R"("updated_at":"-1h")"));
  check_counts(world.poll(), 1, 0, 0, 2);
  REQUIRE(world.picket({"orgs", "opt-in", "huntress", "--tenant", tenant_name, "301"}).exit_code == 0);
  const json::object poll = world.poll();
  CHECK(poll.at("created") == 1);
  CHECK(world.has_ticket("1"));
  CHECK_FALSE(world.has_ticket("2"));
  CHECK(text_at(world.ticket("1"), "client") == "Contoso, Ltd.");
  check_counts(world.poll(), 0, 0, 0, 0);
}

STORAGE_TEST_CASE(storage, "opting out keeps the tickets that exist: their updates are noted") {
  World world(storage);
  world.vendor().incident(incident(1, "301"));
  world.poll();
  REQUIRE(world.picket({"orgs", "opt-out", "huntress", "--tenant", tenant_name, "301"}).exit_code == 0);
  world.vendor().incident(incident(2, "301"));
  world.vendor().incident(change(1, R"("summary":"Second words.")"));
  check_counts(world.poll(), 0, 1, 0, 1);
  CHECK_FALSE(world.has_ticket("2"));
}

STORAGE_TEST_CASE(storage, "an incident that falls back to an earlier state at the vendor is noted once per change") {
  World world(storage);
  world.vendor().incident(incident(1, "301", R"("remediations":[{"id":1,"type":"manual","action":"Isolate","status":"unapproved"}])"));
  world.poll();
  world.vendor().incident(change(1, R"("remediations":[{"id":1,"type":"manual","action":"Isolate","status":"completed"}])"));
  check_counts(world.poll(), 0, 1, 0, 0);
  CHECK(contains(world.notes("1").back(), "unapproved → completed"));
  check_counts(world.poll(), 0, 0, 0, 0);
  check_counts(world.poll({"--sweep"}), 0, 0, 0, 0);
  CHECK(world.notes("1").size() == 2);
}
