#include "host-sim/psa/halopsa/pages.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace picket::psa::halopsa;

TEST_CASE("When a list goes on") {
  struct Read {
    std::size_t rows, fresh;
    std::optional<std::size_t> total;
  };
  struct Case {
    const char* name;
    std::vector<Read> pages;
    bool goes_on, stuck, shrunk;
  };
  const std::vector<Case> cases = {
      {"an empty list", {{0, 0, 0}}, false, false, false},
      {"all on one page", {{40, 40, 40}}, false, false, false},
      {"a full page that is all", {{100, 100, 100}}, false, false, false},
      {"a full page of more", {{100, 100, 101}}, true, false, false},
      {"the last of more", {{100, 100, 101}, {1, 1, 101}}, false, false, false},
      {"smaller pages than asked for", {{50, 50, 120}}, true, false, false},
      {"fewer rows than counted", {{50, 50, 120}, {0, 0, 120}}, false, false, false},
      {"a page that repeats", {{100, 100, 300}, {100, 0, 300}}, false, true, false},
      {"a list that shrank", {{100, 100, 250}, {100, 100, 249}}, true, false, true},
      {"a plain array", {{7, 7, std::nullopt}}, false, false, false},
      {"a plain array of a full page", {{100, 100, std::nullopt}}, true, false, false},
      {"a site without pages", {{250, 250, std::nullopt}, {250, 0, std::nullopt}}, false, false, false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    PageWalk walk;
    bool goes_on = true;
    for (const Read& page : c.pages) goes_on = walk.goes_on(page.rows, page.fresh, page.total);
    CHECK(goes_on == c.goes_on);
    CHECK(walk.is_stuck() == c.stuck);
    CHECK(walk.has_shrunk() == c.shrunk);
  }
}
