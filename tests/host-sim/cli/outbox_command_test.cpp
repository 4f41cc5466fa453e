// What the outbox commands show and do.
#include <doctest/doctest.h>

#include "host-sim/store/outbox.hpp"
#include "host-sim/store/remote_tickets.hpp"
#include "host-sim/store/ticket_events.hpp"
#include "tests/host-sim/cli/command_fixture.hpp"

using namespace picket;
using namespace std::chrono_literals;

namespace {

// A ticket that is open in HaloPSA and that Picket wants to be closed.
struct Fixture : test::CommandFixture {
  explicit Fixture(test::StorageUnderTest& storage) : CommandFixture(storage) {
    store::put_tenant_psa(s.db, sample.tenant, {"halopsa", "https://halo.example"});
    store::RemoteLink link;
    link.psa = "halopsa";
    link.remote_id = link.number = "4711";
    link.ticket_id = ticket_id;
    link.closed = false;
    link.priority = "Medium";
    store::put_remote_link(s.db, sample.tenant, link, now);
    store::take_over_priority(s.db, sample.tenant, ticket_id, id_of("priority", "Medium"));
  }

  std::string id_of(const char* kind, const std::string& name) { return sample.id(s.db, kind, name); }
  void supersede(store::Superseded what) { store::supersede_given_up(s.db, sample.tenant, ticket_id, what); }
  std::string add(store::OutboxKind kind, const std::string& payload) {
    const store::NewOutboxItem item{ticket_id, kind, payload};
    {
      store::Transaction transaction(s.db);
      store::add_outbox_items(s.db, sample.tenant, {&item, 1}, now);
      transaction.commit();
    }
    return store::list_outbox(s.db, sample.tenant).back().item.id;
  }
  std::string add_closing() {
    return add(store::OutboxKind::update, R"({"action":"close","status_id":")" + id_of("status", "Sec Dismissed") + R"(","priority_id":")" +
                                              id_of("priority", "Critical") + "\"}");
  }
  void give_up(const std::string& id) {
    store::outbox_retry.give_up(s.db, sample.tenant, id, "HaloPSA says: The field Resolution is mandatory (400)", true, now);
  }
  json::array items() {
    return document([](auto& h, auto& c) { return cli::outbox_list(h, c, ""); }).at("items").as_array();
  }
  json::object listed_ticket() {
    return document([](auto& h, auto& c) { return cli::tickets_list(h, c, "Acme MSP", ""); }).at("tickets").as_array().at(0).as_object();
  }

  Time now = test::test_start();
};

using test::text_at;

}  // namespace

STORAGE_TEST_CASE(s, "what was given up is listed with the other side's words and its ticket is shown as it is there") {
  Fixture f(s);
  CHECK(f.output(false, [](auto& h, auto& c) { return cli::outbox_list(h, c, ""); }) == "Nothing waits, and nothing was given up\n");
  const std::string id = f.add_closing();
  CHECK(text_at(f.items().at(0).as_object(), "state") == "waiting");
  f.give_up(id);
  const json::array items = f.items();
  REQUIRE(items.size() == 1);
  const json::object& item = items[0].as_object();
  CHECK(text_at(item, "id") == id);
  CHECK(text_at(item, "direction") == "to_psa");
  CHECK(text_at(item, "to") == "HaloPSA");
  CHECK(text_at(item, "ticket_number") == "1001");
  CHECK(text_at(item, "remote_number") == "4711");
  CHECK(text_at(item, "what") == "closing, priority Critical");
  CHECK(text_at(item, "state") == "given_up");
  CHECK(item.at("next_attempt_at").is_null());
  CHECK(text_at(item, "last_error").find("The field Resolution is mandatory") != std::string::npos);
  const std::string text = f.output(false, [](auto& h, auto& c) { return cli::outbox_list(h, c, "acme msp"); });
  for (const std::string& part : {id.substr(0, 8), std::string("HaloPSA"), std::string("1001 (4711 in the PSA)"), std::string("given up"),
                                  std::string("Resolution is mandatory")})
    CHECK_MESSAGE(text.find(part) != std::string::npos, part);

  const json::object ticket = f.listed_ticket();
  CHECK_FALSE(ticket.at("closed").as_bool());
  CHECK(text_at(ticket, "status") != "Sec Dismissed");
  CHECK(ticket.at("closed_at").is_null());
  const json::object& pending = ticket.at("pending").as_array().at(0).as_object();
  CHECK(text_at(pending, "outbox_id") == id);
  CHECK(text_at(pending, "what") == "closing, priority");
  CHECK(pending.at("given_up").as_bool());
  CHECK(f.output(false, [](auto& h, auto& c) { return cli::tickets_list(h, c, "Acme MSP", ""); }).find("closing, priority was given up") !=
        std::string::npos);
}

STORAGE_TEST_CASE(s, "retry takes back what was given up, without what came later to be otherwise") {
  Fixture f(s);
  const auto retry = [&](const std::string& wanted, bool all) {
    return f.document([&](auto& h, auto& c) { return cli::outbox_retry(h, c, "", wanted, all); }).at("items").as_array();
  };
  const std::string id = f.add_closing();
  f.give_up(id);
  REQUIRE(retry(id.substr(0, 8), false).size() == 1);
  CHECK(text_at(f.items().at(0).as_object(), "state") == "waiting");
  CHECK(retry({}, true).empty());

  f.give_up(id);
  f.supersede({.status = true});
  CHECK_FALSE(retry({}, true).at(0).as_object().at("outdated").as_bool());
  CHECK(text_at(f.items().at(0).as_object(), "what") == "priority Critical");
  f.give_up(id);
  f.supersede({.priority = true});
  CHECK(text_at(f.items().at(0).as_object(), "what") == "outdated change");
  CHECK(retry({}, true).at(0).as_object().at("outdated").as_bool());
  CHECK(f.items().empty());

  const auto refusal = [&](const std::string& wanted, bool all) {
    return f.refusal([&](auto& h, auto& c) { return cli::outbox_retry(h, c, "", wanted, all); });
  };
  CHECK(refusal({}, false) == "give the ID of what is to be sent again, or --all");
  CHECK(refusal(id, true) == "give the ID of what is to be sent again, or --all");
  CHECK(refusal(id, false).find("nothing with the id " + id) == 0);
}

STORAGE_TEST_CASE(s, "drop says what is not sent and our ticket stays as it is there") {
  Fixture f(s);
  const auto drop = [&](const std::string& wanted) {
    return f.output(false, [&](auto& h, auto& c) { return cli::outbox_drop(h, c, "", wanted); });
  };
  const std::string id = f.add_closing();
  f.give_up(id);
  CHECK(drop(id) == "Not sent: closing, priority Critical, ticket 1001 (4711 in the PSA), for HaloPSA\n");
  CHECK(f.items().empty());
  const json::object ticket = f.listed_ticket();
  CHECK_FALSE(ticket.at("closed").as_bool());
  CHECK(text_at(ticket, "priority") == "Medium");
  CHECK(ticket.at("pending").as_array().empty());
  CHECK(s.db.query<1>("SELECT closed_at FROM tickets").at(0)[0] == std::nullopt);

  const std::string opening = f.add(store::OutboxKind::ticket, "{}");
  CHECK(f.refusal([&](auto& h, auto& c) { return cli::outbox_drop(h, c, "", opening); }).find("would have no ticket in HaloPSA") !=
        std::string::npos);
}

STORAGE_TEST_CASE(s, "what goes to the vendor is listed, sent again and dropped as what goes to the PSA") {
  Fixture f(s);
  store::NewTicketEvent event;
  event.ticket_id = f.ticket_id;
  event.author = "Jane Doe";
  event.text = "We called the user.";
  event.at = f.now;
  {
    store::Transaction transaction(s.db);
    CHECK(store::queue_ticket_events(s.db, f.sample.tenant, {&event, 1}, f.now) == 1);
    transaction.commit();
  }
  const std::string id = store::list_ticket_events(s.db, f.sample.tenant).at(0).item.id;
  store::ticket_event_retry.give_up(s.db, f.sample.tenant, id, "the case is gone", false, f.now);
  const json::array items = f.items();
  REQUIRE(items.size() == 1);
  CHECK(text_at(items[0].as_object(), "direction") == "to_vendor");
  CHECK(text_at(items[0].as_object(), "to") == "huntress");
  CHECK(text_at(items[0].as_object(), "what") == "note by Jane Doe");
  CHECK(text_at(items[0].as_object(), "text") == "We called the user.");
  f.document([&](auto& h, auto& c) { return cli::outbox_retry(h, c, "", "", true); });
  CHECK(text_at(f.items().at(0).as_object(), "state") == "waiting");
  CHECK(f.output(false, [&](auto& h, auto& c) { return cli::outbox_drop(h, c, "", id); }).ends_with("\n\nWe called the user.\n"));
  CHECK(f.items().empty());
}
