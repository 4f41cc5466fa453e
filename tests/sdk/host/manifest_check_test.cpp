#include "sdk/host/manifest_check.hpp"

#include <doctest/doctest.h>

#include "sdk/conformance/fakes.hpp"
#include "sdk/host/manifest_file.hpp"

using namespace picket;
using namespace picket::host;

TEST_CASE("a provider must keep its manifest") {
  const LoadedProvider example = LoadedProvider::load(PICKET_EXAMPLE_PROVIDER);
  const Manifest manifest = load_manifest(PICKET_EXAMPLE_MANIFEST, PICKET_MANIFEST_SCHEMA);
  CHECK_NOTHROW(check_against_manifest(example, manifest));

  Manifest other = manifest;
  other.id = "acme";
  CHECK_THROWS_WITH_AS(check_against_manifest(example, other), doctest::Contains("has the id \"acme-example\""), Error);
  CHECK_THROWS_WITH_AS(check_against_manifest(example, other), doctest::Contains("announces \"acme\""), Error);
  other = manifest;
  other.abi_major = 2;
  CHECK_THROWS_WITH_AS(check_against_manifest(example, other), doctest::Contains("contract major number \"1\""), Error);
  other = manifest;
  other.category = "backup";
  CHECK_THROWS_WITH_AS(check_against_manifest(example, other), doctest::Contains("category"), Error);
}

TEST_CASE("an instance offers what its manifest announces") {
  picket::conformance::fakes::Host host("{}");
  const Call call{.clock = host.clock, .progress = {}};
  const ProviderSession polls_only(LoadedProvider::load(PICKET_BAD_PROVIDER), {"t", "i", "bad:polls-only"}, host.offer(), call);
  Manifest manifest;
  manifest.file = "bad.json";
  manifest.capabilities = {"poll"};
  CHECK_NOTHROW(check_against_manifest(polls_only, manifest));
  manifest.capabilities = {"poll", "ticket_events"};
  CHECK_THROWS_WITH_AS(check_against_manifest(polls_only, manifest),
                       "bad.json announces the capability \"ticket_events\", which the provider does not offer", Error);
  manifest.capabilities = {"poll", "organizations"};
  CHECK_THROWS_WITH_AS(check_against_manifest(polls_only, manifest),
                       "bad.json announces the capability \"organizations\", which the provider does not offer", Error);
}
