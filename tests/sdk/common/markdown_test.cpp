// Vendor text rendered by cmark-gfm with every extension of GitHub's dialect: nothing but text, line breaks and code spans may come out.
#include "sdk/common/markdown.hpp"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <doctest/doctest.h>

#include <cstdlib>
#include <memory>
#include <random>
#include <regex>
#include <string>

#include "sdk/common/text.hpp"

namespace md = picket::markdown;

namespace {

std::string render(const std::string& markdown, bool html) {
  cmark_gfm_core_extensions_ensure_registered();
  cmark_parser* parser = cmark_parser_new(CMARK_OPT_UNSAFE | CMARK_OPT_FOOTNOTES);
  for (const char* name : {"table", "strikethrough", "autolink", "tasklist"})
    cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(name));
  cmark_parser_feed(parser, markdown.data(), markdown.size());
  cmark_node* document = cmark_parser_finish(parser);
  char* text = html ? cmark_render_html(document, CMARK_OPT_UNSAFE | CMARK_OPT_FOOTNOTES, cmark_parser_get_syntax_extensions(parser))
                    : cmark_render_plaintext(document, CMARK_OPT_DEFAULT, 0);
  std::string out = text;
  std::free(text);
  cmark_node_free(document);
  cmark_parser_free(parser);
  return out;
}

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
    CHECK(foreign_tags(render(md::block(text), true)) == "");
    CHECK(foreign_tags(render(md::line(text), true)) == "");
    CHECK(foreign_tags(render("- **Field:** " + md::line(text) + "\n", true)).find_first_not_of("</ulistrong>") == std::string::npos);
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
    CHECK(render(md::line(c.text), false) == c.shown);
  }
  CHECK(render(md::block("one\ntwo\n\nthree"), false) == "one\ntwo\n\nthree\n");
}

TEST_CASE("code spans hold anything") {
  for (const char* text : {"a", "`", "``", "a`b", "` a `", "a``b`c", " a ", "c:\\x", "<b>"}) {
    CAPTURE(text);
    CHECK(render("x" + md::code(text) + "y", true).find("<code>") != std::string::npos);
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
    const std::string tags = foreign_tags(render(md::block(text), true));
    if (tags.empty()) continue;
    CAPTURE(text);
    FAIL_CHECK(tags);
    break;
  }
}
