#include "sdk/lifecycle/fingerprint.hpp"

#include <doctest/doctest.h>

using picket::lifecycle::Fingerprint;
using picket::lifecycle::version_of;

TEST_CASE("a fingerprint keeps its parts apart") {
  CHECK(Fingerprint().add("ab").add("c").text("") != Fingerprint().add("a").add("bc").text(""));
  CHECK(Fingerprint().add("").add("a").text("") != Fingerprint().add("a").add("").text(""));
  CHECK(Fingerprint().add("a").text("") == Fingerprint().add("a").text(""));
}

TEST_CASE("a fingerprint is stored, so its value may not change between builds") {
  CHECK(Fingerprint().add("sent").add("high").text("2026-06-09T14:00:00.000Z") == "2026-06-09T14:00:00.000Z/79184905bcd60ed3");
}

TEST_CASE("the version is what stands before the slash") {
  CHECK(version_of("2026-06-09T14:00:00.000Z/0123") == "2026-06-09T14:00:00.000Z");
  CHECK(version_of("/0123").empty());
  CHECK(version_of("gone").empty());
  CHECK(version_of("").empty());
}
