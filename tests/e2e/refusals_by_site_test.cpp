// What a real HaloPSA refuses, for how long, and what a person sees and does about it. doc/halopsa.md tells the rules.
#include <doctest/doctest.h>

#include "host-sim/store/database.hpp"
#include "sdk/common/time_text.hpp"
#include "sdk/host/clock.hpp"
#include "tests/e2e/serving.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

SyncedPairOptions closing_options(std::vector<std::string> halo_options = {}) {
  return {.halo_options = std::move(halo_options), .keys = {{"STELLAR_AUTO_CLOSE_TICKETS", "true"}}};
}

json::object picket_document(const SyncedPair& sync, std::vector<std::string> arguments) {
  const Output output = sync.picket(std::move(arguments));
  INFO(output.out << output.err);
  REQUIRE(output.exit_code == 0);
  return json::parse_object(output.out, "standard output");
}

json::array outbox(const SyncedPair& sync) { return picket_document(sync, {"outbox", "list"}).at("items").as_array(); }

json::object only_in_outbox(const SyncedPair& sync) {
  const json::array items = outbox(sync);
  REQUIRE(items.size() == 1);
  return items[0].as_object();
}

json::object our_ticket(const SyncedPair& sync) {
  const json::object document = picket_document(sync, {"tickets", "list", "--tenant", "test"});
  REQUIRE(document.at("tickets").as_array().size() == 1);
  return document.at("tickets").as_array()[0].as_object();
}

std::int64_t given_up(const SyncedPair& sync) {
  const json::object document = picket_document(sync, {"status"});
  return document.at("connections").as_array().at(0).as_object().at("outbox").as_object().at("given_up").to_number<std::int64_t>();
}

void quirks(SyncedPair& sync, const std::string& change) { sync.halo().control("/_sim/quirks", change); }

// The refusal of what the outbox holds began so long ago.
void refused_for(const SyncedPair& sync, std::chrono::hours time) {
  store::Database db("sqlite:" + sync.database());
  db.execute("UPDATE picket_outbox SET failed_at = ?, next_attempt_at = NULL WHERE failed_at IS NOT NULL",
             {format_time(host::SystemClock().now() - time)});
}

bool is_closed(SyncedPair& sync, const std::string& id) { return sync.ticket(id).at("hasbeenclosed").as_bool(); }

// A case that an analyst resolved, whose ticket the site does not close: exit 3, with the site's words.
std::string resolve_in_vain(SyncedPair& sync, const std::string& quirk, const std::string& words) {
  const std::string id = sync.add_case(R"("name":"Phish")");
  sync.cycle();
  quirks(sync, R"({"set":[)" + quirk + "]}");
  sync.analyst(id, R"("status":"Resolved","comment":"False alarm.")");
  const SyncedPair::Cycle cycle = sync.try_cycle();
  CHECK(cycle.exit_code == 3);
  CHECK_MESSAGE(contains(cycle.out, words), cycle.out);
  return id;
}

}  // namespace

TEST_CASE("a closing that lacks a mandatory field is reported at once, tried for a day, set aside, and sent again when asked") {
  SyncedPair sync(closing_options());
  const std::string id = resolve_in_vain(sync, R"("required-on-close=Resolution")", "Resolution");
  const auto check_open = [&] {
    CHECK_FALSE(is_closed(sync, id));
    CHECK_FALSE(our_ticket(sync).at("closed").as_bool());
    CHECK(text_at(our_ticket(sync), "status") != "Closed");
    CHECK(text_at(sync.a_case(id), "status") == "Resolved");
  };
  check_open();
  CHECK(count_containing(sync.notes(id), "False alarm.") == 1);  // it does not wait for the closing

  for (int i = 0; i < 8; ++i) {
    sync.forget_waits();
    CHECK(sync.try_cycle().exit_code == 3);
  }
  json::object item = only_in_outbox(sync);
  CHECK(text_at(item, "state") == "failing");
  CHECK(text_at(item, "what") == "closing");
  CHECK(text_at(item, "remote_number") == text_at(sync.ticket(id), "id"));
  CHECK(item.at("attempts").to_number<int>() >= 9);
  CHECK(contains(text_at(item, "last_error"), "Resolution"));
  CHECK(text_at(our_ticket(sync).at("pending").as_array().at(0).as_object(), "what") == "closing");
  CHECK(given_up(sync) == 0);
  refused_for(sync, std::chrono::hours{23});
  CHECK(sync.try_cycle().exit_code == 3);
  CHECK(given_up(sync) == 0);

  refused_for(sync, std::chrono::hours{25});
  const SyncedPair::Cycle last = sync.try_cycle();
  CHECK(last.exit_code == 3);
  CHECK(contains(last.out, "it is given up"));
  CHECK(given_up(sync) == 1);
  item = only_in_outbox(sync);
  CHECK(text_at(item, "state") == "given_up");
  CHECK(contains(text_at(item, "last_error"), "Resolution"));
  check_open();
  sync.cycle();
  check_open();

  quirks(sync, R"({"clear":["required-on-close"]})");
  sync.cycle();
  check_open();  // only somebody's word sends it again
  const json::object retried = picket_document(sync, {"outbox", "retry", text_at(item, "id"), "--tenant", "test"});
  CHECK(retried.at("items").as_array().size() == 1);
  sync.cycle();
  CHECK(is_closed(sync, id));
  CHECK(our_ticket(sync).at("closed").as_bool());
  CHECK(outbox(sync).empty());
  CHECK(given_up(sync) == 0);
  sync.cycle();
  CHECK(text_at(sync.a_case(id), "status") == "Resolved");
}

TEST_CASE("how long a refused change is tried can be set") {
  SyncedPair sync(closing_options());
  sync.keys()["HALOPSA_GIVE_UP_AFTER_HOURS"] = "1";
  const std::string id = resolve_in_vain(sync, R"("required-on-close=Resolution")", "Resolution");
  refused_for(sync, std::chrono::hours{2});
  CHECK(sync.try_cycle().exit_code == 3);
  CHECK(given_up(sync) == 1);
  sync.keys()["HALOPSA_GIVE_UP_AFTER_HOURS"] = "soon";
  CHECK(contains(sync.run({"check"}).out, "HALOPSA_GIVE_UP_AFTER_HOURS must be a whole number of hours"));
}

TEST_CASE("what is dropped is said and our ticket is what the site's is") {
  SyncedPair sync(closing_options());
  const std::string id = resolve_in_vain(sync, R"("required-on-close=Resolution")", "Resolution");
  const std::string item = text_at(only_in_outbox(sync), "id");
  const json::object dropped = picket_document(sync, {"outbox", "drop", item.substr(0, 8)}).at("dropped").as_object();
  CHECK(text_at(dropped, "what") == "closing");
  CHECK(outbox(sync).empty());
  CHECK_FALSE(our_ticket(sync).at("closed").as_bool());
  CHECK(our_ticket(sync).at("pending").as_array().empty());
  sync.cycle();
  CHECK_FALSE(is_closed(sync, id));
  CHECK(text_at(sync.a_case(id), "status") == "Resolved");
  CHECK(sync.picket({"outbox", "drop", item}).exit_code == 2);
  CHECK(sync.picket({"outbox", "retry"}).exit_code == 2);
  CHECK(sync.picket({"outbox", "retry", "--all"}).exit_code == 0);
}

TEST_CASE("a ticket that the site refuses to open is shown as waiting and never given up") {
  SyncedPair sync({.halo_options = {"--quirk", "required-on-create=Asset"}});
  const std::string id = sync.add_case(R"("name":"Phish")");
  SyncedPair::Cycle cycle = sync.try_cycle();
  CHECK(cycle.exit_code == 3);
  CHECK_MESSAGE(contains(cycle.out, "Asset"), cycle.out);
  const auto check_waiting = [&] {
    const json::object ticket = our_ticket(sync);
    CHECK(ticket.at("remote_number").is_null());
    CHECK(text_at(ticket.at("pending").as_array().at(0).as_object(), "what") == "opening");
    CHECK(text_at(only_in_outbox(sync), "state") == "failing");
    CHECK(contains(text_at(only_in_outbox(sync), "last_error"), "Asset"));
  };
  check_waiting();
  refused_for(sync, std::chrono::hours{72});
  CHECK(sync.try_cycle().exit_code == 3);
  check_waiting();
  CHECK(sync.picket({"outbox", "drop", text_at(only_in_outbox(sync), "id")}).exit_code == 2);
  quirks(sync, R"({"clear":["required-on-create"]})");
  CHECK(sync.picket({"outbox", "retry", "--all"}).exit_code == 0);
  sync.cycle();
  CHECK(sync.tickets_of(id).size() == 1);
  CHECK(sync.comments(id).size() == 1);
}

TEST_CASE("a right that is missing counts against nothing and is named, however long it is missing") {
  SyncedPair sync(closing_options());
  const std::string id = resolve_in_vain(sync, R"("rights-in-token","right-missing=change-status")", "Can always update Ticket Statuses");
  CHECK(count_containing(sync.notes(id), "False alarm.") == 1);
  for (int i = 0; i < 8; ++i) {
    sync.forget_waits();
    const SyncedPair::Cycle cycle = sync.try_cycle();
    CHECK(cycle.exit_code == 3);
    CHECK(contains(cycle.out, "the API application has no permission for it"));
  }
  CHECK(only_in_outbox(sync).at("refused_since").is_null());
  {
    store::Database db("sqlite:" + sync.database());
    db.execute("UPDATE picket_outbox SET created_at = ?, attempts = 1000",
               {format_time(host::SystemClock().now() - std::chrono::hours{72})});
  }
  sync.forget_waits();
  CHECK(sync.try_cycle().exit_code == 3);
  CHECK(given_up(sync) == 0);
  CHECK_FALSE(is_closed(sync, id));
  quirks(sync, R"({"clear":["right-missing"]})");
  sync.forget_waits();
  sync.cycle();
  CHECK(is_closed(sync, id));
  CHECK(outbox(sync).empty());
  CHECK(text_at(sync.a_case(id), "status") == "Resolved");
}

TEST_CASE("a right that is granted counts as soon as the next attempt, although it is not in the token") {
  SyncedPair sync(closing_options());
  const std::string id = sync.add_case(R"("name":"Phish")");
  Serving serving(sync);
  REQUIRE(eventually([&] { return sync.tickets_of(id).size() == 1; }));
  quirks(sync, R"({"set":["rights-in-token","right-missing=change-status"]})");
  sync.halo().revoke_tokens();  // the next one lacks the right
  sync.analyst(id, R"("status":"Resolved")");
  REQUIRE(eventually([&] {
    const json::array items = outbox(sync);
    return items.size() == 1 && text_at(items[0].as_object(), "state") == "failing";
  }));
  quirks(sync, R"({"clear":["right-missing"]})");
  CHECK(eventually([&] { return is_closed(sync, id); }));
  serving.end();
  CHECK(text_at(sync.a_case(id), "status") == "Resolved");
}

TEST_CASE("a right that was granted after the token was issued is asked for within the same cycle") {
  SyncedPair sync(closing_options({"--quirk", "rights-in-token"}));
  const std::string id = sync.add_case(R"("name":"Phish")");
  sync.cycle();
  sync.analyst(id, R"("status":"Resolved")");
  quirks(sync, R"({"set":["right-missing=change-status"]})");
  // The token is issued at the beginning of the cycle, the right is granted while the vendor is asked.
  sync.vendor().fault(R"({"path":"/connect/api/v1/cases","method":"GET","kind":"slow","delay_ms":1500,"times":1})");
  const auto tokens = [&] { return json::integer_at(sync.halo().show("/_sim/state").as_object(), "tokens_issued").value_or(0); };
  const std::int64_t before = tokens();
  Process cycle(sync.command({"--json", "serve", "--once"}));
  REQUIRE(eventually([&] { return tokens() > before; }));
  quirks(sync, R"({"clear":["right-missing"]})");
  const Output output = cycle.wait();
  INFO(output.out << output.err);
  CHECK(output.exit_code == 0);
  CHECK(is_closed(sync, id));
  CHECK(tokens() == before + 2);
}

TEST_CASE("a hosted authorisation server gets its tenant by the URL or by a key, and its words are shown") {
  SyncedPair sync({.halo_options = {"--quirk", "tenant-in-token-url=northwind"}});
  const std::string id = sync.add_case(R"("name":"Phish")");
  const auto check_refused = [&] {
    const Output refused = sync.run({"check"});
    INFO(refused.out << refused.err);
    CHECK(refused.exit_code == 2);
    CHECK(contains(refused.out, "the address of the token endpoint must end with ?tenant=NAME"));
    CHECK(contains(refused.out, "HALOPSA_TENANT"));
    CHECK_FALSE(contains(refused.out + refused.err, "halo_secret"));
    CHECK(contains(sync.try_cycle().out, "the address of the token endpoint must end with ?tenant=NAME"));
  };
  check_refused();
  sync.keys()["HALOPSA_TENANT"] = "southwind";
  check_refused();
  sync.keys()["HALOPSA_TENANT"] = "northwind";
  sync.cycle();
  CHECK(sync.tickets_of(id).size() == 1);
  sync.keys()["HALOPSA_TENANT"] = "";
  for (const char* url : {"/auth/token?tenant=northwind", "/auth?tenant=northwind"}) {
    CAPTURE(url);
    sync.keys()["HALOPSA_AUTHORIZATION_SERVER_URL"] = sync.halo().url() + url;
    const Output good = sync.run({"check"});
    INFO(good.out << good.err);
    CHECK(good.exit_code == 0);
    sync.cycle();
  }
}
