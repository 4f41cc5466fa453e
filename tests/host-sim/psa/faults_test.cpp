// A remote PSA through every fault at every operation, and through a crash at every one.
#include "host-sim/psa/tokens.hpp"
#include "tests/host-sim/psa/psa_fixture.hpp"

using namespace picket;
using namespace std::chrono_literals;
using test::Fault;
using test::RemoteFixture;
using test::Texts;

namespace {

// A host that goes on whatever happens.
struct Host {
  RemoteFixture& r;
  Texts sent;  // to the vendor

  void cycle() {
    survive([&] { r.deliver(); });
    survive([&] { r.pull(); });
    for (auto& event : r.events()) sent.push_back(std::move(event));
    r.pass(30s);
  }
  // Until nothing is left to do.
  void settle() {
    for (int i = 0; i < 40; ++i) {
      cycle();
      if (i > 2 && r.waiting() == 0) return;
    }
    FAIL("the outbox never becomes empty");
  }
  template <class Work>
  void survive(Work&& work) {
    try {
      work();
    } catch (const test::Crash&) {
      r.restart();
    } catch (const Error&) {
    }
  }
};

// What was sent to the vendor on a finding, a line each.
std::string sent_of(const Texts& sent, const std::string& id) {
  std::string mine;
  for (const auto& text : sent)
    if (text.starts_with(id + " ")) mine += text.substr(id.size() + 1) + "\n";
  return mine;
}

// What must hold for the findings `a` and `b` in the end.
void check_outcome(RemoteFixture& r, const Host& host, const std::string& a, const std::string& b) {
  const auto& ticket_a = r.psa.titled("Ticket of " + a);
  const auto& ticket_b = r.psa.titled("Ticket of " + b);
  // One ticket per finding, and one follow-up at most.
  const auto token = [](const std::string& id) { return psa::ticket_token("huntress", "https://api.huntress.io", "Acme MSP", id); };
  CHECK(r.psa.with_token(token(a)).size() == 1);
  CHECK(r.psa.with_token(token(b)).size() == 1);
  CHECK(r.psa.all.size() == (r.psa.closed_refuse_notes ? 3 : 2));

  // Our notes, each once and in order, on the ticket or in its follow-up; with technicians' among them.
  const auto ours = [&](const test::FakePsa::Ticket& ticket) {
    Texts texts;
    for (const auto& note : ticket.notes)
      if (note.author == "Picket") texts.push_back(note.text.substr(0, note.text.find("\n\n")));
    return texts;
  };
  CHECK(ours(ticket_a) == Texts{"a1", "a2", "a3"});
  if (r.psa.closed_refuse_notes) {
    CHECK(ours(ticket_b) == Texts{"b1"});
    auto& follow_up = r.psa.titled("Follow-up of #" + ticket_b.row.number + ": Ticket of " + b);
    CHECK(follow_up.made_of.body_markdown.ends_with("b2"));
    CHECK(ours(follow_up) == Texts{"b3"});
  } else {
    CHECK(ours(ticket_b) == Texts{"b1", "b2", "b3"});
  }
  CHECK(ticket_a.row.priority_name == "Critical");
  CHECK(ticket_a.row.closed);

  // The vendor gets each act of a technician once, and nothing of ours.
  const auto created = [](const test::FakePsa::Ticket& t) { return "created " + t.row.number + " " + t.row.url + "\n"; };
  CHECK(sent_of(host.sent, a) == created(ticket_a) + "note Ann: pa1\nnote Ann: pa2\nassignee ( -> Bob)\n");
  CHECK(sent_of(host.sent, b) == created(ticket_b) + "closed: Cleaned\nnote Ann: pb1\n");
}

// The life of two findings, with technicians at work. True if the fault occurred.
bool live(test::StorageUnderTest& s, Fault fault, int at, bool closed_refuse_notes) {
  const std::string run = std::to_string(static_cast<int>(fault)) + "-" + std::to_string(at) + (closed_refuse_notes ? "r" : "");
  CAPTURE(run);
  RemoteFixture r(s, "psa-" + run);
  r.psa.closed_refuse_notes = closed_refuse_notes;
  r.psa.exact = at % 2 == 0;
  r.psa.list_says_all = at % 3 != 0;
  const std::string a = "a" + run, b = "b" + run;
  Host host{r, {}};
  r.psa.fail_operation(at, fault);

  ChangeSet with_note = r.opening(a);
  with_note.notes = {"a1"};
  ChangeSet may_exist = r.opening(b);
  may_exist.open_ticket->may_exist = true;
  r.apply({with_note, may_exist});
  host.cycle();
  r.note(a, "a2");
  r.note(b, "b1");
  r.prioritise(a, "Critical");
  host.cycle();
  host.cycle();  // so that both tickets exist
  auto& ticket_a = r.psa.titled("Ticket of " + a);
  auto& ticket_b = r.psa.titled("Ticket of " + b);
  r.psa.technician_writes(ticket_a, "Ann", "pa1");
  r.note(a, "a3");
  host.cycle();
  r.psa.technician_writes(ticket_a, "Ann", "pa2");
  r.psa.technician_assigns(ticket_a, "Bob");
  r.psa.technician_closes(ticket_b, "Cleaned");
  r.note(b, "b2");
  host.cycle();
  r.act(a, TicketAction::close);
  host.cycle();
  r.note(b, "b3");
  r.psa.technician_writes(ticket_b, "Ann", "pb1");
  host.settle();
  check_outcome(r, host, a, b);
  return r.psa.has_failed();
}

void for_every_operation(Fault fault) {
  test::for_each_storage([&](test::StorageUnderTest& s) {
    // Thousands of transactions, none of which has to outlive the machine.
    s.db.execute_once(s.is_postgresql() ? "SET synchronous_commit = off" : "PRAGMA synchronous = OFF");
    for (const bool closed_refuse_notes : {false, true}) {
      int at = 1;
      while (live(s, fault, at, closed_refuse_notes)) REQUIRE(++at < 200);
      CHECK(at > 15);
    }
  });
}

}  // namespace

TEST_CASE("a refusal at any operation changes nothing in the end") { for_every_operation(Fault::not_done); }
TEST_CASE("a lost request at any operation changes nothing in the end") { for_every_operation(Fault::lost_request); }
TEST_CASE("a lost answer at any operation changes nothing in the end") { for_every_operation(Fault::lost_answer); }
TEST_CASE("a crash before any operation changes nothing in the end") { for_every_operation(Fault::crash_before); }
TEST_CASE("a crash after any operation changes nothing in the end") { for_every_operation(Fault::crash_after); }
