// `picket check` says what a HaloPSA site would refuse, and leaves no trace there.
#include <doctest/doctest.h>

#include "tests/e2e/sync.hpp"

using namespace picket;
using namespace picket::e2e;

TEST_CASE("check names missing rights, required fields, what closed means and clocks that differ, and changes nothing") {
  const struct {
    const char* quirk;  // "": none
    int exit_code;
    const char* said;
  } cases[] = {
      {"", 0, "closed means the status \"Closed\" (9), and a reopened ticket gets \"New\" (1)"},
      {"", 0, "may open tickets of the type \"Incident\""},
      {"", 0, "not tried, since it would leave a trace"},
      {"right-missing=add-tickets", 2, "Can add new Tickets"},
      {"right-missing=modify-tickets", 2, "Tickets Access Level: Read and Modify"},
      {"right-missing=read-tickets", 2, "Tickets Access Level: Read Only"},
      {"right-missing=use-ticket-types", 2, "Allow use of all Ticket Types"},
      {"required-on-create=user_id", 2, "user_id"},
      {"required-on-create=priority_id", 0, "may open tickets of the type \"Incident\""},  // which Picket sends
      {"clock-skew=630", 0, "HaloPSA's clock and this machine's differ by 10 minutes"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.quirk);
    std::vector<std::string> options;
    if (*c.quirk != '\0') options = {"--quirk", c.quirk};
    SyncedPair site({.halo_options = options});
    const std::string before = json::to_string(site.halo().show("/_sim/tickets"));
    const Output checked = site.run({"check"});
    CHECK_MESSAGE(contains(checked.out + checked.err, c.said), checked.out << checked.err);
    CHECK(checked.exit_code == c.exit_code);
    CHECK(json::to_string(site.halo().show("/_sim/tickets")) == before);
  }
}

TEST_CASE("check does not say that tickets may be opened where the site did not judge the attempt") {
  for (const char* kind : {"500", "html"}) {
    CAPTURE(kind);
    SyncedPair site;
    site.halo().fault(R"({"path":"/api/Tickets","method":"POST","kind":")" + std::string(kind) + R"(","times":9})");
    const Output checked = site.run({"check"});
    const std::string said = checked.out + checked.err;
    CHECK_MESSAGE(!contains(said, "may open tickets"), said);
    CHECK_MESSAGE(contains(said, "look for a ticket named"), said);
    CHECK(checked.exit_code == 0);
  }
}
