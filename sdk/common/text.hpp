// Text as it must be before anything stores or shows it: valid UTF-8 without control or direction characters, and names in a form
// in which the same name compares equal. Pure functions; any thread.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace picket::text {

bool is_valid_utf8(std::string_view s);

// What clean_line/clean_block had to do to the text; false means that the text came through as it was.
struct Cleaned {
  std::string text;
  bool removed_characters = false;  // control, direction or invalid characters were removed or replaced
  bool shortened = false;
};

// One line: every run of white space, line ends included, is one space; none at the ends; control and bidirectional characters are
// removed, invalid UTF-8 becomes U+FFFD; at most `max_chars` code points, the last one "…" if it was longer.
Cleaned clean_line(std::string_view s, std::size_t max_chars);

// Several lines: line ends become "\n" and tabs four spaces; else as clean_line, without folding spaces.
Cleaned clean_block(std::string_view s, std::size_t max_chars);

// Case folded and normalised (NFKC): "MÜLLER" and "müller" are equal, "Müller" and "Möller" are not.
std::string fold(std::string_view s);

// A company name's form for matching: folded, punctuation removed, white space collapsed. Empty if nothing is left.
std::string match_key(std::string_view name);

// The name among `candidates` nearest to a misspelt `word` (edit distance), or empty if none is near.
template <class Range>
std::string nearest(std::string_view word, const Range& candidates);

std::size_t edit_distance(std::string_view a, std::string_view b);

template <class Range>
std::string nearest(std::string_view word, const Range& candidates) {
  std::string best;
  std::size_t best_distance = word.size() / 3 + 2;
  for (const auto& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace picket::text
