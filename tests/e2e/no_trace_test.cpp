// Commands that only read leave nothing behind, a database that does not fit is named, and keys are read as docker passes them on.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "host-sim/store/schema.hpp"
#include "tests/e2e/serving.hpp"
#include "tests/e2e/world.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

const std::vector<std::vector<std::string>> needing_a_database = {
    {"status"},
    {"status", "--tenant", "A"},
    {"outbox", "list"},
    {"tickets", "list", "--tenant", "A"},
    {"tickets", "show", "1", "--tenant", "A"},
    {"tickets", "note", "1", "text", "--tenant", "A"},
    {"orgs", "list", "huntress", "--tenant", "A"},
    {"orgs", "sync", "huntress", "--tenant", "A"},
    {"settings", "get", "huntress", "--tenant", "A"},
    {"settings", "set", "huntress", "boardId=Security", "--tenant", "A"},
    {"poll", "huntress", "--tenant", "A"},
    {"poll", "huntress", "--tenant", "A", "--dry-run"},
    {"connect", "huntress", "--tenant", "A", "--secret", "api_key=env:HUNTRESS_KEY", "--secret", "api_secret=env:HUNTRESS_SECRET"},
    {"disconnect", "huntress", "--tenant", "A"},
};

// The world's command with another data folder, and the database in it.
Command with_data(const World& world, const std::filesystem::path& data, const std::vector<std::string>& arguments) {
  Command command = world.command(arguments);
  command.arguments[2] = data.string();
  command.arguments.erase(command.arguments.begin() + 3, command.arguments.begin() + 5);  // --db
  return command;
}

}  // namespace

TEST_CASE("a data folder that is not there stays so, and the command says where it looked and what makes one") {
  on_sqlite([](Storage& storage) {
    World world(storage, {.connect = false});
    const std::filesystem::path typo = world.folder() / "typo";
    for (const auto& arguments : needing_a_database) {
      CAPTURE(joined(arguments));
      const Output output = run(with_data(world, typo, arguments));
      CHECK(output.exit_code == 2);
      CHECK(contains(output.err, "there is no database sqlite:" + (typo / "picket.db").string()));
      CHECK(contains(output.err, "--data"));
      CHECK(contains(output.err, "picket psa import"));
      CHECK_FALSE(std::filesystem::exists(typo));
    }
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"providers"}, {"keys"}, {"check"}, {"psa", "import", "no-such-file"}, {"validate", "no-such-file"}}) {
      CAPTURE(joined(arguments));
      run(with_data(world, typo, arguments));
      CHECK_FALSE(std::filesystem::exists(typo));
    }
    // The import is what makes one.
    CHECK(run(with_data(world, typo, {"psa", "import", (world.folder() / "psa.json").string()})).exit_code == 0);
    CHECK(run(with_data(world, typo, {"status"})).exit_code == 0);
  });
}

TEST_CASE("an empty database stays empty, whatever reads it") {
  on_both_storages([](Storage& storage) {
    World world(storage);
    store::wipe(storage.db);
    const Result status = world.picket({"status"});
    CHECK(status.exit_code == 2);
    CHECK(contains(status.err, "has no tables of Picket"));
    CHECK_FALSE(store::has_tables(storage.db));
  });
  on_sqlite([](Storage& storage) {
    World world(storage, {.connect = false});
    const std::filesystem::path data = world.folder() / "empty";
    std::filesystem::create_directory(data);
    std::ofstream(data / "picket.db").flush();
    CHECK(contains(run(with_data(world, data, {"status"})).err, "is empty"));
    CHECK(std::filesystem::file_size(data / "picket.db") == 0);
  });
}

TEST_CASE("a vault whose tenants the database does not know is named, until somebody connects again") {
  on_both_storages([](Storage& storage) {
    World world(storage);
    const std::string vault = (world.folder() / "data" / "vault.json").string();
    CHECK_FALSE(contains(world.picket({"status"}).err, vault));
    store::wipe(storage.db);
    const Result imported = world.picket({"psa", "import", (world.folder() / "psa.json").string()});
    CHECK(imported.exit_code == 0);
    CHECK(contains(imported.err, "the vault " + vault + " holds secrets of a tenant"));
    CHECK(contains(imported.err, "emptied"));
    CHECK(contains(world.picket({"status"}).err, vault));
    CHECK(contains(world.connect().err, vault));
    CHECK_FALSE(contains(world.picket({"status"}).err, vault));
  });
}

TEST_CASE("wiping names the vault whose secrets are of no use from then on") {
  on_sqlite([](Storage& storage) {
    World world(storage);
    const Result wiped = world.picket({"serve", "--once"}, {{"WIPE_DB_ON_STARTUP", "'true'"}});
    CHECK(contains(wiped.err, "is deleted now"));
    CHECK(contains(wiped.err, "the vault " + (world.folder() / "data" / "vault.json").string() + " holds secrets of a tenant"));
  });
}

TEST_CASE("tables of somebody else are named and not touched") {
  on_both_storages([](Storage& storage) {
    World world(storage, {.connect = false});
    store::wipe(storage.db);
    storage.db.execute("CREATE TABLE tickets (number integer)");
    const Result imported = world.picket({"psa", "import", (world.folder() / "psa.json").string()});
    CHECK(imported.exit_code == 2);
    CHECK(contains(imported.err, "not Picket's"));
    CHECK_FALSE(store::has_tables(storage.db));
    storage.db.execute("DROP TABLE tickets");
  });
}

TEST_CASE("a secret that is given twice is refused by name") {
  on_sqlite([](Storage& storage) {
    World world(storage, {.connect = false});
    const Result twice = world.picket({"connect", "huntress", "--tenant", tenant_name, "--secret", "api_key=env:HUNTRESS_KEY", "--secret",
                                       "api_key=env:HUNTRESS_SECRET"});
    CHECK(twice.exit_code == 2);
    CHECK(contains(twice.err, "the secret api_key is given twice"));
  });
}

TEST_CASE("an environment file in UTF-16 is refused by its name") {
  on_sqlite([](Storage& storage) {
    World world(storage, {.connect = false});
    const std::string file = (world.folder() / "config.env").string();
    std::ofstream(file, std::ios::binary) << std::string(
        "\xFF\xFE"
        "A\0=\0b\0",
        8);
    const Output check = run(world.command({"check", "--env-file", file}));
    CHECK(check.exit_code == 2);
    CHECK(contains(check.err, file + " is UTF-16"));
  });
}

TEST_CASE("organizations with a name of 5 MB or a name twice do not keep a connection from being made") {
  on_sqlite([](Storage& storage) {
    World world(storage, {.connect = false});
    world.vendor().organization(R"({"id":304,"name":")" + std::string(5'000'000, 'n') + "\"}");
    world.vendor().organization(R"({"id":305,"name":"Globex"})");
    const Result connected = world.connect();
    INFO(connected.err);
    CHECK(connected.exit_code == 0);
    CHECK(world.count("SELECT max(length(external_organization_name)) FROM rmm_organization_mappings") < 1000);
  });
}

TEST_CASE("a poll refuses a transport that does not exist, and so does serving the connections of the database") {
  on_sqlite([](Storage& storage) {
    World world(storage);
    const std::vector<std::string> poll{"poll", "huntress", "--tenant", tenant_name};
    CHECK(world.picket(poll, {{"HUNTRESS_SYNC_TRANSPORT", "direct"}, {"RMM_SYNC_TRANSPORT", "temporal"}}).exit_code == 0);
    const Result common = world.picket(poll, {{"RMM_SYNC_TRANSPORT", "temporal"}});
    CHECK(common.exit_code == 2);
    CHECK(contains(common.err, "RMM_SYNC_TRANSPORT: there is no transport \"temporal\"; there is: direct"));
    const Result own = world.picket({"serve", "--once"}, {{"HUNTRESS_SYNC_TRANSPORT", "queue"}});
    CHECK(own.exit_code == 2);
    CHECK(contains(own.err, "HUNTRESS_SYNC_TRANSPORT: there is no transport \"queue\"; there is: direct"));
    CHECK(world.picket({"serve", "--once"}, {{"HUNTRESS_SYNC_TRANSPORT", "direct"}, {"RMM_SYNC_TRANSPORT", "temporal"}}).exit_code == 0);
  });
}

TEST_CASE("a serve that starts again waits for the rest of the interval, unless the last poll failed") {
  SyncedPair sync;
  sync.keys()["POLL_INTERVAL_MINS"] = "0.2";
  sync.cycle();
  CHECK_FALSE(contains(sync.try_cycle().err, "the first cycle begins in"));  // --once waits for nothing
  sync.vendor().reset_stats();
  {
    Serving again(sync);
    std::this_thread::sleep_for(std::chrono::seconds(2));
    CHECK(sync.vendor().requests() == 0);
    CHECK(again.status() == "starting");
    CHECK(again.becomes("ok", std::chrono::seconds{15}));
    CHECK(contains(again.end().err, "so the first cycle begins in"));
  }
  store::Database("sqlite:" + sync.database()).execute("UPDATE rmm_integrations SET sync_status = 'error'");
  Serving after_failure(sync);
  CHECK(after_failure.becomes("ok", std::chrono::seconds{5}));
}

TEST_CASE("keys of the environment are read without the quotation marks that docker passes on") {
  SyncedPair sync;
  sync.add_case(R"("name":"Quoted")");
  Command command = sync.command_without_file({"serve", "--once"});
  for (auto& [key, value] : command.environment)
    if (!value.empty()) value = "\"" + value + "\"";
  const Output output = run(command);
  INFO(output.out << output.err);
  CHECK(output.exit_code == 0);
  CHECK(sync.tickets().size() == 1);
  command.environment["POLL_INTERVAL_MINS"] = "5 # minutes";
  command.environment["PICKET_EDITION"] = "";
  const Output comment = run(command);
  CHECK(comment.exit_code == 2);
  CHECK(contains(comment.err, "POLL_INTERVAL_MINS: \" #\" is part of the value"));
  command.environment["PICKET_CA_FILE"] = "\"ca.pem";
  CHECK(contains(run(command).err, "PICKET_CA_FILE: the value begins with a quotation mark"));
}
