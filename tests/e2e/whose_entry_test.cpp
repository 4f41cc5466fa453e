// Whose an entry is, and what it says: entries of rules and programs, mails, images and corrections, by the built command.
#include <doctest/doctest.h>

#include "host-sim/store/database.hpp"
#include "tests/e2e/sync.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

constexpr const char* example_case = R"("name":"Odd logins","severity":"High","tenant_name":"Contoso")";

SyncedPairOptions with_quirks(const std::vector<std::string>& quirks) {
  SyncedPairOptions options;
  for (const std::string& quirk : quirks) options.halo_options.insert(options.halo_options.end(), {"--quirk", quirk});
  return options;
}

// A case and its ticket, after what opening it brings.
struct Opened : SyncedPair {
  explicit Opened(const std::vector<std::string>& quirks = {}) : SyncedPair(with_quirks(quirks)), id(add_case(example_case)) { cycles(); }

  void cycles(int count = 2) {
    for (int i = 0; i < count; ++i) cycle();
  }
  void act(const std::string& members) { technician(id, members); }
  std::vector<std::string> said() { return comments(id); }
  std::size_t said(const std::string& part) { return count_containing(comments(id), part); }

  // The number of the ticket's newest entry with these words.
  std::string action(const std::string& words) {
    std::string found;
    const json::object t = ticket(id);
    for (const json::value& a : t.at("actions").as_array())
      if (contains(text_at(a.as_object(), "note"), words)) found = std::to_string(json::integer_at(a.as_object(), "id").value_or(0));
    REQUIRE_FALSE(found.empty());
    return found;
  }
  void correct_comment(const std::string& words, const std::string& corrected) {
    json::array all = a_case(id).at("comments").as_array();
    bool found = false;
    for (json::value& c : all) {
      if (!contains(text_at(c.as_object(), "comment"), words)) continue;
      c.as_object()["comment"] = corrected;
      found = true;
    }
    REQUIRE(found);
    change_case(id, R"("comments":)" + json::to_string(all));
  }

  const std::string id;
};

}  // namespace

TEST_CASE("entries of rules and SLAs are nobody's notes, whether the site leaves them out or not") {
  for (const std::vector<std::string>& quirks : {std::vector<std::string>{"system-entries"}, {"system-entries", "excludesys-ignored"}}) {
    Opened sync(quirks);
    sync.act(R"("system":true,"note":"The response target will be missed.")");
    sync.act(R"("system":true,"who":"Jane Doe","note":"Moved by a workflow.")");
    sync.analyst(sync.id, R"("status":"Resolved")");  // our closing brings an entry of the site
    sync.cycles();
    const std::vector<std::string> said = sync.said();
    CAPTURE(joined(said));
    CHECK(said.size() == 1);  // the ticket's number
    CHECK(text_at(sync.a_case(sync.id), "status") == "Resolved");
    sync.act(R"("note":"The response target will be missed.","who":"Kim Lee")");  // a person's words are a person's
    sync.cycles();
    CHECK(sync.said("Kim Lee wrote on HaloPSA ticket") == 1);
  }
}

TEST_CASE("a merge is no note") {
  Opened sync({"excludesys-ignored"});
  sync.halo().control("/_sim/people",
                      R"({"ticket":)" + text_at(sync.ticket(sync.id), "id") + R"(,"who":"Jane Doe","note":"Same as the other."})");
  const std::string other = sync.add_case(R"("name":"The other")");
  sync.cycles();
  sync.technician(other, R"("merge_into":)" + text_at(sync.ticket(sync.id), "id"));
  sync.cycles();
  for (const std::string& id : {sync.id, other}) {
    const std::vector<std::string> said = sync.comments(id);
    CAPTURE(joined(said));
    CHECK(count_containing(said, "was merged into this one") == 0);
    CHECK(count_containing(said, "Merged into the ticket") == 0);
  }
}

TEST_CASE("what the site records of our own changes is ours, whatever it calls us") {
  for (const std::vector<std::string>& quirks :
       {std::vector<std::string>{"records-changes"},
        {"records-changes", "application-named", "who-ignored"},
        {"records-changes", "application-named=Sync", "rewrites-html", "web-application", "excludesys-ignored"}}) {
    Opened sync(quirks);
    CAPTURE(quirks.back());
    sync.change_case(sync.id, R"("severity":"Critical","status":"In Progress")");
    sync.analyst(sync.id, R"("comment":"From the analyst.")");
    sync.cycles();
    sync.analyst(sync.id, R"("status":"Resolved")");
    sync.cycles(3);
    const std::vector<std::string> said = sync.said();
    CAPTURE(joined(said));
    CHECK(said.size() == 2);  // the ticket's number and the analyst's own
    CHECK(text_at(sync.a_case(sync.id), "status") == "Resolved");
  }
}

TEST_CASE("a note by another application names it, the site's own interface needs no mention") {
  Opened sync({"web-application", "application-named"});
  sync.act(R"("who":"Kim Lee","note":"Disk replaced.","application":"Remote Monitor")");
  sync.act(R"("who":"Sam Okafor","note":"Called the customer.")");
  sync.cycles();
  CAPTURE(joined(sync.said()));
  CHECK(sync.said("Kim Lee via Remote Monitor wrote on HaloPSA ticket") == 1);
  CHECK(sync.said("Sam Okafor wrote on HaloPSA ticket") == 1);
}

TEST_CASE("a mail that was written from the ticket is carried as a note is") {
  Opened sync;
  sync.act(R"("who":"Kim Lee","email_html":"<p>Dear customer,</p><p>please reboot &amp; call.</p><img src='logo.png'>")");
  sync.cycles();
  CAPTURE(joined(sync.said()));
  CHECK(sync.said("Kim Lee wrote on HaloPSA ticket") == 1);
  CHECK(sync.said("Dear customer,\nplease reboot & call.") == 1);
}

TEST_CASE("images are mentioned and cost no words") {
  Opened sync;
  const std::string pixels(1'200'000, 'A');
  sync.act(R"("note_html":"<p><img src=\"data:image/png;base64,)" + pixels + R"(\"></p>")");
  sync.act(R"("note_html":"<p>line one</p><p><img src=\"data:image/png;base64,)" + pixels + R"(\"></p><p>line two</p>")");
  sync.act(R"("note_html":"<p>)" + std::string(40'000, 'x') + R"(</p>")");
  sync.cycles();
  const std::string url = sync.halo().url() + "/tickets?id=" + text_at(sync.ticket(sync.id), "id");
  CHECK(sync.said(":\n\n(an image; see the ticket: " + url + ")") == 1);
  CHECK(sync.said("line one\nline two\n\n(with an image; see the ticket: " + url + ")") == 1);
  CHECK(sync.said("xxx… (cut; the rest is in HaloPSA)") == 1);
  CHECK(sync.said().size() == 4);
}

TEST_CASE("a technician's correction reaches the vendor once, as one") {
  Opened sync({"rewrites-html"});
  sync.act(R"("who":"Kim Lee","note":"Isolate host A.")");
  sync.analyst(sync.id, R"("comment":"We look at it.")");  // a note of ours, which the site rewrites
  sync.cycles();
  sync.act(R"("who":"Kim Lee","edit_action":)" + sync.action("Isolate host A.") + R"(,"note":"Isolate host B.")");
  sync.cycles(3);
  CAPTURE(joined(sync.said()));
  CHECK(sync.said("Isolate host A.") == 1);
  CHECK(sync.said("Kim Lee wrote on HaloPSA ticket") == 2);
  CHECK(sync.said("Correction of a note of ") == 1);
  CHECK(sync.said("Isolate host B.") == 1);
  sync.act(R"("who":"Kim Lee","edit_action":)" + sync.action("Isolate host B.") + R"(,"note":"Isolate host C.")");
  sync.cycles(3);
  CHECK(sync.said("Correction of a note of ") == 2);
  CHECK(sync.said("Isolate host C.") == 1);
  CHECK(sync.notes(sync.id).size() == 2);  // nothing of it comes back
}

TEST_CASE("an analyst's correction becomes a note that says so, once") {
  Opened sync;
  sync.vendor().control("/_sim/people", R"({"case":")" + sync.id + R"(","user":"Mira Sato","comment":"Reset the password of jane."})");
  sync.cycles();
  CHECK(count_containing(sync.notes(sync.id), "Comment in Stellar Cyber by Mira Sato") == 1);
  sync.correct_comment("of jane", "Reset the password of jim.");
  sync.cycles(3);
  const std::vector<std::string> notes = sync.notes(sync.id);
  CAPTURE(joined(notes));
  CHECK(notes.size() == 2);
  CHECK(count_containing(notes, "Correction of the comment in Stellar Cyber by Mira Sato") == 1);
  CHECK(count_containing(notes, "of jim.") == 1);
  CHECK(sync.said().size() == 2);
}

TEST_CASE("a database from before corrections were noticed takes the words over silently") {
  Opened sync;
  sync.act(R"("who":"Kim Lee","note":"Isolate host A.")");
  sync.analyst(sync.id, R"("comment":"Reset the password of jane.")");
  sync.cycles();
  {
    store::Database db("sqlite:" + sync.database());
    const std::string ids = "[" + sync.action("Isolate host A.") + "," + sync.action("of jane") + "," + sync.action("Odd logins") + "]";
    json::array seen;
    const json::value parsed = json::parse(ids, "ids");
    for (const json::value& id : parsed.as_array()) seen.emplace_back(json::to_string(id));
    db.execute("UPDATE picket_remote_tickets SET seen_notes = ?", {json::to_string(seen)});
  }
  sync.act(R"("who":"Kim Lee","edit_action":)" + sync.action("Isolate host A.") + R"(,"note":"Isolate host B.")");
  sync.cycles();
  CHECK(sync.said("Correction") == 0);
  sync.act(R"("who":"Kim Lee","edit_action":)" + sync.action("Isolate host B.") + R"(,"note":"Isolate host C.")");
  sync.cycles();
  CHECK(sync.said("Correction") == 1);
}

TEST_CASE("people have their names on both sides") {
  Opened sync;
  sync.vendor().control("/_sim/people", R"([{"case":")" + sync.id + R"(","user":"Mira Sato","severity":"Low","assignee":"Ravi Patel"},
      {"case":")" + sync.id + R"(","user":"Mira Sato","comment":"Mine."}])");
  sync.cycles();
  const std::string notes = joined(sync.notes(sync.id));
  CAPTURE(notes);
  CHECK(contains(notes, "(last by Mira Sato)"));
  CHECK(contains(notes, "Ravi Patel"));
  CHECK_FALSE(contains(notes, "u-mira"));
  CHECK_FALSE(contains(notes, "u-ravi"));
  sync.act(R"("who":"Sam Okafor","note":"All done here.","close":true,"closure_note":"False alarm.")");
  sync.cycles();
  CAPTURE(joined(sync.said()));
  CHECK(sync.said("Sam Okafor closed HaloPSA ticket") == 1);
  CHECK(text_at(sync.a_case(sync.id), "status") == "Resolved");
  CHECK(sync.said("Somebody") == 0);
}
