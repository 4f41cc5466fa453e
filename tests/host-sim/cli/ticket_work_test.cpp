// What technicians do on tickets by the commands, and what the commands then show.
#include "host-sim/store/outbox.hpp"
#include "host-sim/store/remote_tickets.hpp"
#include "host-sim/store/ticket_events.hpp"
#include "tests/host-sim/cli/command_fixture.hpp"

using namespace picket;

namespace {

struct Fixture : test::CommandFixture {
  using CommandFixture::CommandFixture;

  json::object shown() {
    return document([](auto& h, auto& c) { return cli::tickets_show(h, c, "Acme MSP", "1001"); });
  }
  std::vector<TicketEvent> events() {
    return store::due_ticket_events(s.db, sample.tenant, sample.integration_id, "Picket", host::SystemClock().now(), 100);
  }

  cli::TicketArguments ticket{"acme msp", "1001", "Uma User"};
};

using test::text_at;

}  // namespace

TEST_CASE("a note, a change, closing and reopening by a technician are shown and queued for the vendor") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    Fixture f(s);
    CHECK(f.shown().at("assignee").is_null());
    CHECK(f.shown().at("remote_number").is_null());
    json::object o = f.document([&](auto& h, auto& c) { return cli::tickets_note(h, c, f.ticket, "Called <them>."); });
    CHECK(o.at("changed").as_bool());
    CHECK(text_at(o, "tenant") == "Acme MSP");
    CHECK(text_at(o.at("ticket").as_object(), "ticket_number") == "1001");

    const std::vector<std::string> changes{"priority=critical", "assignee=uma user"};
    o = f.document([&](auto& h, auto& c) { return cli::tickets_set(h, c, f.ticket, changes); });
    CHECK(o.at("changed").as_bool());
    CHECK(text_at(o.at("ticket").as_object(), "priority") == "Critical");
    CHECK(text_at(o.at("ticket").as_object(), "assignee") == "Uma User");
    CHECK_FALSE(f.document([&](auto& h, auto& c) { return cli::tickets_set(h, c, f.ticket, changes); }).at("changed").as_bool());

    o = f.document([&](auto& h, auto& c) { return cli::tickets_close(h, c, f.ticket, "Cleaned", "Sec Dismissed"); });
    CHECK(text_at(o.at("ticket").as_object(), "status") == "Sec Dismissed");
    CHECK(o.at("ticket").as_object().at("closed").as_bool());
    CHECK(f.output(false, [&](auto& h, auto& c) { return cli::tickets_close(h, c, f.ticket, "again", ""); }) ==
          "Ticket 1001 is closed already: nothing changed\n");
    CHECK(f.output(false, [&](auto& h, auto& c) { return cli::tickets_reopen(h, c, f.ticket); }) == "Ticket 1001 is open again\n");
    CHECK(f.document([&](auto& h, auto& c) { return cli::tickets_set(h, c, f.ticket, {"assignee="}); })
              .at("ticket")
              .as_object()
              .at("assignee")
              .is_null());

    const json::object shown = f.shown();
    const json::array& comments = shown.at("comments").as_array();
    REQUIRE(comments.size() == 2);
    CHECK(text_at(comments[0].as_object(), "author") == "Uma User");
    CHECK_FALSE(comments[0].as_object().at("is_system_generated").as_bool());
    const std::string text = f.output(false, [](auto& h, auto& c) { return cli::tickets_show(h, c, "Acme MSP", "1001"); });
    CHECK(text.find("Called <them>.") != std::string::npos);
    CHECK(text.find("internal note by Uma User") != std::string::npos);
    CHECK(text.find("Assignee") != std::string::npos);

    std::vector<TicketEventKind> kinds;
    for (const auto& event : f.events()) kinds.push_back(event.kind);
    CHECK(kinds == std::vector{TicketEventKind::note, TicketEventKind::priority, TicketEventKind::assignee, TicketEventKind::closed,
                               TicketEventKind::reopened, TicketEventKind::assignee});
  });
}

TEST_CASE("what cannot be done on a ticket is refused as a whole") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    Fixture f(s);
    const auto set = [&](const std::vector<std::string>& values) {
      return f.refusal([&](auto& h, auto& c) { return cli::tickets_set(h, c, f.ticket, values); });
    };
    CHECK(set({"assignee=Nils", "prioritty=High"}).find("did you mean priority?") != std::string::npos);
    CHECK(set({"assignee=Nils", "priority=Hihg"}).find("\"High\"") != std::string::npos);
    CHECK(set({"assignee"}).find("KEY=VALUE") != std::string::npos);
    CHECK(f.refusal([&](auto& h, auto& c) { return cli::tickets_close(h, c, f.ticket, "", "Sec Working"); }) ==
          "the status \"Sec Working\" is not one of closed tickets");
    CHECK(f.refusal([&](auto& h, auto& c) { return cli::tickets_note(h, c, f.ticket, " "); }) == "a note needs words");
    f.ticket.number = "7777";
    CHECK(f.refusal([&](auto& h, auto& c) { return cli::tickets_reopen(h, c, f.ticket); }) == "there is no ticket 7777");
    CHECK(f.events().empty());
    CHECK(f.shown().at("assignee").is_null());
    CHECK(s.db.query<1>("SELECT name FROM users").size() == 1);
  });
}

TEST_CASE("a ticket of a remote PSA is shown with its number in that PSA and cannot be worked on") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    Fixture f(s);
    const auto refusal = [&] { return f.refusal([&](auto& h, auto& c) { return cli::tickets_note(h, c, f.ticket, "words"); }); };
    const store::NewOutboxItem item{f.ticket_id, store::OutboxKind::ticket, "{}"};
    {
      store::Transaction transaction(s.db);
      store::add_outbox_items(s.db, f.sample.tenant, {&item, 1}, test::test_start());
      transaction.commit();
    }
    CHECK(refusal() == "ticket 1001 is still to be opened in another PSA; work on it there then");
    store::RemoteLink link;
    link.psa = "halopsa";
    link.remote_id = link.number = "4711";
    link.ticket_id = f.ticket_id;
    link.url = "https://halo.example/tickets?id=4711";
    store::put_remote_link(s.db, f.sample.tenant, link, test::test_start());
    CHECK(refusal() == "ticket 1001 lives in HaloPSA (number 4711, https://halo.example/tickets?id=4711); work on it there");
    CHECK(f.shown().at("comments").as_array().empty());

    const json::object list = f.document([](auto& h, auto& c) { return cli::tickets_list(h, c, "Acme MSP", ""); });
    const json::object& row = list.at("tickets").as_array().at(0).as_object();
    CHECK(text_at(row, "remote_number") == "4711");
    CHECK(text_at(row, "remote_url") == link.url);
    const std::string text = f.output(false, [](auto& h, auto& c) { return cli::tickets_show(h, c, "Acme MSP", "1001"); });
    CHECK(text.find("HaloPSA   4711 https://halo.example/tickets?id=4711") != std::string::npos);
  });
}

TEST_CASE("the status shows what waits for another PSA and for the vendor") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    Fixture f(s);
    const auto status = [&] {
      const json::object document = f.document([](auto& h, auto& c) { return cli::status(h, c, ""); });
      return document.at("connections").as_array().at(0).as_object();
    };
    CHECK(status().at("outbox").as_object().at("waiting") == 0);
    CHECK(status().at("outbox").as_object().at("oldest").is_null());
    CHECK(status().at("ticket_events").as_object().at("given_up") == 0);
    f.document([&](auto& h, auto& c) { return cli::tickets_note(h, c, f.ticket, "words"); });
    const store::NewOutboxItem item{f.ticket_id, store::OutboxKind::note, "{}"};
    {
      store::Transaction transaction(s.db);
      store::add_outbox_items(s.db, f.sample.tenant, {&item, 1}, test::test_start());
      transaction.commit();
    }
    const auto items = store::due_outbox_items(s.db, f.sample.tenant, test::test_start(), 1);
    store::outbox_retry.postpone(s.db, f.sample.tenant, items.at(0).outbox_id, "503 from HaloPSA", true, test::test_start());
    store::ticket_event_retry.give_up(s.db, f.sample.tenant, f.events().at(0).event_id, "the case is gone", false, test::test_start());
    const json::object now = status();
    const json::object& outbox = now.at("outbox").as_object();
    CHECK(outbox.at("waiting") == 1);
    CHECK(outbox.at("failing") == 1);
    CHECK(text_at(outbox, "oldest") == "2026-06-09T14:00:00.000Z");
    CHECK(text_at(outbox, "last_error") == "503 from HaloPSA");
    const json::object& events = now.at("ticket_events").as_object();
    CHECK(events.at("waiting") == 0);
    CHECK(events.at("given_up") == 1);
    CHECK(text_at(events, "last_error") == "the case is gone");
    const std::string text = f.output(false, [](auto& h, auto& c) { return cli::status(h, c, ""); });
    CHECK(text.find("1 failing: 503 from HaloPSA") != std::string::npos);
    CHECK(text.find("nothing waits, 1 given up: the case is gone") != std::string::npos);
  });
}
