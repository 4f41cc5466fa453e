#include "host-sim/psa/halopsa/names.hpp"

#include <doctest/doctest.h>

using namespace picket::psa;
using namespace picket::psa::halopsa;

namespace {

Wanted wanted(std::string name, std::string id = {}) {
  return {.name_key = "HALOPSA_TEAM_NAME", .id_key = "HALOPSA_TEAM_ID", .name = std::move(name), .id = std::move(id)};
}

std::vector<RemoteEntity> teams() {
  return {{.id = "1", .name = "1st Line Support"}, {.id = "2", .name = "Security"}, {.id = "3", .name = "security"},
          {.id = "4", .name = "Projects"},         {.id = "5", .name = "Müller"},   {.id = "6", .name = "Retired", .inactive = true}};
}

}  // namespace

TEST_CASE("Choosing by id and by name") {
  struct Case {
    std::string name, id, expected;
  };
  const std::vector<Case> cases = {
      {"Security", "", "2"}, {"security", "", "3"},  {"PROJECTS", "", "4"}, {"MÜLLER", "", "5"},
      {"", "4", "4"},        {"Security", "4", "4"}, {"", "", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CAPTURE(c.id);
    std::vector<Problem> problems;
    const auto found = choose("team", wanted(c.name, c.id), teams(), problems);
    CHECK(problems.empty());
    CHECK((found ? found->id : "") == c.expected);
  }
}

TEST_CASE("What cannot be chosen is reported with what there is") {
  struct Case {
    std::string name, id, expected;
  };
  const std::vector<Case> cases = {
      {"Securty", "",
       "HALOPSA_TEAM_NAME: there is no team \"Securty\" in HaloPSA; there are: Security, security, Projects, Müller, 1st Line Support"},
      {"", "77",
       "HALOPSA_TEAM_ID: there is no team with the id 77 in HaloPSA; there are: 1st Line Support (1), Security (2), security (3), Projects "
       "(4), "
       "Müller (5)"},
      {"SECURITY", "", "HALOPSA_TEAM_NAME: HaloPSA has 2 times a team \"SECURITY\", with the ids 2, 3; set HALOPSA_TEAM_ID"},
      {"Retired", "",
       "HALOPSA_TEAM_NAME: the team \"Retired\" is inactive in HaloPSA; there are: Security, security, Müller, Projects, 1st Line Support"},
  };
  for (const Case& c : cases) {
    std::vector<Problem> problems;
    CHECK_FALSE(choose("team", wanted(c.name, c.id), teams(), problems));
    REQUIRE(problems.size() == 1);
    CHECK(problems.front().text == c.expected);
  }
}

TEST_CASE("Long and empty lists") {
  std::vector<RemoteEntity> clients;
  for (int i = 0; i < 500; ++i) clients.push_back({.id = std::to_string(i), .name = "Client " + std::to_string(i)});
  clients.push_back({.id = "900", .name = "Northwind Traders"});
  std::vector<Problem> problems;
  choose("client", wanted("Northwind Trader"), clients, problems);
  choose("client", wanted("Northwind Trader"), {}, problems);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].text.find("there are: Northwind Traders, ") != std::string::npos);
  CHECK(problems[0].text.ends_with(" and 481 more"));
  CHECK(problems[1].text.ends_with("; there are none"));
}
