#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sdk/common/text.hpp"

using picket::text::edit_distance;
using picket::text::nearest;

TEST_CASE("edit distance") {
  const struct {
    const char* a;
    const char* b;
    std::size_t distance;
  } cases[] = {{"", "", 0},      {"", "abc", 3},   {"abc", "", 3},           {"abc", "abc", 0}, {"abc", "abd", 1},
               {"abc", "ab", 1}, {"ab", "abc", 1}, {"kitten", "sitting", 3}, {"ab", "ba", 2}};
  for (const auto& c : cases) {
    CAPTURE(c.a);
    CAPTURE(c.b);
    CHECK(edit_distance(c.a, c.b) == c.distance);
    CHECK(edit_distance(c.b, c.a) == c.distance);
  }
}

TEST_CASE("the nearest name to a misspelt one, or none") {
  const std::vector<std::string> names = {"boardId", "fallbackBoardId", "backfillDays", "autoCloseTickets"};
  const struct {
    const char* word;
    const char* name;
  } cases[] = {{"boardid", "boardId"},
               {"boradId", "boardId"},
               {"fallbackBoard", "fallbackBoardId"},
               {"backfill_days", "backfillDays"},
               {"somethingElse", ""},
               {"", ""},
               {"autocloseticket", "autoCloseTickets"}};
  for (const auto& c : cases) {
    CAPTURE(c.word);
    CHECK(nearest(c.word, names) == c.name);
  }
  CHECK(nearest("boardId", std::vector<std::string>{}) == "");
}
