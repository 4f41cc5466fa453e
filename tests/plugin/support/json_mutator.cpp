#include "tests/plugin/support/json_mutator.hpp"

#include <iterator>

namespace picket::test {

void JsonMutator::mutate(json::value& v, unsigned per_mille) {
  if (random_() % 1000 < per_mille) v = anything(0);
  if (json::object* o = v.if_object()) {
    if (!o->empty() && random_() % 1000 < per_mille) o->erase(std::next(o->begin(), static_cast<std::ptrdiff_t>(below(o->size()))));
    if (random_() % 1000 < per_mille) (*o)[text()] = anything(0);
    for (auto& member : *o) mutate(member.value(), per_mille);
  } else if (json::array* a = v.if_array()) {
    if (random_() % 1000 < per_mille) a->push_back(anything(0));
    for (json::value& item : *a) mutate(item, per_mille);
  }
}

json::value JsonMutator::anything(int depth) {
  switch (below(depth > 3 ? 8 : 10)) {
    case 0: return nullptr;
    case 1: return random_() % 2 == 0;
    case 2: return static_cast<std::int64_t>(random_()) * (random_() % 2 == 0 ? 1 : -1);
    case 3: return static_cast<double>(random_()) / 7 * (random_() % 3 == 0 ? 1e290 : 1);
    case 4: return UINT64_MAX;
    case 5: return boost::json::string(std::to_string(random_() % 100));
    case 6:
    case 7: return boost::json::string(text());
    case 8: {
      json::array a;
      for (std::size_t n = below(4); n > 0; --n) a.push_back(anything(depth + 1));
      return a;
    }
    default: {
      json::object o;
      const char* const keys[] = {"id", "name", "description", "items", "total_count", "has_more", "parameters", "action", "status"};
      for (std::size_t n = below(5); n > 0; --n) o[keys[below(std::size(keys))]] = anything(depth + 1);
      return o;
    }
  }
}

std::string JsonMutator::text() {
  static const std::string_view pieces[] = {"<script>",
                                            "</p>",
                                            "<img src=x>",
                                            "[a](http://e.example)",
                                            "http://e.example",
                                            "www.e.example",
                                            "a@e.example",
                                            "`",
                                            "``",
                                            "```",
                                            "\n",
                                            "\n\n",
                                            "\r",
                                            "\t",
                                            "# ",
                                            "- ",
                                            "1. ",
                                            "> ",
                                            "    ",
                                            "|",
                                            "| - |\n",
                                            "---\n",
                                            "===\n",
                                            "~~~\n",
                                            "*",
                                            "_",
                                            "\\",
                                            "&amp;",
                                            "<",
                                            ">",
                                            "[",
                                            "]",
                                            "(",
                                            ")",
                                            "!",
                                            "$",
                                            "^",
                                            "~",
                                            ":",
                                            std::string_view("\0", 1),
                                            "\x1B[31m",
                                            "\x7F",
                                            "\xC2\x85",
                                            "\xE2\x80\xAE",
                                            "\xE2\x80\xA8",
                                            "\xEF\xBB\xBF",
                                            "\xEF\xBF\xBF",
                                            "\xED\xA0\x80",
                                            "\xFF",
                                            "\xC3",
                                            "\xF3\xA0\x81\x81",
                                            "word",
                                            " ",
                                            "\xC3\xBC",
                                            "\xF0\x9F\x92\xA9",
                                            "2026-06-09T14:00:00Z",
                                            "c:\\x.exe"};
  std::string out;
  for (std::size_t n = below(12); n > 0; --n) out += pieces[below(std::size(pieces))];
  if (below(200) == 0)
    for (int n = 0; n < 12; ++n) out += out.substr(0, 4000);
  return out;
}

}  // namespace picket::test
