#include "plugin/huntress/hosts.hpp"

#include <doctest/doctest.h>

using huntress::Agent;
using huntress::match_asset;
using picket::Asset;

TEST_CASE("the asset that is a host") {
  const Asset pc1{"a1", "c", "PC-1", "SN1"};
  const Asset pc1_again{"a2", "c", "pc-1", "SN2"};
  const Asset pc1_same_serial{"a3", "c", "Pc-1", "sn1"};
  const Asset pc1_no_serial{"a4", "c", "pc-1", ""};
  const Asset pc2{"a5", "c", "PC-2", "SN1"};
  const Asset muller{"a6", "c", "M\xC3\x9CLLER-PC", ""};
  const struct {
    const char* what;
    const char* hostname;
    const char* serial;
    std::vector<Asset> assets;
    const char* asset;
  } cases[] = {
      {"no assets", "PC-1", "SN1", {}, ""},
      {"the only one", "PC-1", "", {pc1, pc2}, "a1"},
      {"case does not matter", "pc-1", "", {pc1, pc2}, "a1"},
      {"case beyond ASCII", "m\xC3\xBCller-pc", "", {muller}, "a6"},
      {"the only one, with another serial number", "PC-1", "SN9", {pc1}, "a1"},
      {"another name", "PC-3", "SN1", {pc1, pc2}, ""},
      {"part of a name", "PC", "SN1", {pc1, pc2}, ""},
      {"two of the name, no serial number", "PC-1", "", {pc1, pc1_again}, ""},
      {"two of the name, none with the serial number", "PC-1", "SN9", {pc1, pc1_again}, ""},
      {"two of the name, one with the serial number", "PC-1", "SN2", {pc1, pc1_again}, "a2"},
      {"the serial number in another case", "PC-1", "sn2", {pc1, pc1_again}, "a2"},
      {"two of the name with one serial number", "PC-1", "SN1", {pc1, pc1_same_serial, pc1_again}, ""},
      {"two of the name without serial numbers", "PC-1", "", {pc1_no_serial, pc1_no_serial}, ""},
      {"the serial number of another name", "PC-1", "SN1", {pc2, pc1_again, pc1_no_serial}, ""},
      {"no hostname", "", "SN1", {pc1, {"a7", "c", "", "SN1"}}, ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    Agent agent;
    agent.hostname = c.hostname;
    agent.serial_number = c.serial;
    const Asset* asset = match_asset(agent, c.assets);
    CHECK((asset == nullptr ? "" : asset->asset_id) == c.asset);
  }
}
