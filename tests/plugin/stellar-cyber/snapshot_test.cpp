#include "plugin/stellar-cyber/snapshot.hpp"

#include <doctest/doctest.h>

#include "sdk/common/time_text.hpp"
#include "sdk/lifecycle/metadata.hpp"

using namespace stellar;
namespace json = picket::json;

namespace {

picket::Alert alert_of(const std::string& metadata) {
  picket::Alert a;
  a.external_id = "c1";
  a.metadata = metadata;
  return a;
}

Snapshot again(const Snapshot& s) { return read_snapshot(alert_of(write_snapshot(s))); }

using Values = std::vector<std::string>;

}  // namespace

TEST_CASE("a snapshot survives being written and read") {
  Snapshot s;
  s.known.id = "c1";
  s.known.name = "Case";
  s.known.version = 7;
  s.url = "https://stellar.example/cases/case-detail/c1";
  s.seen_comments = {"k1", "k2"};
  s.comment_digests = {{"k2", "/abcd"}};
  s.own_severities.add("High");
  s.own_statuses.add("Resolved");
  s.own_statuses.add("In Progress");
  s.own_writes = 3;
  s.comments_pending = true;
  s.parts_pending = true;
  s.parts.summary = "";
  s.parts.observables = std::vector<Observables>{};
  s.imported = true;
  const Snapshot back = again(s);
  CHECK(back.known.id == "c1");
  CHECK(back.known.version == 7);
  CHECK(back.url == s.url);
  CHECK(back.seen_comments == s.seen_comments);
  CHECK(back.comment_digests == s.comment_digests);
  CHECK(back.own_severities.values() == Values{"High"});
  CHECK(back.own_statuses.values() == Values{"Resolved", "In Progress"});
  CHECK(back.own_writes == 3);
  CHECK(back.comments_pending);
  CHECK(back.parts_pending);
  CHECK(back.incomplete());
  CHECK(back.parts.summary == "");
  REQUIRE(back.parts.observables);
  CHECK(back.parts.observables->empty());
  CHECK_FALSE(back.parts.alerts);
  CHECK_FALSE(back.parts.complete());
  CHECK(back.imported);
  CHECK(write_snapshot(back) == write_snapshot(s));
}

TEST_CASE("parts are kept as long as others are missing") {
  Snapshot s;
  s.parts_pending = true;
  s.parts.observables = std::vector<Observables>{{"ip", {"10.0.0.1", "a, b=c"}}, {"url", {"https://x"}}};
  s.parts.alerts = std::vector<CaseAlert>{{"a1", "index", "Odd login", "71.5"}, {"", "", "", ""}};
  const Snapshot back = again(s);
  REQUIRE(back.parts.observables);
  CHECK(back.parts.observables->at(0).values == Values{"10.0.0.1", "a, b=c"});
  CHECK(back.parts.observables->at(1).kind == "url");
  REQUIRE(back.parts.alerts);
  CHECK(back.parts.alerts->size() == 2);
  CHECK(back.parts.alerts->at(0).name == "Odd login");
  CHECK(back.parts.alerts->at(0).score == "71.5");
  s.parts_pending = false;
  CHECK_FALSE(json::parse_object(write_snapshot(s), "snapshot").contains("parts"));
}

TEST_CASE("all comments seen stands for any") {
  Snapshot s;
  s.all_comments_seen = true;
  s.seen_comments = {"k1"};
  const Snapshot back = again(s);
  CHECK(back.all_comments_seen);
  CHECK(back.seen_comments.empty());
}

TEST_CASE("what another program left behind") {
  const Snapshot all = read_snapshot(alert_of(R"({"imported":true,"seen_comments":"all"})"));
  CHECK(all.imported);
  CHECK(all.all_comments_seen);
  CHECK(all.known.id == "c1");
  const Snapshot some = read_snapshot(alert_of(R"({"imported":true,"seen_comments":["k1","k2",3,null]})"));
  CHECK(some.seen_comments == std::set<std::string>{"k1", "k2"});
  CHECK_FALSE(some.all_comments_seen);
}

TEST_CASE("metadata of any kind are read as far as they go") {
  for (const char* metadata :
       {"", "null", "[]", "{", "7", "{}", R"({"own":[],"pending":{},"parts":[],"seen_comments":7,"minimal":"yes"})",
        R"({"own":{"severity":"High","status":[1,null],"writes":"x"},"parts":{"alerts":{},"observables":[],"summary":[]}})"}) {
    CAPTURE(std::string(metadata));
    const Snapshot s = read_snapshot(alert_of(metadata));
    CHECK(s.known.id == "c1");
    CHECK(s.own_severities.values().empty());
    CHECK(s.own_writes == 0);
    CHECK_FALSE(s.incomplete());
    CHECK_FALSE(s.imported);
    CHECK_FALSE(s.parts.summary);
  }
}

TEST_CASE("an error beside the snapshot") {
  using picket::lifecycle::with_processing_error;
  const auto at = *picket::parse_time("2026-06-09T14:00:00Z");
  const std::string with = with_processing_error(R"({"name":"Case","imported":true})", 2, "it\nfailed", at, false);
  const json::object o = json::parse_object(with, "metadata");
  CHECK(json::to_string(o.at("processing_error")) == R"({"message":"it failed","attempts":2,"at":"2026-06-09T14:00:00.000Z"})");
  CHECK(read_snapshot(alert_of(with)).known.name == "Case");
  CHECK(read_snapshot(alert_of(with)).imported);
  CHECK_FALSE(picket::lifecycle::is_minimal(with));
  CHECK(picket::lifecycle::is_minimal(with_processing_error(with, 3, "again", at, true)));
  CHECK(picket::lifecycle::is_minimal(with_processing_error("<html>", 1, std::string(9999, 'x'), at, true)));
  // The next success forgets it.
  CHECK_FALSE(json::parse_object(write_snapshot(read_snapshot(alert_of(with))), "metadata").contains("processing_error"));
}

TEST_CASE("values of ours, in their order") {
  OwnValues v;
  CHECK_FALSE(v.shows("High"));
  v.add("High");
  v.add("High");
  v.add("Low");
  v.add("High");
  CHECK(v.values() == Values{"High", "Low", "High"});
  CHECK(v.contains("Low"));
  CHECK_FALSE(v.contains("Medium"));
  CHECK_FALSE(v.shows("Medium"));
  CHECK(v.values().size() == 3);

  OwnValues first = v;
  CHECK(first.shows("Low"));
  CHECK(first.values() == Values{"High"});
  CHECK(first.shows("High"));
  CHECK(first.values().empty());

  OwnValues last = v;
  CHECK(last.shows("High"));  // the last of them
  CHECK(last.values().empty());

  v.remove("High");
  CHECK(v.values() == Values{"High", "Low"});
  v.remove("Medium");
  v.remove("High");
  CHECK(v.values() == Values{"Low"});
}
