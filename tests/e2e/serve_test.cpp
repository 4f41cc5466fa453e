// `picket serve` and `picket check` in the place of the old container: its keys, what is wrong with them, its database, its switches.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/e2e/serving.hpp"
#include "tests/e2e/world.hpp"
#include "tests/host-sim/migration/old_container.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

std::string listing(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) names.push_back(entry.path().string());
  std::sort(names.begin(), names.end());
  return joined(names);
}

}  // namespace

TEST_CASE("a request under way at the end is completed and recorded") {
  SyncedPair sync({.halo_options = {"--latency-ms", "700"}});
  for (int i = 0; i < 4; ++i) sync.add_case(R"("name":"Case )" + std::to_string(i) + "\"");
  {
    Serving serving(sync);
    REQUIRE(eventually([&] { return !sync.tickets().empty(); }));
    CHECK_FALSE(contains(serving.end().err, " error "));
    CHECK(sync.tickets().size() < 4);
  }
  {
    store::Database db("sqlite:" + sync.database());
    CHECK(store::integer_of(db.query<1>("SELECT count(*) FROM picket_remote_tickets")[0][0]) ==
          static_cast<std::int64_t>(sync.tickets().size()));
  }
  sync.settle();
  CHECK(sync.tickets().size() == 4);
}

TEST_CASE("a side that is away is logged once and shown and so is that it is back") {
  SyncedPair sync;
  Serving serving(sync);
  REQUIRE(serving.becomes("ok"));
  sync.vendor().fault(R"({"path":"/connect","kind":"403","times":-1})");
  CHECK(serving.becomes("failing"));
  CHECK(serving.get("/api/health").code == 503);
  CHECK(text_at(serving.health(), "last_error") != "");
  std::this_thread::sleep_for(std::chrono::seconds(3));  // more cycles
  sync.vendor().clear_faults();
  CHECK(serving.becomes("ok"));
  const std::string log = serving.end().err;
  std::size_t logged = 0;
  for (std::size_t at = 0; (at = log.find("reading Stellar Cyber failed", at)) != std::string::npos; ++at) ++logged;
  CHECK(logged == 1);
  CHECK(contains(log, "reading Stellar Cyber works again"));
}

TEST_CASE("the exit code of one cycle says how it went") {
  SyncedPair sync;
  sync.add_case(R"("name":"One")");
  CHECK(sync.try_cycle().exit_code == 0);
  sync.vendor().fault(R"({"path":"/connect","kind":"403","times":-1})");
  const SyncedPair::Cycle failed = sync.try_cycle();
  CHECK(failed.exit_code == 1);
  CHECK(text_at(failed.document, "status") == "failed");
  CHECK(failed.document.at("errors").as_array().size() >= 1);
  sync.vendor().clear_faults();
  sync.add_case(R"("name":"Two")");
  sync.halo().fault(R"({"path":"/api/Tickets","method":"POST","kind":"403","times":-1})");
  CHECK(sync.try_cycle().exit_code == 3);
  sync.halo().clear_faults();
  sync.keys()["STELLAR_MIN_SCORE"] = "high";
  const Output wrong = sync.run({"serve", "--once"});
  CHECK(wrong.exit_code == 2);
  CHECK(contains(wrong.err, "STELLAR_MIN_SCORE: expected a number"));
}

TEST_CASE("check reports all that is wrong at once and writes nothing") {
  SyncedPair sync;
  sync.run({"check"});  // makes the test's own file
  const std::string before = listing(sync.folder());
  const Output good = sync.run({"check"});
  INFO(good.out << good.err);
  CHECK(good.exit_code == 0);
  CHECK(contains(good.out, "Stellar Cyber at " + sync.vendor().url() + " accepts the credentials"));
  CHECK(contains(good.out, "Northwind (internal)"));

  sync.keys()["STELLAR_API_KEY"] = "wrong-key-of-the-test";
  sync.keys()["HALOPSA_CLIENT_NAME"] = "Northwand";
  sync.keys()["HALOPSA_TEAM_NAME"] = "Nobody";
  sync.keys()["POLL_INTERVAL_MINS"] = "often";
  sync.keys()["HALOPSA_URGENCY_NAM"] = "High";
  sync.keys()["HALOPSA_URGENCY_NAME"] = "";
  const Output bad = sync.run({"--json", "check"});
  INFO(bad.out << bad.err);
  CHECK(bad.exit_code == 2);
  const json::object document = json::parse_object(bad.out, "standard output");
  CHECK_FALSE(document.at("ok").as_bool());
  for (const char* part : {"HALOPSA_URGENCY_NAM is no known key; did you mean HALOPSA_URGENCY_NAME?", "POLL_INTERVAL_MINS: expected",
                           "refused the credentials", "Northwand", "Nobody"})
    CHECK_MESSAGE(contains(bad.out, part), part);
  CHECK_FALSE(contains(bad.out + bad.err, "wrong-key-of-the-test"));
  CHECK(listing(sync.folder()) == before);
}

TEST_CASE("the environment alone configures it and wins over a file") {
  SyncedPair sync;
  const std::string id = sync.add_case(R"("name":"By the environment")");
  Command command = sync.command({"serve", "--once"});
  const auto file = std::find(command.arguments.begin(), command.arguments.end(), "--env-file");
  command.arguments.erase(file, file + 2);
  for (const auto& [key, value] : sync.keys()) command.environment[key] = value;
  const Output output = e2e::run(command);
  INFO(output.out << output.err);
  CHECK(output.exit_code == 0);
  CHECK(sync.tickets_of(id).size() == 1);

  Command other = sync.command({"serve", "--once"});
  other.environment["STELLAR_API_KEY"] = "wrong";
  CHECK(e2e::run(other).exit_code == 1);
}

TEST_CASE("statements are logged if asked without their values and the database is wiped if asked") {
  SyncedPair sync;
  sync.add_case(R"("name":"A name of its own")");
  sync.cycle();
  sync.keys()["DEBUG_DB"] = "true";
  const Output debug = sync.run({"serve", "--once"});
  CHECK(contains(debug.err, "SQL: SELECT"));
  CHECK_FALSE(contains(debug.err, "A name of its own"));
  CHECK_FALSE(contains(debug.err, "stellar_key"));
  sync.keys()["DEBUG_DB"] = "";
  sync.keys()["WIPE_DB_ON_STARTUP"] = "true";
  const Output wiped = sync.run({"serve", "--once"});
  CHECK(wiped.exit_code == 0);
  CHECK(contains(wiped.err, "WIPE_DB_ON_STARTUP is set"));
  CHECK(contains(wiped.err, "is deleted now"));
}

TEST_CASE("certificates that are not checked are logged at the start and in the health answer") {
  SyncedPair sync(
      {.transport = Transport::tls, .keys = {{"PICKET_CA_FILE", ""}, {"STELLAR_VERIFY_SSL", "false"}, {"HALOPSA_VERIFY_SSL", "false"}}});
  const std::string id = sync.add_case(R"("name":"Unverified")");
  Serving serving(sync);
  CHECK(eventually([&] { return sync.tickets_of(id).size() == 1; }));
  CHECK(serving.health().at("warnings").as_array().size() == 2);
  CHECK(contains(serving.end().err, "STELLAR_VERIFY_SSL=false"));
}

TEST_CASE("the old container's links are taken over and no ticket is opened twice") {
  SyncedPair sync;
  const std::string open = sync.add_case(R"("name":"Open since long")");
  const std::string closed = sync.add_case(R"("name":"Closed since long")");
  // What the old container did, done by another database.
  sync.keys()["SQLITE_FILENAME"] = (sync.folder() / "elsewhere.db").string();
  sync.cycle();
  sync.technician(closed, R"("close":true)");
  sync.cycle();
  sync.keys()["SQLITE_FILENAME"] = sync.database();
  {
    test::OldContainer old(sync.database(), true);
    old.ticket(closed, text_at(sync.ticket(closed), "id"), true, "test");
    old.ticket(open, text_at(sync.ticket(open), "id"), false, "test");
    const json::object a_case = sync.a_case(open);
    for (const json::value& c : a_case.at("comments").as_array()) old.comment(open, text_at(c.as_object(), "_id"), "", "test");
    const json::object ticket = sync.ticket(open);
    for (const json::value& a : ticket.at("actions").as_array()) old.comment(open, "", text_at(a.as_object(), "id"), "test");
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    old.checkpoint(std::chrono::duration_cast<std::chrono::milliseconds>(now).count(), "test");
  }
  const std::size_t comments_of_closed = sync.comments(closed).size();
  sync.analyst(open, R"("comment":"Written while nobody looked.")");
  sync.technician(open, R"("note":"So was this.")");
  const std::string added = sync.add_case(R"("name":"Never seen")");

  const Output check = sync.run({"check"});
  CHECK(check.exit_code == 0);
  CHECK(contains(check.out, "is the old container's database"));
  const Output first = sync.run({"serve", "--once"});
  INFO(first.out << first.err);
  CHECK(first.exit_code == 0);
  CHECK(std::filesystem::exists(sync.database() + ".before-picket"));
  CHECK(contains(first.err, "1 open tickets, 1 closed ones"));
  sync.settle();

  CHECK(sync.tickets().size() == 3);
  CHECK(sync.tickets_of(added).size() == 1);
  CHECK(count_containing(sync.notes(open), "Written while nobody looked.") == 1);
  CHECK(count_containing(sync.comments(open), "So was this.") == 1);
  CHECK(sync.comments(closed).size() == comments_of_closed);
  CHECK(sync.notes(closed).empty());

  sync.technician(open, R"("close":true,"closure_note":"Done at last.")");
  sync.settle();
  CHECK(text_at(sync.a_case(open), "status") == "Resolved");
  CHECK(count_containing(sync.comments(open), "Done at last.") == 1);
}

TEST_CASE("a database that is somebody else's is refused and left alone") {
  SyncedPair sync;
  {
    store::Database db("sqlite:" + sync.database());
    db.execute_once("CREATE TABLE photographs (id INTEGER)");
  }
  const Output refused = sync.run({"serve", "--once"});
  CHECK(refused.exit_code == 2);
  CHECK(contains(refused.err, "neither Picket's nor the old container's"));
  CHECK(sync.run({"check"}).exit_code == 2);
  CHECK(std::filesystem::exists(sync.database()));
}

STORAGE_TEST_CASE(storage, "a pair on either database", test::unmigrated) {
  SyncedPair sync;
  if (storage.is_postgresql()) sync.keys()["PICKET_DB"] = storage.url;
  const std::string id = sync.add_case(R"("name":"On either")");
  sync.cycle();
  sync.technician(id, R"("note":"Seen.")");
  sync.settle();
  CHECK(sync.tickets_of(id).size() == 1);
  CHECK(count_containing(sync.comments(id), "Seen.") == 1);
  CHECK(std::filesystem::exists(sync.database()) == !storage.is_postgresql());
}

STORAGE_TEST_CASE(storage, "without keys the connections of the database are served") {
  World world(storage);
  world.vendor().incident(R"({"id":9001,"status":"sent","severity":"high","subject":"Served","organization_id":301})");
  const Output output = e2e::run(world.command({"serve", "--once"}));
  INFO(output.out << output.err);
  CHECK(output.exit_code == 0);
  CHECK(world.has_ticket("9001"));
  CHECK(json::parse_object(output.out, "standard output").at("cycles").as_array().size() == 1);
}
