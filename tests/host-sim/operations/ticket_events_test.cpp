// Sending a vendor ticket events, with the example provider and a vendor on a loopback server.
#include "host-sim/operations/ticket_events.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <mutex>

#include "host-sim/operations/poll.hpp"
#include "host-sim/store/ticket_events.hpp"
#include "host-sim/tickets/local_services.hpp"
#include "sdk/common/time_text.hpp"
#include "tests/support/collected_log.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/support/postgres/storages.hpp"

using namespace picket;
using namespace picket::operations;

namespace {

struct Fixture {
  Fixture() {
    std::filesystem::create_directories(folder.path() / "manifests");
    std::filesystem::copy_file(PICKET_EXAMPLE_MANIFEST, folder.path() / "manifests" / "acme-example.json");
    std::filesystem::copy_file(std::filesystem::path(PICKET_MANIFESTS) / "manifest.schema.json",
                               folder.path() / "manifests" / "manifest.schema.json");
    context = std::make_unique<HostContext>(options(), log, cancel);
    sample = test::make_sample_tenant(context->make_db());
    store::upsert_connection(context->db(), sample.tenant, "acme-example", server.origin(), {}, test::test_start());
  }
  HostOptions options() const {
    HostOptions o;
    o.data = folder.path() / "data";
    o.manifests = folder.path() / "manifests";
    o.plugins = std::filesystem::path(PICKET_EXAMPLE_PROVIDER).parent_path();
    return o;
  }
  Target target() { return find_target(*context, "acme-example", sample.tenant); }

  // A finding with a ticket; the ticket's id.
  std::string ticket(const std::string& finding) {
    tickets::LocalConnection connection;
    connection.tenant = sample.tenant;
    connection.integration_id = target().connection.integration_id;
    connection.provider = "acme-example";
    tickets::LocalTickets tickets(context->db(), connection, context->clock(), nullptr);
    ChangeSet set;
    set.alert.emplace();
    set.alert->external_id = finding;
    set.alert->severity = set.alert->status = set.alert->message = "x";
    set.open_ticket.emplace();
    set.open_ticket->title = finding;
    set.open_ticket->client_id = sample.id(context->db(), "client", "Globex");
    set.open_ticket->board_id = sample.id(context->db(), "board", "Security");
    std::string id;
    const ChangeSet sets[] = {set};
    tickets.apply(host::Call{context->clock()}, sets,
                  [&](std::size_t, Status, std::string_view ticket_id, std::string_view) { id = ticket_id; });
    return id;
  }
  void note(const std::string& ticket_id, const std::string& text) {
    store::NewTicketEvent event;
    event.ticket_id = ticket_id;
    event.text = text;
    event.at = context->now();
    store::Transaction transaction(context->db());
    store::queue_ticket_events(context->db(), sample.tenant, std::vector{event}, context->now());
    transaction.commit();
  }
  SendResult send() { return send_ticket_events(*context, target(), {&secrets, true}); }
  store::QueueState queue() { return store::ticket_event_queue(context->db(), sample.tenant, target().connection.integration_id); }
  // "text sent attempts" of what is queued.
  std::string rows() {
    std::string all;
    for (auto& row : context->db().query<3>("SELECT event_text, is_told, attempts FROM picket_ticket_events ORDER BY picket_position"))
      all += store::text_of(row[0]) + (store::bool_of(row[1]) ? " sent " : " unsent ") + store::text_of(row[2]) + "\n";
    return all;
  }
  test::LoopbackReply reply(const test::LoopbackRequest& request) {
    const std::lock_guard lock(mutex);
    if (request.method == "GET") return test::loopback_reply(200, R"({"comments":[)" + comments + "]}");
    const std::string finding = request.target.substr(std::string("/v1/findings/").size());
    const auto code = codes.find(finding.substr(0, finding.find('/')));
    if (code != codes.end()) return test::loopback_reply(code->second, "{}");
    posted.push_back(request.body);
    comments += (comments.empty() ? "" : ",") + request.body;
    return test::loopback_reply(201, "{}");
  }

  test::TemporaryFolder folder;
  test::CollectedLog log;
  std::atomic<bool> cancel{false};
  std::mutex mutex;
  std::map<std::string, int> codes;  // by finding: what its comments are answered with
  std::vector<std::string> posted;
  std::string comments;
  GivenSecrets secrets{{{"api_key", "key-of-the-test"}}};
  test::LoopbackServer server{[this](const test::LoopbackRequest& r) { return reply(r); }};
  std::unique_ptr<HostContext> context;
  test::SampleTenant sample;
};

}  // namespace

TEST_CASE("events are sent once and in order, and nothing is asked when there are none") {
  Fixture f;
  CHECK(f.send().requests == 0);
  const std::string one = f.ticket("f1");
  f.note(one, "first");
  f.note(one, "second");
  const SendResult sent = f.send();
  CHECK(sent.error.empty());
  CHECK(sent.events.sent == 2);
  REQUIRE(f.posted.size() == 2);
  CHECK(f.posted[0].find("first") != std::string::npos);
  CHECK(f.queue().waiting == 0);
  CHECK(f.send().requests == 0);
}

TEST_CASE("what fails waits, keeps the later ones of its ticket waiting unmarked, and holds no other ticket") {
  Fixture f;
  f.codes["bad"] = 404;
  const std::string bad = f.ticket("bad");
  const std::string good = f.ticket("good");
  f.note(bad, "a");
  f.note(bad, "b");
  f.note(good, "c");
  SendResult sent = f.send();
  CHECK(sent.events.given_up == 2);
  CHECK(sent.events.sent == 1);
  CHECK(f.queue().given_up == 2);

  f.codes["doubtful"] = 500;
  const std::string doubtful = f.ticket("doubtful");
  f.note(doubtful, "d");
  f.note(doubtful, "e");
  sent = f.send();
  CHECK(sent.events.postponed == 1);
  CHECK(f.rows().find("d sent 1\n") != std::string::npos);
  CHECK(f.rows().find("e unsent 0\n") != std::string::npos);
  CHECK(f.send().requests == 0);  // not due yet

  f.codes.erase("doubtful");
  f.context->db().execute("UPDATE picket_ticket_events SET next_attempt_at = NULL WHERE given_up_at IS NULL");
  sent = f.send();
  CHECK(sent.events.sent == 2);
  CHECK(f.queue().waiting == 0);
}

TEST_CASE("what the vendor refuses is tried for as long as the setting says") {
  Fixture f;
  f.context->db().execute("UPDATE rmm_integrations SET settings = '{\"giveUpAfterHours\":2}'");
  f.codes["f1"] = 400;
  f.note(f.ticket("f1"), "a");
  CHECK(f.send().events.postponed == 1);
  f.context->db().execute("UPDATE picket_ticket_events SET failed_at = ?, next_attempt_at = NULL",
                          {format_time(f.context->now() - std::chrono::hours{3})});
  CHECK(f.send().events.given_up == 1);
}

TEST_CASE("what the vendor refuses is tried for a day before it is given up") {
  Fixture f;
  f.codes["f1"] = 400;
  f.note(f.ticket("f1"), "a");
  CHECK(f.send().events.postponed == 1);
  CHECK(f.queue().failing == 1);
  const auto refused_for = [&](std::chrono::hours time) {
    f.context->db().execute("UPDATE picket_ticket_events SET failed_at = ?, next_attempt_at = NULL",
                            {format_time(f.context->now() - time)});
  };
  refused_for(std::chrono::hours{23});
  CHECK(f.send().events.postponed == 1);
  refused_for(std::chrono::hours{25});
  CHECK(f.send().events.given_up == 1);
  CHECK(f.queue().given_up == 1);
  f.codes.clear();
  store::ticket_event_retry.retry(f.context->db(), f.sample.tenant,
                                  store::list_ticket_events(f.context->db(), f.sample.tenant).at(0).item.id);
  CHECK(f.send().events.sent == 1);
}

TEST_CASE("a refused key leaves the events, and what may have been done before keeps its mark") {
  Fixture f;
  const std::string one = f.ticket("f1");
  const std::string two = f.ticket("f2");
  f.note(one, "a");
  f.note(two, "b");
  f.note(two, "c");
  f.context->db().execute("UPDATE picket_ticket_events SET is_told = true WHERE event_text = 'c'");
  f.codes["f1"] = 401;
  const SendResult refused = f.send();
  CHECK(refused.error.find("refused the API key") != std::string::npos);
  CHECK(f.rows() == "a unsent 1\nb unsent 0\nc sent 0\n");
  f.codes.clear();
  f.context->db().execute("UPDATE picket_ticket_events SET next_attempt_at = NULL");
  CHECK(f.send().events.sent == 3);
  CHECK(f.posted.size() == 3);
}

TEST_CASE("an event that was sent before a crash is looked for and not sent twice") {
  Fixture f;
  f.note(f.ticket("f1"), "a");
  const std::string id = f.context->db().query<1>("SELECT event_id FROM picket_ticket_events")[0][0].value();
  f.comments = R"({"text":"Somebody wrote [)" + id + "]\"}";
  f.context->db().execute("UPDATE picket_ticket_events SET is_told = true");
  CHECK(f.send().events.sent == 1);
  CHECK(f.posted.empty());
  CHECK(f.queue().waiting == 0);
}
