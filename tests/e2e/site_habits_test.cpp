// What real HaloPSA sites do with what is written to them, and why a ticket leaves the open state: each habit is a quirk of the simulated
// site, and none of them is taken for a technician's act.
#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "tests/e2e/sync.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

// A Stellar Cyber case whose ticket is open, and which closes it when an analyst resolves it.
struct Habit : SyncedPair {
  explicit Habit(std::vector<std::string> quirks = {})
      : SyncedPair({.halo_options = options(quirks), .keys = {{"STELLAR_AUTO_CLOSE_TICKETS", "true"}}}) {
    id = add_case(R"("name":"Beacon","tenant_name":"Contoso","cust_id":"t-contoso","severity":"High")");
    cycle();
  }
  static std::vector<std::string> options(const std::vector<std::string>& quirks) {
    std::vector<std::string> all;
    for (const std::string& quirk : quirks) all.insert(all.end(), {"--quirk", quirk});
    return all;
  }
  void set(const std::string& quirk) { halo().control("/_sim/quirks", R"({"set":[")" + quirk + R"("]})"); }
  void clear(const std::string& quirk) { halo().control("/_sim/quirks", R"({"clear":[")" + quirk + R"("]})"); }
  std::string status() { return text_at(a_case(id), "status"); }
  std::int64_t ticket_status() { return json::integer_at(ticket(id), "status_id").value_or(0); }
  std::string number() { return text_at(ticket(id), "id"); }
  // In all tickets, since a site may refuse notes on a closed one.
  std::size_t times_in_tickets(const std::string& words) {
    std::size_t times = 0;
    for (const json::value& t : tickets()) {
      times += contains(text_at(t.as_object(), "details"), words);
      const json::array& actions = t.at("actions").as_array();  // the first one repeats the description
      for (std::size_t i = 1; i < actions.size(); ++i) times += contains(text_at(actions[i].as_object(), "note"), words);
    }
    return times;
  }
  void cycles(int n) {
    for (int i = 0; i < n; ++i) {
      forget_waits();
      try_cycle();
    }
  }
  std::string id;
};

constexpr std::int64_t closed_status = 9;

}  // namespace

TEST_CASE("a closing that the site answers with 201 and ignores is tried again and reported and no one's act") {
  Habit site;
  site.set("silent-status");
  site.analyst(site.id, R"("status":"Resolved")");
  const SyncedPair::Cycle cycle = site.try_cycle();
  CHECK(contains(cycle.out + cycle.err, "its status is as before"));
  site.cycles(3);
  CHECK(site.status() == "Resolved");
  CHECK(site.ticket_status() != closed_status);
  const Output list = site.picket({"outbox", "list"});
  CHECK_MESSAGE(contains(list.out, "its status is as before"), list.out << list.err);
  site.clear("silent-status");
  site.settle();
  CHECK(site.ticket_status() == closed_status);
  CHECK(site.status() == "Resolved");
}

TEST_CASE("a closing that lands only later, or rests in another status, or is undone by our own note is nobody's act") {
  for (const std::string quirk :
       {"late-status=1", "closed-rests-in=Resolved", "note-reopens", "note-sets-status=Updated", "system-entries", "records-changes"}) {
    CAPTURE(quirk);
    Habit site({quirk});
    site.analyst(site.id, R"("status":"Resolved","comment":"All good.")");
    site.cycles(4);
    CHECK(site.status() == "Resolved");
    site.analyst(site.id, R"("comment":"One more word.")");
    site.settle(30);
    CHECK(site.status() == "Resolved");
    CHECK(site.tickets_of(site.id).size() == 1);
    CHECK(site.times_in_tickets("One more word") == 1);
    for (const std::string& comment : site.comments(site.id)) {
      CHECK_FALSE(contains(comment, "reopened"));
      CHECK_FALSE(contains(comment, "closed"));
    }
  }
}

TEST_CASE("flags that stay set when a ticket is reopened hide neither the reopening nor the next closing") {
  Habit site({"sticky-closed"});
  site.technician(site.id, R"("who":"Jane Doe","close":true,"closure_note":"Done.")");
  site.settle();
  CHECK(site.status() == "Resolved");
  site.technician(site.id, R"("who":"Jane Doe","reopen":true)");
  site.settle();
  CHECK(site.status() == "In Progress");
  site.technician(site.id, R"("who":"Jane Doe","close":true,"closure_note":"Done again.")");
  site.settle();
  CHECK(site.status() == "Resolved");
}

TEST_CASE("a merged ticket is followed: the case stays open and what comes next goes to the ticket it was merged into") {
  Habit site;
  const std::string other = site.add_case(R"("name":"Mimikatz","tenant_name":"Contoso","cust_id":"t-contoso","severity":"High")");
  site.cycle();
  const std::string first = site.number();
  const std::string second = text_at(site.ticket(other), "id");
  site.technician(site.id, R"("who":"Jane Doe","merge_into":)" + second);
  site.settle();
  CHECK(site.status() == "New");
  CHECK(text_at(site.a_case(other), "status") == "New");
  site.analyst(site.id, R"("comment":"Look at the second host.")");
  site.settle();
  CHECK(count_containing(site.notes(other), "Look at the second host") == 1);
  CHECK(site.tickets().size() == 2);
  site.technician(other, R"("who":"Jane Doe","note":"Both are one incident.")");
  site.settle();
  for (const std::string& id : {site.id, other}) CHECK(count_containing(site.comments(id), "Both are one incident") == 1);
  site.technician(other, R"("who":"Jane Doe","close":true,"closure_note":"Done.")");
  site.settle();
  for (const std::string& id : {site.id, other}) CHECK(text_at(site.a_case(id), "status") == "Resolved");
}

TEST_CASE("a ticket that the API agent may not see is no ticket that is gone") {
  Habit site({"assigned-hidden"});
  const std::string number = site.number();
  site.technician(site.id, R"("who":"Jane Doe","assign":"Sam Okafor")");
  site.analyst(site.id, R"("comment":"It spreads.")");
  std::string said;
  for (int i = 0; i < 4; ++i) {
    site.forget_waits();
    const SyncedPair::Cycle cycle = site.try_cycle();
    said += cycle.out + cycle.err;
  }
  CHECK(site.tickets().size() == 1);
  CHECK(contains(said, number));
  CHECK(contains(said, "403"));
  CHECK_FALSE(contains(said, "is gone"));
  site.clear("assigned-hidden");
  site.settle();
  CHECK(site.tickets().size() == 1);
  CHECK(count_containing(site.notes(site.id), "It spreads") == 1);
}

TEST_CASE("a creation whose answer is lost makes one ticket also where lists show it late") {
  Habit site({"late-list=20"});
  site.set("lost-create-answer");
  const std::string second = site.add_case(R"("name":"Mimikatz","tenant_name":"Contoso","cust_id":"t-contoso","severity":"High")");
  site.cycles(2);
  site.clear("lost-create-answer");
  site.cycles(4);
  CHECK(site.tickets().size() == 2);
  CHECK(site.tickets_of(second).size() == 1);
}

TEST_CASE("the first ticket of an empty site is not created again before its lists must show it") {
  SyncedPair site({.halo_options = {"--quirk", "late-list=20", "--quirk", "lost-create-answer"}});
  const std::string id = site.add_case(R"("name":"Beacon","tenant_name":"Contoso","cust_id":"t-contoso","severity":"High")");
  for (int i = 0; i < 4; ++i) {
    site.try_cycle();
    site.forget_waits();
  }
  CHECK(site.tickets().size() == 1);
  site.halo().control("/_sim/quirks", R"({"clear":["late-list","lost-create-answer"]})");
  site.settle();
  CHECK(site.tickets().size() == 1);
  CHECK(site.comments(id).size() == 1);
}

TEST_CASE("details that arrive late leave what a technician wrote into the description") {
  SyncedPair site;
  const std::string id = site.add_case(R"("name":"Beacon","tenant_name":"Contoso","cust_id":"t-contoso","severity":"High",
      "observables":{"url":[{"value":"https://evil.example/x"}]})");
  site.vendor().fault(R"({"path":"/connect/api/v1/cases/)" + id + R"(/observables","kind":"503","times":100})");
  site.try_cycle();
  const std::string details = text_at(site.ticket(id), "details_html");
  CHECK_FALSE(contains(details, "evil.example"));
  site.halo().control("/_sim/people", json::to_string(json::object{{"ticket", json::integer_at(site.ticket(id), "id").value()},
                                                                   {"who", "Jane Doe"},
                                                                   {"details_html", details + "<p>Host is in room 12.</p>"}}));
  site.vendor().clear_faults();
  site.settle();
  CHECK(contains(text_at(site.ticket(id), "details_html"), "room 12"));
  CHECK(count_containing(site.notes(id), "evil.example") == 1);
}

TEST_CASE("a priority that a rule of the site keeps holds back nothing and is nobody's act") {
  Habit site({"rule-sets-priority=Low"});
  site.keys()["HALOPSA_PRIORITY_ID"] = "";
  site.analyst(site.id, R"("severity":"Critical","comment":"It is worse.")");
  site.cycles(4);
  CHECK(count_containing(site.notes(site.id), "It is worse") == 1);
  for (const std::string& comment : site.comments(site.id)) CHECK_FALSE(contains(comment, "riority"));
}

TEST_CASE("a site that gives and takes local times without saying so hides no act of a technician") {
  for (const std::string quirk : {"local-times=-5h", "local-times=+2h"}) {
    CAPTURE(quirk);
    Habit site({quirk});
    site.technician(site.id, R"("who":"Jane Doe","note":"We isolated the host.")");
    site.settle();
    CHECK(count_containing(site.comments(site.id), "We isolated the host") == 1);
    site.technician(site.id, R"("who":"Jane Doe","close":true,"closure_note":"Done.")");
    site.settle();
    CHECK(site.status() == "Resolved");
  }
}

TEST_CASE("a note that the list of a ticket's actions shows late reaches the case all the same") {
  Habit site({"late-actions=2"});
  site.technician(site.id, R"("note":"We called the user.")");
  site.cycle();
  CHECK(count_containing(site.comments(site.id), "We called the user.") == 0);
  std::this_thread::sleep_for(std::chrono::milliseconds{2100});
  site.cycle();
  site.cycle();
  CHECK(count_containing(site.comments(site.id), "We called the user.") == 1);
}
