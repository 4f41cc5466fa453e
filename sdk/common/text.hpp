// Cleans text before it is stored or shown (valid UTF-8 without control or direction characters), and brings names into a form in which
// equal names compare equal. Pure functions; any thread.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace picket::text {

[[nodiscard]] bool is_valid_utf8(std::string_view s);

// What clean_line and clean_block changed.
struct Cleaned {
  std::string text;
  bool removed_characters = false;  // control, direction or invalid characters were removed or replaced
  bool shortened = false;
};

// One line: runs of white space, including line ends, become one space, with none at the ends; control and bidirectional characters are
// removed; invalid UTF-8 becomes U+FFFD. At most `max_chars` code points, the last one "…" if the text was longer.
[[nodiscard]] Cleaned clean_line(std::string_view s, std::size_t max_chars);

// Several lines: line ends become "\n" and tabs four spaces; otherwise like clean_line, without collapsing spaces.
[[nodiscard]] Cleaned clean_block(std::string_view s, std::size_t max_chars);

// Case folded and normalised (NFKC): "MÜLLER" and "müller" are equal, "Müller" and "Möller" are not.
[[nodiscard]] std::string fold(std::string_view s);

// A company name in the form used for matching: folded, without punctuation, white space collapsed. Empty if nothing is left.
[[nodiscard]] std::string match_key(std::string_view name);

// The candidate nearest to a misspelt `word` by edit distance, or empty if none is near.
template <class Range>
std::string nearest(std::string_view word, const Range& candidates);

[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

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
