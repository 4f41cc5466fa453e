#include "host-sim/store/ticket_events.hpp"

#include <doctest/doctest.h>

#include "host-sim/store/outbox.hpp"
#include "host-sim/store/remote_tickets.hpp"
#include "tests/host-sim/store/ticket_rows.hpp"
#include "tests/support/postgres/storages.hpp"

using namespace picket;
using namespace picket::store;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  explicit Fixture(test::StorageUnderTest& s) : db(s.db), sample(test::make_sample_tenant(db)) {
    for (const char* finding : {"a", "b"}) ids.push_back(test::insert_ticket(db, sample, finding));
  }

  std::size_t queue(const std::vector<NewTicketEvent>& events) {
    Transaction transaction(db);
    const std::size_t count = queue_ticket_events(db, sample.tenant, events, now);
    transaction.commit();
    return count;
  }
  NewTicketEvent note(std::size_t ticket, const std::string& text) const {
    NewTicketEvent event;
    event.ticket_id = ids[ticket];
    event.text = text;
    event.at = now;
    return event;
  }
  std::vector<TicketEvent> due(std::size_t limit = 100) {
    return due_ticket_events(db, sample.tenant, sample.integration_id, "Picket", now, limit);
  }
  std::vector<std::string> due_texts(std::size_t limit = 100) {
    std::vector<std::string> texts;
    for (const auto& event : due(limit)) texts.push_back(event.text);
    return texts;
  }
  QueueState state() { return ticket_event_queue(db, sample.tenant, sample.integration_id); }

  Database& db;
  test::SampleTenant sample;
  std::vector<std::string> ids;
  Time now = test::test_start();
};

using Texts = std::vector<std::string>;

}  // namespace

STORAGE_TEST_CASE(s, "ticket events come in the order in which they were queued and as they were queued") {
  Fixture f(s);
  std::vector<NewTicketEvent> events;
  for (const auto kind : {TicketEventKind::created, TicketEventKind::note, TicketEventKind::priority, TicketEventKind::assignee,
                          TicketEventKind::closed, TicketEventKind::reopened})
    events.push_back({f.ids[events.size() % 2], kind, "Uma", "text\nof it", "Low", "High", f.now - 5s});
  events.push_back({test::insert_bare_ticket(s.db, f.sample), TicketEventKind::note, "Uma", "nobody's", "", "", f.now});
  CHECK(f.queue(events) == 6);
  const auto due = f.due();
  REQUIRE(due.size() == 6);
  for (std::size_t i = 0; i < due.size(); ++i) {
    CAPTURE(i);
    CHECK(due[i].kind == events[i].kind);
    CHECK(due[i].ticket_id == events[i].ticket_id);
    CHECK(due[i].external_id == (i % 2 == 0 ? "a" : "b"));
    CHECK(due[i].ticket_number == (i % 2 == 0 ? "1001" : "1002"));
    CHECK(due[i].ticket_url.empty());
    CHECK(due[i].desk == "Picket");
    CHECK(due[i].author == "Uma");
    CHECK(due[i].text == "text\nof it");
    CHECK(due[i].before == "Low");
    CHECK(due[i].after == "High");
    CHECK(due[i].at == f.now - 5s);
    CHECK_FALSE(due[i].repeated);
    CHECK(due[i].event_id.size() == 36);
  }
  CHECK(f.due(2).size() == 2);
  CHECK(f.due()[0].event_id == due[0].event_id);
  ticket_event_retry.finish(s.db, f.sample.tenant, due[0].event_id);
  CHECK(f.due()[0].event_id == due[1].event_id);
  CHECK(f.queue({}) == 0);
}

STORAGE_TEST_CASE(s, "a remote ticket gives an event its number and its address") {
  Fixture f(s);
  RemoteLink link;
  link.psa = "halopsa";
  link.ticket_id = f.ids[0];
  link.remote_id = link.number = "4711";
  link.url = "https://halo.example/tickets?id=4711";
  put_remote_link(s.db, f.sample.tenant, link, f.now);
  link.remote_id = link.number = "4712";
  put_remote_link(s.db, f.sample.tenant, link, f.now);
  f.queue({f.note(0, "x"), f.note(1, "y")});
  const auto due = f.due();
  REQUIRE(due.size() == 2);
  CHECK(due[0].ticket_number == "4712");
  CHECK(due[0].ticket_url == link.url);
  CHECK(due[1].ticket_number == "1002");
}

STORAGE_TEST_CASE(s, "an event that waits for its next attempt holds back those of its ticket only") {
  Fixture f(s);
  f.queue({f.note(0, "a1"), f.note(1, "b1"), f.note(0, "a2"), f.note(1, "b2")});
  const auto first = f.due().at(0);
  const std::vector<std::string> ids{first.event_id};
  ticket_event_retry.mark(s.db, f.sample.tenant, ids, f.now);
  CHECK(f.due().at(0).repeated);
  ticket_event_retry.postpone(s.db, f.sample.tenant, first.event_id, "timeout", false, f.now + 10s);
  CHECK(f.due_texts() == Texts{"b1", "b2"});
  CHECK(ticket_event_retry.attempts(s.db, f.sample.tenant, first.event_id) == 1);
  f.now += 10s;
  CHECK(f.due_texts() == Texts{"a1", "b1", "a2", "b2"});
  CHECK(f.due().at(0).repeated);
  ticket_event_retry.postpone(s.db, f.sample.tenant, first.event_id, "429", true, f.now);
  CHECK_FALSE(f.due().at(0).repeated);
  CHECK(ticket_event_retry.attempts(s.db, f.sample.tenant, first.event_id) == 2);
  CHECK(ticket_event_retry.attempts(s.db, f.sample.tenant, f.ids[0]) == 0);
}

STORAGE_TEST_CASE(s, "an event that is given up is kept for the status and holds back nothing") {
  Fixture f(s);
  CHECK(f.state().waiting == 0);
  f.queue({f.note(0, "a1")});
  f.now += 60s;
  f.queue({f.note(0, "a2"), f.note(1, "b1")});
  ticket_event_retry.postpone(s.db, f.sample.tenant, f.due().at(0).event_id, "timeout", false, f.now + 10s);
  {
    const QueueState state = f.state();
    CHECK(state.waiting == 3);
    CHECK(state.failing == 1);
    CHECK(state.given_up == 0);
    CHECK(state.oldest == test::test_start());
    CHECK(state.last_error == "timeout");
  }
  f.now += 10s;
  ticket_event_retry.give_up(s.db, f.sample.tenant, f.due().at(0).event_id, "the case is gone", false, f.now);
  CHECK(f.due_texts() == Texts{"a2", "b1"});
  {
    const QueueState state = f.state();
    CHECK(state.waiting == 2);
    CHECK(state.failing == 0);
    CHECK(state.given_up == 1);
    CHECK(state.oldest == test::test_start() + 60s);
    CHECK(state.last_error == "the case is gone");
  }
  drop_ticket_events(s.db, f.sample.tenant, f.sample.integration_id);
  CHECK(f.due().empty());
  CHECK(f.state().given_up == 0);
}

STORAGE_TEST_CASE(s, "notes do not wait for an earlier event that the vendor refuses") {
  Fixture f(s);
  NewTicketEvent closed = f.note(0, "closed");
  closed.kind = TicketEventKind::closed;
  NewTicketEvent reopened = f.note(0, "reopened");
  reopened.kind = TicketEventKind::reopened;
  f.queue({closed, f.note(0, "a1"), reopened, f.note(0, "a2")});
  ticket_event_retry.postpone(s.db, f.sample.tenant, f.due().at(0).event_id, "a field is missing", true, f.now + 1h, f.now);
  CHECK(f.due_texts() == Texts{"a1", "a2"});
  f.now += 1h;
  CHECK(f.due_texts() == Texts{"closed", "a1", "reopened", "a2"});
}

STORAGE_TEST_CASE(s, "what waits and what was given up is listed and can be tried again") {
  Fixture f(s);
  f.queue({f.note(0, "a1"), f.note(1, "b1")});
  const std::string id = f.due().at(0).event_id;
  ticket_event_retry.give_up(s.db, f.sample.tenant, id, "the case is gone", false, f.now + 5s);
  auto entries = list_ticket_events(s.db, f.sample.tenant);
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].item.id == id);
  CHECK(entries[0].item.ticket_number == "1001");
  CHECK(entries[0].item.given_up_at == f.now + 5s);
  CHECK(entries[0].item.last_error == "the case is gone");
  CHECK(entries[0].item.attempts == 1);
  CHECK(entries[0].text == "a1");
  CHECK(entries[0].integration_id == f.sample.integration_id);
  CHECK_FALSE(entries[1].item.given_up_at);
  ticket_event_retry.retry(s.db, f.sample.tenant, id);
  CHECK(f.due_texts() == Texts{"a1", "b1"});
  entries = list_ticket_events(s.db, f.sample.tenant);
  CHECK_FALSE(entries[0].item.given_up_at);
  CHECK(entries[0].item.attempts == 0);
  CHECK(entries[0].item.last_error == "the case is gone");
}

TEST_CASE("time counts against what is refused only while it is refused") {
  const Time t = test::test_start();
  struct Case {
    const char* what;
    Refusals before;
    bool is_refusal;
    Time now, next;
    std::optional<Time> since;
  };
  const Case cases[] = {
      {"the first refusal", {}, true, t, t + 10s, t},
      {"a failure of another kind", {}, false, t, t + 10s, std::nullopt},
      {"refused again", {t, t + 10s}, true, t + 12s, t + 32s, t},
      {"asked for again by hand", {t, std::nullopt}, true, t + 5h, t + 6h, t},
      {"nothing ran for two days", {t, t + 10s}, true, t + 48h, t + 49h, t + 48h - 10s},
      {"away, after it was refused", {t, t + 10s}, false, t + 10s, t + 10min, t + 10min - 10s},
      {"who asks was refused, and nothing ran before", {t, t + 10s}, false, t + 48h, t + 49h, t + 49h - 10s},
  };
  for (const Case& c : cases) {
    CAPTURE(c.what);
    CHECK(refused_since(c.before, c.is_refusal, c.now, c.next) == c.since);
  }
}

TEST_CASE("waiting between attempts grows up to ten minutes") {
  const std::pair<std::uint64_t, std::chrono::seconds> cases[] = {{0, 10s},  {1, 10s},  {2, 20s},  {3, 40s},   {4, 80s},
                                                                  {5, 160s}, {6, 320s}, {7, 600s}, {100, 600s}};
  for (const auto& [attempts, delay] : cases) {
    CAPTURE(attempts);
    CHECK(next_attempt_delay(attempts) == delay);
  }
  CHECK(next_attempt_delay(8, longest_delay_of_refused) == 1280s);
  CHECK(next_attempt_delay(9, longest_delay_of_refused) == 30min);
}
