// Vendor text rendered by cmark-gfm with every extension of GitHub's dialect: nothing but text, line breaks and code spans may come out.
#include "sdk/common/markdown.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <random>
#include <regex>
#include <string>

#include "sdk/common/text.hpp"
#include "tests/support/gfm.hpp"

namespace md = picket::markdown;
using picket::test::RenderAs;
using picket::test::rendered;

namespace {

// What is left of the HTML after the tags that text may produce.
std::string foreign_tags(const std::string& html) {
  std::string rest = std::regex_replace(html, std::regex("</?(p|code)>|<br />"), "");
  std::smatch tag;
  return std::regex_search(rest, tag, std::regex("<[^>]*>")) ? tag.str() : "";
}

const char* const nasty[] = {
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](http://evil.example)",
    "![pic](http://evil.example/x.png)",
    "<http://evil.example>",
    "http://evil.example/a_b_c",
    "https://evil.example",
    "www.evil.example and WWW.evil.example (www.evil.example)",
    "mail me: someone@evil.example, or mailto:a@b.c",
    "# heading",
    "heading\n===",
    "heading\n---",
    "- item\n- item",
    "* item",
    "+ item",
    "1. item\n2) item",
    "> quote",
    "    indented code",
    "```\ncode\n```",
    "~~~\ncode\n~~~",
    "`code` and ``more``",
    "**bold** __bold__ *it* _it_ ~~gone~~",
    "| a | b |\n| - | - |\n| 1 | 2 |",
    "a\n:-\n-:",
    "&lt;b&gt; &amp; &#60;",
    "text[^1]\n\n[^1]: note",
    "[ref]\n\n[ref]: http://evil.example",
    "- [x] done",
    "***\n___\n---",
    "C:\\Windows\\System32\\x.exe \\# \\",
    "\\<script>",
    "a  \nb",
    "```` ` ``` @x `",
    "@`x`<b>",
    "<!-- comment -->",
    "<?php ?> <![CDATA[x]]>",
    "line\\\nline",
    "ftp://x xmpp:a@b",
};

}  // namespace

TEST_CASE("vendor text cannot form markup") {
  for (const char* text : nasty) {
    CAPTURE(text);
    CHECK(foreign_tags(rendered(md::block(text), RenderAs::html)) == "");
    CHECK(foreign_tags(rendered(md::line(text), RenderAs::html)) == "");
    CHECK(foreign_tags(rendered("- **Field:** " + md::line(text) + "\n", RenderAs::html)).find_first_not_of("</ulistrong>") ==
          std::string::npos);
  }
}

TEST_CASE("a person reads what the vendor wrote") {
  struct {
    const char* text;
    const char* shown;
  } const cases[] = {
      {"plain words", "plain words\n"},
      {"C:\\a_b\\*.exe | 5 < 6 & 7 > 3", "C:\\a_b\\*.exe | 5 < 6 & 7 > 3\n"},
      {"# not a heading", "# not a heading\n"},
      {"1. not a list", "1. not a list\n"},
      {"[x](y)", "[x](y)\n"},
      {"see http://a.example/x_y", "see http://a.example/x_y\n"},
      {"tick ` here", "tick ` here\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CHECK(rendered(md::line(c.text), RenderAs::text) == c.shown);
  }
  CHECK(rendered(md::block("one\ntwo\n\nthree"), RenderAs::text) == "one\ntwo\n\nthree\n");
}

TEST_CASE("code spans hold anything") {
  for (const char* text : {"a", "`", "``", "a`b", "` a `", "a``b`c", " a ", "c:\\x", "<b>"}) {
    CAPTURE(text);
    CHECK(rendered("x" + md::code(text) + "y", RenderAs::html).find("<code>") != std::string::npos);
  }
  CHECK(md::code("").empty());
  CHECK(md::code("   ").empty());
}

TEST_CASE("random text of markup characters forms no markup") {
  std::mt19937 random(20260609);
  const std::string alphabet = "\\`*_{}[]()#+-.!|<>&~=:\"'$@^ \n\n  ab1wh/";
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::size_t length = random() % 40; length > 0; --length) text += alphabet[random() % alphabet.size()];
    const std::string tags = foreign_tags(rendered(md::block(text), RenderAs::html));
    if (tags.empty()) continue;
    CAPTURE(text);
    FAIL_CHECK(tags);
    break;
  }
}
