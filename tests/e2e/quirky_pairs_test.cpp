// The life of a finding and its ticket on every pair of a vendor and a PSA, where the HaloPSA site does otherwise than it is asked: each
// row is a site with several habits at once.
#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <thread>

#include "tests/e2e/pair.hpp"
#include "tests/e2e/sync.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

struct SiteWithHabits {
  std::vector<std::string> quirks;
  std::string closed_status = "Closed";  // where a ticket rests that Picket closes
  bool keeps_priority = true;            // false: a rule overrules it
  int late_ms = 0;                       // how late the site does what it is asked
};

const SiteWithHabits sites[] = {
    {{}},
    {{"silent-status=1", "note-reopens", "system-entries", "who-ignored"}},
    {{"late-status=1", "records-changes"}, "Closed", true, 1200},
    {{"sticky-closed", "rewrites-html", "web-application"}},
    {{"closed-rests-in=Resolved", "note-sets-status=Updated"}, "Resolved"},
    {{"late-list=3", "local-times=-5h", "excludesys-ignored"}},
    {{"rule-sets-status=In Progress", "rule-assigns=Sam Okafor", "rule-sets-priority=Low", "application-named"}, "Closed", false}};

void on_all_sites(const std::function<void(const PairKind&, const SiteWithHabits&)>& test) {
  on_all_pairs([&](const PairKind& kind) {
    for (const SiteWithHabits& site : sites) {
      if (kind.is_local() && !site.quirks.empty()) continue;
      if (kind.is_huntress() && site.late_ms > 0) continue;  // Huntress allows so few requests that this would take a minute
      const std::string quirks = joined(site.quirks);
      CAPTURE(quirks);
      test(kind, site);
    }
  });
}

// A life step by step. After each step: no note twice, and on the case what people did and nothing else.
class Life {
 public:
  Life(const PairKind& kind, const SiteWithHabits& site)
      : huntress_(kind.is_huntress()),
        site_(site),
        pair_(kind, {.auto_close = true, .sync_priority = !kind.is_huntress(), .quirks = site.quirks}) {}

  Pair& pair() { return pair_; }
  SeenTicket ticket() { return pair_.psa().ticket("Beacon"); }
  bool is_closed() {
    const std::string status = ticket().status;
    return status == "Closed" || status == site_.closed_status;
  }
  std::size_t times_noted(const std::string& words) { return count_containing(ticket().notes, words); }

  // Cycles until `reached`, for a while at most: some of these sites show what was done only later.
  void wait_until(const std::string& what, const std::function<bool()>& reached) {
    CAPTURE(what);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(15);
    pair_.psa().retry();
    while (!reached() && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(400));  // Huntress allows a request per second
      pair_.psa().retry();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(site_.late_ms));  // an attempt that was repeated may still come to effect
    CHECK(reached());
  }

  void open() {
    id_ = pair_.vendor().open({.name = "Beacon"});
    wait_until("opened", [&] { return pair_.psa().tickets_of("Beacon") == 1; });
    if (!huntress_) wait_until("its number", [&] { return comments().size() == 1; });
  }
  void say_more(const std::string& words) {
    pair_.vendor().say_more(id_, words);
    if (!huntress_) people_.push_back(words);
    noted_.push_back(words);
    wait_until(words, [&] { return times_noted(words) == 1; });
    check();
  }
  void raise() {
    pair_.vendor().set_severity(id_, "critical");
    wait_until("raised", [&] { return ticket().priority == (site_.keeps_priority ? "Critical" : "Low"); });
    check();
  }
  void close_finding() {
    pair_.vendor().close(id_);
    wait_until("closed", [&] { return is_closed(); });
    check();
  }
  void reopen_finding() {
    pair_.vendor().reopen(id_);
    wait_until("reopened", [&] { return !is_closed(); });
    check();
  }
  // A technician's act; what the case then has in its newest comment, and as its status.
  void technician(const std::function<void(PsaHalf&)>& act, const std::string& comment, const std::string& status) {
    const std::string vendor_before = pair_.vendor().everything();
    act(pair_.psa());
    people_.push_back(comment);
    if (huntress_) {
      pair_.psa().retry();
      CHECK(pair_.vendor().everything() == vendor_before);
    } else {
      wait_until(comment, [&] { return count_containing(comments(), comment) == 1 && text_at(finding(), "status") == status; });
    }
    check();
  }
  // What comes late comes now.
  void rest() {
    const std::string vendor_before = pair_.vendor().everything();
    pair_.psa().settle();
    CHECK(pair_.vendor().everything() == vendor_before);  // no echo
    CHECK(pair_.psa().tickets().size() == 1);
    const json::object waiting = pair_.status().at("ticket_events").as_object();
    CHECK(waiting.at("waiting") == 0);
    CHECK(waiting.at("given_up") == 0);
    check();
  }

 private:
  json::object finding() { return pair_.vendor().finding(id_); }
  std::vector<std::string> comments() {
    std::vector<std::string> texts;
    const json::object seen = finding();
    for (const json::value& comment : seen.at("comments").as_array()) texts.push_back(text_at(comment.as_object(), "comment"));
    return texts;
  }
  void check() {
    const std::string notes = joined(ticket().notes);
    CAPTURE(notes);
    for (const std::string& words : noted_) CHECK_MESSAGE(times_noted(words) == 1, words);
    CHECK(pair_.psa().tickets_of("Beacon") == 1);
    if (huntress_) return;
    const std::vector<std::string> texts = comments();
    const std::string all = joined(texts);
    CAPTURE(all);
    CHECK(texts.size() == people_.size() + 1);  // and the ticket's number
    for (const std::string& words : people_) CHECK_MESSAGE(count_containing(texts, words) == 1, words);
  }

  bool huntress_;
  const SiteWithHabits& site_;
  Pair pair_;
  std::string id_;
  std::vector<std::string> noted_, people_;  // what the ticket has, what the case has
};

}  // namespace

TEST_CASE("on every pair, whatever the site makes of it, a finding's life is told once and no act that nobody did") {
  on_all_sites([](const PairKind& kind, const SiteWithHabits& site) {
    Life life(kind, site);
    life.open();
    life.say_more("Second words.");
    life.raise();
    life.close_finding();
    life.reopen_finding();
    life.technician([](PsaHalf& half) { half.note("Beacon", "Called the user."); }, "Called the user.", "In Progress");
    life.technician([](PsaHalf& half) { half.close("Beacon", "Reimaged the host."); }, "Reimaged the host.", "Resolved");
    CHECK(life.is_closed());
    life.technician([](PsaHalf& half) { half.reopen("Beacon"); }, "reopened", "In Progress");
    CHECK_FALSE(life.is_closed());
    life.say_more("Third words.");
    life.close_finding();
    life.rest();
    CHECK(life.is_closed());
  });
}
