#include "host-sim/cli/markdown_text.hpp"

#include <doctest/doctest.h>

using picket::cli::markdown_to_text;

TEST_CASE("a body as text for a terminal") {
  const struct {
    const char* markdown;
    const char* text;
  } cases[] = {
      {"", "\n"},
      {"plain", "plain\n"},
      {"## Heading\n\nText.", "Heading\n\nText.\n"},
      {"- **Severity:** high\n- **Status:** sent", "  - Severity: high\n  - Status: sent\n"},
      {"\\# \\*not\\* \\<b\\> \\[x\\](y)", "# *not* <b> [x](y)\n"},
      {"`c:\\x_y\\*.exe`", "c:\\x_y\\*.exe\n"},
      {"one\\\ntwo", "one\ntwo\n"},
      {"M\xC3\xBCller \xE2\x80\x94 \xF0\x9F\x92\xA9", "M\xC3\xBCller \xE2\x80\x94 \xF0\x9F\x92\xA9\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.markdown));
    CHECK(markdown_to_text(c.markdown) == c.text);
  }
}

TEST_CASE("a link's address is shown") {
  CHECK(markdown_to_text("- [Huntress incident 42](https://acme.huntress.io/incident_reports/42)\n") ==
        "  - Huntress incident 42 (https://acme.huntress.io/incident_reports/42)\n");
}
