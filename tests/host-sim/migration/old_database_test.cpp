#include "host-sim/migration/old_database.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <map>

#include "host-sim/store/database.hpp"
#include "host-sim/store/schema.hpp"
#include "picket/error.hpp"
#include "tests/host-sim/migration/old_container.hpp"
#include "tests/support/postgres/storages.hpp"

using namespace picket;
using namespace picket::migration;
using picket::test::OldContainer;

namespace {

std::map<std::string, OldLink> by_case(const OldLinks& old) {
  std::map<std::string, OldLink> links;
  for (const OldLink& link : old.links) links.emplace(link.case_id, link);
  return links;
}

std::string refusal(const std::function<void()>& what) {
  try {
    what();
    return "";
  } catch (const Error& e) {
    return e.what();
  }
}

}  // namespace

TEST_CASE("kinds of database files") {
  test::TemporaryFolder folder;
  const auto file = [&](const char* name) { return folder.path() / name; };
  CHECK(inspect_database_file(file("none.db")) == DatabaseFileKind::empty);
  std::ofstream(file("empty.db")).close();
  CHECK(inspect_database_file(file("empty.db")) == DatabaseFileKind::empty);
  {
    store::Database db("sqlite:" + file("picket.db").string());
    store::migrate(db, test::test_start());
    CHECK(inspect_database_file(file("picket.db")) == DatabaseFileKind::picket);
  }
  CHECK(inspect_database_file(file("picket.db")) == DatabaseFileKind::picket);
  for (const bool wal : {false, true}) {
    const auto name = wal ? file("old-wal.db") : file("old.db");
    OldContainer old(name, wal);
    old.ticket("c1", "100");
    CHECK(inspect_database_file(name) == DatabaseFileKind::old_container);
    old.close();
    CHECK(inspect_database_file(name) == DatabaseFileKind::old_container);
  }
  {
    store::Database db("sqlite:" + file("other.db").string());
    db.execute_once("CREATE TABLE tickets (id INTEGER)");
  }
  CHECK(inspect_database_file(file("other.db")) == DatabaseFileKind::other);
  std::ofstream(file("text.db")) << std::string(4096, 'x');
  CHECK(refusal([&] { (void)inspect_database_file(file("text.db")); }).find("is no SQLite database") != std::string::npos);
  CHECK(refusal([&] { (void)inspect_database_file(folder.path()); }).find("is a folder") != std::string::npos);
}

TEST_CASE("the old container's file is not opened as Picket's and not changed") {
  for (const bool wal : {false, true}) {
    CAPTURE(wal);
    test::TemporaryFolder folder;
    const auto file = folder.path() / "sqlite.db";
    {
      OldContainer old(file, wal);
      old.ticket("c1", "100");
    }
    const auto bytes = [&] {
      std::ifstream in(file, std::ios::binary);
      return std::string{std::istreambuf_iterator<char>(in), {}};
    };
    const std::string before = bytes();
    CHECK(refusal([&] { store::Database db("sqlite:" + file.string()); }).find("is not Picket's database") != std::string::npos);
    CHECK(bytes() == before);
  }
}

TEST_CASE("setting aside moves everything into one file under the new name and never over another") {
  for (const bool wal : {false, true}) {
    CAPTURE(wal);
    test::TemporaryFolder folder;
    const auto file = folder.path() / "sqlite.db";
    const auto aside = set_aside_name(file);
    {
      OldContainer old(file, wal);
      old.ticket("c1", "100");
    }
    set_aside(file);
    CHECK_FALSE(std::filesystem::exists(file));
    CHECK_FALSE(std::filesystem::exists(file.string() + "-wal"));
    CHECK(read_old_links(aside, "default").links.size() == 1);
    { OldContainer again(file); }
    CHECK(refusal([&] { set_aside(file); }).find("was set aside before") != std::string::npos);
    CHECK(std::filesystem::exists(file));
    CHECK(read_old_links(aside, "default").links.size() == 1);
  }
}

TEST_CASE("a write-ahead log that a killed container left is not lost") {
  test::TemporaryFolder folder;
  const auto file = folder.path() / "sqlite.db";
  {
    OldContainer old(folder.path() / "live.db", true);
    old.ticket("c1", "100");
    for (const char* suffix : {"", "-wal"})
      std::filesystem::copy_file((folder.path() / "live.db").string() + suffix, file.string() + suffix);
  }
  CHECK(inspect_database_file(file) == DatabaseFileKind::old_container);
  set_aside(file);
  CHECK(read_old_links(set_aside_name(file), "default").links.size() == 1);
}

TEST_CASE("a container that still writes is not moved away from under itself") {
  for (const bool wal : {false, true}) {
    CAPTURE(wal);
    test::TemporaryFolder folder;
    const auto file = folder.path() / "sqlite.db";
    OldContainer old(file, wal);
    old.ticket("c1", "100");
    old.run("BEGIN");
    old.ticket("c2", "200");
    CHECK(refusal([&] { set_aside(file); }).find("stop the old container first") != std::string::npos);
    CHECK(std::filesystem::exists(file));
    CHECK_FALSE(std::filesystem::exists(set_aside_name(file)));
    old.run("COMMIT");
    old.close();
    CHECK(refusal([&] { set_aside(file); }) == "");
    CHECK(read_old_links(set_aside_name(file), "default").links.size() == 2);
  }
}

TEST_CASE("links of this instance, and of all if it has none") {
  test::TemporaryFolder folder;
  const auto file = folder.path() / "sqlite.db";
  {
    OldContainer old(file);
    old.ticket("c1", "100");
    old.ticket("c2", "200", true);
    old.ticket("c3", "NULL");
    old.ticket("c1", "900", false, "other");
    old.comment("c1", "s1", "11");
    old.comment("c1", "s2", "");
    old.comment("c1", "", "12");
    old.comment("c1", "s9", "99", "other");
    old.checkpoint(1767225600000);
    old.checkpoint(1, "other");
  }
  OldLinks mine = read_old_links(file, "default");
  CHECK(mine.other_instances.empty());
  CHECK(mine.without_ticket == 1);
  CHECK((mine.checkpoint == Time{std::chrono::milliseconds{1767225600000}}));
  auto links = by_case(mine);
  REQUIRE(links.size() == 2);
  CHECK(links.at("c1").ticket_id == "100");
  CHECK_FALSE(links.at("c1").closed);
  CHECK(links.at("c1").comment_ids == std::vector<std::string>{"s1", "s2"});
  CHECK(links.at("c1").action_ids == std::vector<std::string>{"11", "12"});
  CHECK(links.at("c2").closed);
  CHECK((links.at("c2").at == Time{std::chrono::milliseconds{1767225600000}}));

  const OldLinks all = read_old_links(file, "unknown");
  CHECK(all.other_instances == std::vector<std::string>{"default", "other"});
  CHECK(by_case(all).size() == 2);  // c1 of either instance is one case
  CHECK((all.checkpoint == Time{std::chrono::milliseconds{1}}));
}

TEST_CASE("links that cannot be links are left out and named") {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "sqlite.db";
  {
    test::OldContainer old(file);
    old.ticket("c1", "101");
    old.ticket("c2", "'T-102'");
    old.ticket(std::string(5'000'000, 'c'), "103");
    old.ticket("c\n4", "104");
  }
  const OldLinks links = read_old_links(file, "default");
  REQUIRE(links.links.size() == 1);
  CHECK(links.links[0].case_id == "c1");
  REQUIRE(links.unusable.size() == 3);
  CHECK(links.unusable[0] == "case \"c2\" with ticket \"T-102\"");
  CHECK(links.unusable[1].size() < 200);
}

TEST_CASE("tables that an older version made without some columns can be read") {
  test::TemporaryFolder folder;
  const auto file = folder.path() / "sqlite.db";
  {
    store::Database db("sqlite:" + file.string());
    db.execute_once("CREATE TABLE tickets (stellar_case_id TEXT, remote_ticket_id TEXT, state TEXT, instance_key TEXT)");
    db.execute_once("INSERT INTO tickets VALUES ('c1', '100', 'new', 'default')");
  }
  const OldLinks old = read_old_links(file, "default");
  REQUIRE(old.links.size() == 1);
  CHECK_FALSE(old.links[0].at);
  CHECK_FALSE(old.checkpoint);
}
