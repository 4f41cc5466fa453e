// Wrong usage: exit code 2 and a message that names what exists or was expected; and the registry by edition.
#include <doctest/doctest.h>

#include "tests/e2e/world.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

struct Refusal {
  std::vector<std::string> arguments;
  std::string expected;  // in the message
};

}  // namespace

STORAGE_TEST_CASE(storage, "unknown tenants, providers, settings, names and organizations are refused with what was expected") {
  World world(storage);
  const std::string t = tenant_name;
  const std::string before = dump(storage);
  const Refusal refusals[] = {
      {{"poll", "huntress", "--tenant", "Acme"}, "Acme MSP"},
      {{"poll", "huntres", "--tenant", t}, "huntress"},
      {{"connect", "ninja", "--tenant", t, "--secret", "api_key=env:HUNTRESS_KEY"}, "huntress"},
      {{"tickets", "list", "--tenant", "Nobody"}, "Nobody"},
      {{"tickets", "show", "4711", "--tenant", t}, "4711"},
      {{"settings", "set", "huntress", "--tenant", t, "bordId=Security"}, "boardId"},
      {{"settings", "set", "huntress", "--tenant", t, "boardId=Securty"}, "Security"},
      {{"settings", "set", "huntress", "--tenant", t, "boardId="}, "board"},
      {{"settings", "set", "huntress", "--tenant", t, "autoCloseTickets=maybe"}, "true or false"},
      {{"settings", "set", "huntress", "--tenant", t, "backfillDays=soon"}, "whole number"},
      {{"settings", "set", "huntress", "--tenant", t, "backfillDays=-1"}, "backfillDays"},
      {{"settings", "set", "huntress", "--tenant", t, "pollIntervalMinutes=0"}, "pollIntervalMinutes"},
      {{"settings", "set", "huntress", "--tenant", t, "backfillDays=2", "boardId=Nowhere"}, "Nowhere"},
      {{"settings", "set", "huntress", "--tenant", t, "incidentCursor=yesterday"}, "incidentCursor"},
      {{"settings", "set", "huntress", "--tenant", t, "accountName=x"}, "connect"},
      {{"settings", "set", "huntress", "--tenant", t, "severityPriorityMap.medium=High"}, "severityPriorityMap"},
      {{"settings", "set", "huntress", "--tenant", t, "nonsense"}, "KEY=VALUE"},
      {{"settings", "get", "huntress", "--tenant", t, "bordId"}, "bordId"},
      {{"orgs", "map", "huntress", "--tenant", t, "999", "Globex"}, "999"},
      {{"orgs", "map", "huntress", "--tenant", t, "301", "Globexx"}, "Globex"},
      {{"orgs", "map", "huntress", "--tenant", t, "301", "Dormant"}, "inactive"},
      {{"orgs", "opt-out", "huntress", "--tenant", t, "Contoso"}, "Contoso"},
      {{"psa", "import", "/no/such/file.json"}, "/no/such/file.json"},
      {{"poll", "huntress"}, "--tenant"},
      {{"pol"}, "did you mean poll?"},
      {{}, "ubcommand"},
      {{"poll", "huntress", "--tenant", t, "--fast"}, "--fast"},
  };
  for (const Refusal& refusal : refusals) {
    const Output output = run(world.command(refusal.arguments));
    CAPTURE(json::to_string(boost::json::value_from(refusal.arguments)));
    CAPTURE(output.out);
    CAPTURE(output.err);
    CHECK(output.exit_code == 2);
    CHECK(contains(output.err, refusal.expected));
  }
  CHECK(difference(before, dump(storage)) == "");
}

STORAGE_TEST_CASE(storage, "ids are accepted where names are, also for the tenant") {
  World world(storage);
  world.settings({"boardId=" + world.id_of("board", "Triage")});
  CHECK(world.setting("boardId") == world.id_of("board", "Triage"));
  const std::string tenant = world.value("SELECT tenant FROM tenants");
  CHECK(world.picket({"poll", "huntress", "--tenant", tenant}).exit_code == 0);
  CHECK(world.picket({"orgs", "map", "huntress", "--tenant", tenant, "303", world.id_of("client", "Globex")}).exit_code == 0);
}

STORAGE_TEST_CASE(storage, "a database that cannot be opened and one of another kind are refused") {
  World world(storage);
  Command c = world.command({"status"});
  for (auto& a : c.arguments)
    if (a == storage.url) a = "mysql://root@localhost/x";
  CHECK(run(c).exit_code == 2);
  for (auto& a : c.arguments)
    if (a == "mysql://root@localhost/x") a = "postgresql://u:very-secret-word@127.0.0.1:9/x";
  const Output unreachable = run(c);
  CHECK(unreachable.exit_code == 1);
  CHECK_FALSE(contains(unreachable.out + unreachable.err, "very-secret-word"));
}

STORAGE_TEST_CASE(storage, "the registry by edition: a community edition does not have the provider") {
  World world(storage);
  const json::array all = world.picket({"providers"}).document.at("providers").as_array();
  REQUIRE(all.size() == 1);
  CHECK(text_at(all[0].as_object(), "id") == "huntress");
  CHECK(text_at(all[0].as_object(), "category") == "security");
  CHECK(all[0].at("requires_enterprise").as_bool());
  const std::map<std::string, std::string> community{{"PICKET_EDITION", "community"}};
  CHECK(world.picket({"providers"}, community).document.at("providers").as_array().empty());
  const Result poll = world.picket({"poll", "huntress", "--tenant", tenant_name}, community);
  CHECK(poll.exit_code == 2);
  CHECK(contains(poll.err, "huntress"));
  CHECK(world.picket({"providers"}, {{"PICKET_EDITION", "enterprise"}}).document.at("providers").as_array().size() == 1);
  CHECK(world.picket({"providers"}, {{"PICKET_EDITION", "pro"}}).exit_code == 2);
}

STORAGE_TEST_CASE(storage, "the loaded provider keeps the contract") {
  World world(storage);
  const std::string library = text_at(world.picket({"providers"}).document.at("providers").as_array()[0].as_object(), "library");
  const std::string path = library.starts_with('/') ? library : std::string{};
  if (path.empty()) return;
  const Result valid = world.picket({"validate", path});
  CHECK(valid.exit_code == 0);
  CHECK(valid.document.at("passed").as_bool());
  CHECK(valid.document.at("checks").as_array().size() > 5);
  CHECK(world.picket({"validate", "/no/such/provider.so"}).exit_code != 0);
}
