#include "host-sim/store/psa.hpp"

#include <doctest/doctest.h>

#include "tests/support/postgres/storages.hpp"

using namespace picket;
using namespace picket::store;

namespace {

std::string message_of(Database& db, const std::string& json) {
  try {
    import_psa(db, json, "acme.json");
  } catch (const Error& e) {
    CHECK(e.status() == Status::invalid);
    return e.what();
  }
  return "it was taken";
}

void contains(const std::string& text, const std::string& part) {
  CAPTURE(text);
  CAPTURE(part);
  CHECK(text.find(part) != std::string::npos);
}

}  // namespace

STORAGE_TEST_CASE(s, "a file is imported; the second time nothing changes") {
  const auto first = import_psa(s.db, test::sample_psa, "acme.json");
  CHECK(first.of("tenants") == ImportCounts{1, 0, 0});
  CHECK(first.of("clients") == ImportCounts{4, 0, 0});
  CHECK(first.of("contacts") == ImportCounts{2, 0, 0});
  CHECK(first.of("categories") == ImportCounts{3, 0, 0});
  CHECK(first.of("assets") == ImportCounts{3, 0, 0});
  const auto second = import_psa(s.db, test::sample_psa, "acme.json");
  CHECK(second.tenant == first.tenant);
  for (const auto& [kind, counts] : second.counts) {
    CAPTURE(kind);
    CHECK(counts.created == 0);
    CHECK(counts.updated == 0);
    CHECK(counts.unchanged == first.of(kind).created);
  }
  const auto ransomware = find_entity(s.db, first.tenant.id, EntityKind::category, "ransomware");
  CHECK(ransomware.parent_id == find_entity(s.db, first.tenant.id, EntityKind::category, "Malware").id);
  CHECK(find_entity(s.db, first.tenant.id, EntityKind::client, "OLD CORP").inactive);
  CHECK(list_entities(s.db, first.tenant.id, EntityKind::priority)[0].name == "Critical");
}

STORAGE_TEST_CASE(s, "what exists is updated by name, or by id, which renames") {
  const auto tenant = import_psa(s.db, test::sample_psa, "acme.json").tenant;
  const auto globex = find_entity(s.db, tenant.id, EntityKind::client, "Globex").id;
  auto result =
      import_psa(s.db, R"({"tenant":{"name":"acme msp"},"clients":[{"name":"Globex Inc","id":")" + globex + R"("},{"name":"old corp"}],
    "statuses":[{"name":"Fresh","default":true}],"assets":[{"client":"Globex Inc","name":"GLOBEX-SRV","serial_number":"SN-9"}]})",
                 "acme.json");
  CHECK(result.tenant.id == tenant.id);
  CHECK(result.of("tenants") == ImportCounts{0, 1, 0});
  CHECK(result.of("clients") == ImportCounts{0, 2, 0});
  CHECK(result.of("assets") == ImportCounts{0, 1, 0});
  CHECK(find_entity(s.db, tenant.id, EntityKind::client, globex).name == "Globex Inc");
  CHECK_FALSE(find_entity(s.db, tenant.id, EntityKind::client, "Old Corp").inactive);
  CHECK(find_entity(s.db, tenant.id, EntityKind::status, "Fresh").is_default);
  CHECK_FALSE(find_entity(s.db, tenant.id, EntityKind::status, "New").is_default);
  CHECK(find_entity(s.db, tenant.id, EntityKind::status, "Sec New").is_default);
  CHECK(list_tenants(s.db).size() == 1);
}

STORAGE_TEST_CASE(s, "a wrong file is refused with the place and what was expected, and nothing is imported") {
  const std::string t = R"({"tenant":{"name":"A"},)";
  const std::pair<std::string, std::string> cases[] = {
      {"[1]", "acme.json: the document must be an object"},
      {"{", "acme.json is not JSON"},
      {"{}", "acme.json: tenant is missing"},
      {R"({"tenant":{}})", "tenant.name must be a text that is not empty"},
      {R"({"tenant":{"name":"A","id":"7"}})", "tenant.id must be a UUID"},
      {t + R"("client":[]})", "client is not known here; did you mean \"clients\"?"},
      {t + R"("clients":{}})", "clients must be an array"},
      {t + R"("clients":[{"name":"B"},{"name":7}]})", "clients[1].name must be a text"},
      {t + R"("clients":[{"name":"B","inactiv":true}]})", "clients[0].inactiv is not known here; did you mean \"inactive\"?"},
      {t + R"("clients":[{"name":"B","inactive":"no"}]})", "clients[0].inactive must be true or false"},
      {t + R"("clients":[{"name":"B"},{"name":"b"}]})", "clients[1] is the same as clients[0]: b"},
      {t + R"("clients":[{"name":"B","contacts":[{"name":"C","email":"c"}]}]})", "clients[0].contacts[0].email must be an e-mail address"},
      {t + R"("clients":[{"name":"B","contacts":[{"name":"C","email":"c@d","primary":true},)" +
           R"({"name":"E","email":"e@d","primary":true}]}]})",
       "clients[0].contacts[1].primary may be true for one contact"},
      {t + R"("boards":[{"name":"Security"}],"statuses":[{"name":"S","board":"Securty"}]})",
       "statuses[0].board names a board that is neither in the file nor in the database: Securty; did you mean \"security\"?"},
      {t + R"("statuses":[{"name":"S","default":true},{"name":"U","default":true}]})", "statuses[1].default may be true for one status"},
      {t + R"("statuses":[{"name":"S","default":true,"closed":true}]})", "statuses[0] cannot be both"},
      {t + R"("assets":[{"client":"Nobody","name":"PC"}]})", "assets[0].client names a client"},
      {t + R"("categories":[{"name":"A","parent":"B"},{"name":"B","parent":"A"}]})", "categories[0].parent forms a circle"},
      {t + R"("categories":[{"name":"A","parent":"Z"}]})", "categories[0].parent names a category of the same board"},
      {t + R"("users":[{"name":"U"}]})", "users[0].email must be an e-mail address"},
  };
  for (const auto& [json, message] : cases) contains(message_of(s.db, json), message);
  CHECK(list_tenants(s.db).empty());
}

STORAGE_TEST_CASE(s, "what a parser would take without a word is refused by its place; a byte order mark is no part of a file") {
  const std::string long_name(5'000'000, 'n');
  contains(message_of(s.db, R"({"tenant":{"name":"A"},"clients":[{"name":")" + long_name + R"("}]})"),
           "acme.json: clients[0].name must have at most 255 characters, it is a text of 5000000 bytes");
  contains(message_of(s.db, R"({"tenant":{"name":")" + long_name + R"("}})"), "acme.json: tenant.name must have at most 255 characters");
  contains(message_of(s.db, R"({"tenant":{"name":"A"},"clients":[{"name":"x","name":"y"}]})"),
           "acme.json: clients[0].name is given twice in its object");
  contains(message_of(s.db, R"({"tenant":{"name":"A"},"clients":[{"name":"x"}],"clients":[]})"), "acme.json: clients is given twice");
  contains(message_of(s.db, std::string("\xFF\xFE{\0}\0", 6)), "acme.json: the document is UTF-16; save it as UTF-8");
  CHECK(list_tenants(s.db).empty());
  CHECK(import_psa(s.db, "\xEF\xBB\xBF" + std::string(test::sample_psa), "acme.json").of("tenants") == ImportCounts{1, 0, 0});
}

STORAGE_TEST_CASE(s, "look-ups by id and name say what exists") {
  const auto sample = test::make_sample_tenant(s.db);
  const auto message = [&](const std::function<void()>& work) {
    try {
      work();
    } catch (const Error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  CHECK(find_tenant(s.db, "acme MSP").id == sample.tenant);
  CHECK(find_tenant(s.db, sample.tenant).name == "Acme MSP");
  contains(message([&] { find_tenant(s.db, "Acme MPS"); }), "did you mean \"Acme MSP\"?");
  contains(message([&] { find_entity(s.db, sample.tenant, EntityKind::board, "Nothing"); }), "there are \"Security\", \"Triage\"");
  import_psa(s.db, R"({"tenant":{"name":"Acme MSP"},"statuses":[{"name":"Closed","board":"Security","closed":true}]})", "x");
  contains(message([&] { find_entity(s.db, sample.tenant, EntityKind::status, "Closed"); }),
           "several statuses are named \"Closed\"; use an id: ");
  const auto security = sample.id(s.db, "board", "Security");
  CHECK(find_entity(s.db, sample.tenant, EntityKind::status, "Closed", security).board_id == security);
  CHECK(find_entity(s.db, sample.tenant, EntityKind::status, "Closed", sample.id(s.db, "board", "Triage")).board_id.empty());
  const auto malware = sample.id(s.db, "category", "Malware");
  CHECK(find_entity(s.db, sample.tenant, EntityKind::category, "Ransomware", security, malware).parent_id == malware);
  contains(message([&] { find_entity(s.db, sample.tenant, EntityKind::category, "Inbox", {}, malware); }), "in this category");
}
