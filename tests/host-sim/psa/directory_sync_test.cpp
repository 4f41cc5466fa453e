#include "host-sim/psa/entity_ids.hpp"
#include "host-sim/store/psa.hpp"
#include "tests/host-sim/psa/psa_fixture.hpp"

using namespace picket;
using store::EntityKind;
using test::RemoteFixture;
using test::Texts;

namespace {

psa::RemoteEntity entity(const std::string& id, const std::string& name) {
  psa::RemoteEntity e;
  e.id = id;
  e.name = name;
  return e;
}

Texts names(RemoteFixture& r, EntityKind kind, bool (*wanted)(const store::Entity&)) {
  Texts found;
  for (const auto& e : store::list_entities(r.db(), r.tenant(), kind))
    if (wanted(e)) found.push_back(e.name);
  return found;
}

Texts all_names(RemoteFixture& r, EntityKind kind) {
  return names(r, kind, [](const store::Entity&) { return true; });
}

}  // namespace

TEST_CASE("the directory takes over rows of the same name and adds the others") {
  test::for_each_storage([](test::StorageUnderTest& s) {
    test::TicketsFixture before(s);
    const std::string contoso = before.id("client", "Contoso, Ltd.");
    const std::string closed = before.id("status", "Closed");
    RemoteFixture r(s);
    CHECK(r.f.id("client", "Contoso, Ltd.") == contoso);
    CHECK(r.f.id("status", "Closed") == closed);
    CHECK(all_names(r, EntityKind::client) == Texts{"Contoso, Ltd.", "Fallback", "Globex", "Initech", "Old Corp"});
    CHECK(all_names(r, EntityKind::priority) == Texts{"Critical", "High", "Medium", "Low"});
    CHECK(r.defaults.client_id == contoso);
    CHECK(r.defaults.board_id == r.f.id("board", "Security"));
    CHECK(r.defaults.priority_id == r.f.id("priority", "Medium"));
    CHECK(r.defaults.category_id == r.f.id("category", "Threats>Malware"));
    CHECK(r.defaults.closed_status_id == closed);
    const auto ids = psa::EntityIds::load(s.db, r.tenant(), "fakepsa");
    CHECK(ids.remote_id(EntityKind::client, contoso) == "c1");
    CHECK(ids.our_id(EntityKind::priority, "p4") == r.f.id("priority", "Low"));
    CHECK(ids.remote_id(EntityKind::client, closed).empty());
    CHECK(ids.our_id(EntityKind::client, "c9").empty());
  });
}

PSA_TEST_CASE("exactly the statuses are closed or default that the PSA says so of") {
  const auto closed = [](const store::Entity& e) { return e.is_closed; };
  const auto first = [](const store::Entity& e) { return e.is_default; };
  CHECK(names(r, EntityKind::status, closed) == Texts{"Closed"});
  CHECK(names(r, EntityKind::status, first) == Texts{"New"});
  for (const auto& status : store::list_entities(r.db(), r.tenant(), EntityKind::status))
    if (status.is_closed || status.is_default) CHECK(status.board_id.empty());

  r.psa.directory_now.statuses = {entity("s1", "New"), entity("s2", "Working"), entity("s4", "Cancelled")};
  r.psa.directory_now.statuses[1].is_default = true;
  r.psa.directory_now.statuses[2].is_closed = true;
  r.sync->sync_directory(r.call());
  CHECK(names(r, EntityKind::status, closed) == Texts{"Cancelled"});
  CHECK(names(r, EntityKind::status, first) == Texts{"Working"});
}

PSA_TEST_CASE("names follow and order follows and what is gone becomes inactive where the table knows that") {
  const std::string globex = r.f.id("client", "Globex");
  const std::string low = r.f.id("priority", "Low");
  r.psa.directory_now.clients = {entity("c1", "Contoso, Ltd."), entity("c2", "Globex Corporation")};
  r.psa.directory_now.clients[0].inactive = true;
  std::swap(r.psa.directory_now.priorities[0], r.psa.directory_now.priorities[3]);
  r.psa.directory_now.boards.clear();
  r.sync->sync_directory(r.call());
  CHECK(r.f.id("client", "Globex Corporation") == globex);
  CHECK(r.f.id("priority", "Low") == low);
  CHECK(all_names(r, EntityKind::priority) == Texts{"Low", "High", "Medium", "Critical"});
  CHECK(all_names(r, EntityKind::board) == Texts{"Security", "Triage"});
  const auto inactive = [](const store::Entity& e) { return e.inactive; };
  CHECK(names(r, EntityKind::client, inactive) == Texts{"Contoso, Ltd.", "Initech", "Old Corp"});

  // It comes back under another name and is still the same.
  r.psa.directory_now.clients.push_back(entity("c3", "Initech again"));
  r.sync->sync_directory(r.call());
  CHECK(names(r, EntityKind::client, inactive) == Texts{"Contoso, Ltd.", "Old Corp"});
  CHECK(all_names(r, EntityKind::client).size() == 5);
}

PSA_TEST_CASE("a directory that did not change writes nothing") {
  Texts writes;
  r.db().set_statement_hook([&](std::string_view sql) {
    if (sql.starts_with("UPDATE") || sql.starts_with("INSERT") || sql.starts_with("DELETE")) writes.emplace_back(sql);
  });
  r.sync->sync_directory(r.call());
  r.db().set_statement_hook({});
  CHECK(writes == Texts{});
}

PSA_TEST_CASE("names that occur twice or are empty or are listed twice do no harm") {
  r.psa.directory_now.categories = {entity("k1", "Threats"), entity("k2", "threats "), entity("k3", " "), entity("k2", "Again"),
                                    entity("", "Nothing")};
  r.sync->sync_directory(r.call());
  const auto ids = psa::EntityIds::load(r.db(), r.tenant(), "fakepsa");
  CHECK(ids.our_id(EntityKind::category, "k1") != ids.our_id(EntityKind::category, "k2"));
  CHECK(r.f.id("category", "k3") == ids.our_id(EntityKind::category, "k3"));
  CHECK(ids.our_id(EntityKind::category, "").empty());
}

PSA_TEST_CASE("a directory that cannot be read or written leaves the tables as they were") {
  r.psa.directory_now.clients.push_back(entity("c8", "Umbrella"));
  r.db().set_statement_hook([](std::string_view sql) {
    if (sql.starts_with("INSERT INTO tenant_external_entity_mappings")) throw Error(Status::unavailable, "the disk is full");
  });
  CHECK_THROWS_AS(r.sync->sync_directory(r.call()), Error);
  r.db().set_statement_hook({});
  CHECK(all_names(r, EntityKind::client).size() == 5);
  r.sync->sync_directory(r.call());
  CHECK(all_names(r, EntityKind::client).size() == 6);
}
