#include "host-sim/psa/tokens.hpp"

#include <doctest/doctest.h>

using namespace picket::psa;

TEST_CASE("a ticket's token depends on the finding and on nothing else") {
  const std::string token = ticket_token("huntress", "https://api.huntress.io", "Acme", "17");
  CHECK(token == "dde82885e3e0281b");
  CHECK(token == ticket_token("huntress", "https://api.huntress.io", "Acme", "17"));
  CHECK(token != ticket_token("huntress", "https://api.huntress.io", "Acme", "18"));
  CHECK(token != ticket_token("huntress", "https://api.huntress.io", "Acme1", "7"));
  CHECK(token != ticket_token("huntress", "https://other.example", "Acme", "17"));
  CHECK(token != ticket_token("stellar-cyber", "https://api.huntress.io", "Acme", "17"));
}

TEST_CASE("a note that Picket wrote is known by its last line") {
  struct Case {
    const char* text;
    bool ours;
  };
  const Case cases[] = {
      {"Words\n\npicket-0123456789abcdef", true},
      {"Words\n\n(picket-0123456789abcdef)\n \n", true},
      {"Words\r\nref. picket-0123456789abcdef.\r\n", true},
      {"picket-0123456789abcdef", true},
      {"Words picket-0123456789abcdef\nmore words", false},
      {"An answer\n\n> Words\n> picket-0123456789abcdef", false},
      {"picket-0123456789abcde", false},
      {"picket-0123456789abcdef0", false},
      {"picket-0123456789abcdeg", false},
      {"picket-0123456789ABCDEF", false},
      {"picket- picket-0123456789abcdef", true},
      {"", false},
      {" \n ", false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CHECK(signature_of(c.text) == (c.ours ? "0123456789abcdef" : ""));
  }
}

TEST_CASE("a token is found wherever it stands in a note") {
  CHECK(holds_token("a (picket-0123456789abcdef) b", "0123456789abcdef"));
  CHECK_FALSE(holds_token("picket-0123456789abcdee", "0123456789abcdef"));
  CHECK_FALSE(holds_token("words", ""));
}
