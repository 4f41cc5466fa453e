#include "host-sim/psa/halopsa/html.hpp"

#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "sdk/common/text.hpp"

using namespace picket::psa::halopsa;

namespace {

struct Case {
  std::string in, out;
};

std::string repeated(std::string_view s, std::size_t n) {
  std::string out;
  for (std::size_t i = 0; i < n; ++i) out += s;
  return out;
}

}  // namespace

TEST_CASE("Markdown becomes HTML that can do nothing") {
  const std::vector<Case> cases = {
      {"", ""},
      {"one\n\ntwo", "<p>one</p>\n<p>two</p>\n"},
      {"## Host\n\n- **a**\n- `b<c>`", "<h2>Host</h2>\n<ul>\n<li><strong>a</strong></li>\n<li><code>b&lt;c&gt;</code></li>\n</ul>\n"},
      {"a \\<b> & c", "<p>a &lt;b&gt; &amp; c</p>\n"},
      {"x <img src=x onerror=alert(1)> y", "<p>x &lt;img src=x onerror=alert(1)&gt; y</p>\n"},
      {"<script>alert(1)</script>", "<pre><code>&lt;script&gt;alert(1)&lt;/script&gt;\n</code></pre>\n"},
      {"[x](javascript:alert(1))", "<p><a href=\"\">x</a></p>\n"},
      {"[x](https://example.com/a?b=1&c=2)", "<p><a href=\"https://example.com/a?b=1&amp;c=2\">x</a></p>\n"},
      {"a\xFF"
       "b",
       "<p>a\xEF\xBF\xBD"
       "b</p>\n"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.in);
    CHECK(markdown_to_html(c.in) == c.out);
  }
}

TEST_CASE("HTML becomes the visible text") {
  const std::vector<Case> cases = {
      {"", ""},
      {" \n ", ""},
      {"plain words", "plain words"},
      {"<p>one</p><p>two</p>", "one\ntwo"},
      {"a<br>b<br/>c", "a\nb\nc"},
      {"a<br><br><br><br>b", "a\n\nb"},
      {"<div>a</div>\n   <div>b   c\n d</div>", "a\nb c d"},
      {"<ul><li>a</li><li><p>b</p></li></ul>c", "- a\n- b\nc"},
      {"<b>x</b><i>y</i> <u>z</u>", "xy z"},
      {"a &amp; b &lt;c&gt; &quot;d&quot; &#228; &euro; &nbsp;e", "a & b <c> \"d\" ä €  e"},
      {"<p>&nbsp;</p>", ""},
      {"<p>a</p><p>&nbsp;</p><p>b</p>", "a\n\nb"},
      {"<style>p{color:red}</style><script>alert(1)</script><!-- no --><p>x</p>", "x"},
      {"<html><head><title>t</title></head><body>x</body></html>", "x"},
      {"<p><img src='x.png'></p>", ""},
      {"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
      {"<pre>a\n  b</pre>", "a\n  b"},
      {"see <a href='https://example.com/x'>here</a> now", "see here (https://example.com/x) now"},
      {"<a href='https://example.com/x'>https://example.com/x</a>", "https://example.com/x"},
      {"<a href='mailto:a@example.com'>a@example.com</a>", "a@example.com"},
      {"<a href='javascript:alert(1)'>here</a>", "here"},
      {"answer<blockquote><p>quoted</p>Reference: picket-0123456789abcdef</blockquote>",
       "answer\n> quoted\n> Reference: picket-0123456789abcdef"},
      {"broken <b>bold <p>and <unknown>so on", "broken bold\nand so on"},
      {"1 < 2 & 3 > 2", "1 < 2 & 3 > 2"},
      {"x&#x202e;y&#1;z&#0;", "xyz"},
      {"<p>M\xC3\xBCller</p>", "M\xC3\xBCller"},
      {"<meta charset='iso-8859-1'><p>M\xC3\xBCller</p>", "M\xC3\xBCller"},
      {"<p>note</p>\n<p><small>Reference: picket-1234</small></p>", "note\nReference: picket-1234"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.in);
    CHECK(html_to_text(c.in) == c.out);
  }
}

TEST_CASE("Pasted images cost no words") {
  const std::string pixels(1'200'000, 'A');
  const std::string before = "<p>first</p><p><img ", after = "></p><p>second</p>";
  for (const std::string& source :
       {"src=\"data:image/png;base64," + pixels + "\"", "src='DATA:image/png;base64," + pixels + "'", "src=data:image/png;base64," + pixels,
        "alt=\"a > b\" src=\"data:image/svg+xml;utf8,<svg xmlns='x'><p>no</p></svg>" + pixels + "\""}) {
    const std::string html = before + source + after;
    CHECK(html_to_text(html) == "first\nsecond");
    CHECK(plain_text(html) == "first\nsecond");
    CHECK(shown_html(html).has_image);
  }
  CHECK(html_to_text("<p>the attribute src=\"data:image/png\" shows it</p>") == "the attribute src=\"data:image/png\" shows it");
  CHECK(html_to_text("a < b, \"data:1\"") == "a < b, \"data:1\"");
  CHECK(html_to_text(repeated("<p class='MsoNormal' style='margin:0'><span lang=en></span></p>", 30'000) + "last") == "last");
}

TEST_CASE("Images that a person sees") {
  for (const char* html : {"<img src=x>", "<p>a <img src='cid:1' width='300'></p>"}) CHECK(shown_html(html).has_image);
  for (const char* html :
       {"", "words", "<img src=x width=1 height=1>", "&lt;img src=x&gt;", "<style><img src=x></style>", "<!-- <img> -->"})
    CHECK_FALSE(shown_html(html).has_image);
}

TEST_CASE("A text that is cut says so") {
  constexpr std::string_view cut = "… (cut; the rest is in HaloPSA)";
  CHECK(html_to_text("<p>" + repeated("words ", 50'000)).ends_with(cut));
  CHECK(plain_text(repeated("words ", 50'000)).ends_with(cut));
  CHECK(html_to_text("<p>a</p>" + repeated("<i></i>", 700'000) + "<p>b</p>") == "a …" + std::string(cut.substr(3)));
  CHECK(html_to_text(repeated("words ", 10'000)).find("cut;") == std::string::npos);
}

TEST_CASE("What may be HTML or not") {
  const std::vector<Case> cases = {
      {"plain\nlines\n\n\n\nand more  ", "plain\nlines\n\nand more"},
      {"use <hostname> & <tab>", "use <hostname> & <tab>"},
      {"a < b and c > d", "a < b and c > d"},
      {"a &amp; b", "a &amp; b"},
      {"<p>a &amp; b</p>", "a & b"},
      {"one<br>two", "one\ntwo"},
      {"one<BR />two", "one\ntwo"},
      {"ends in <p", "ends in <p"},
      {"\xC2\xA0", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.in);
    CHECK(plain_text(c.in) == c.out);
  }
}

TEST_CASE("Markdown to HTML and back keeps the words") {
  const std::string text = html_to_text(markdown_to_html("The case was **resolved** by `jane@example.com`.\n\n- one\n- two"));
  CHECK(text == "The case was resolved by jane@example.com.\n- one\n- two");
}

TEST_CASE("Documents made to hurt") {
  CHECK_NOTHROW(html_to_text(repeated("<div>", 200'000) + "x"));
  CHECK_NOTHROW(html_to_text(repeated("<blockquote>", 50'000) + "x"));
  CHECK(html_to_text(repeated("<div>", 200) + "x") == "x");
  CHECK_NOTHROW(html_to_text(repeated("<a href=https://example.com/>", 20'000) + "x"));
  CHECK_NOTHROW(html_to_text(repeated("&lt;", 300'000)));
  CHECK_NOTHROW(html_to_text(repeated("<", 1'000'000)));
  CHECK_NOTHROW(html_to_text("<!DOCTYPE x [<!ENTITY a \"b\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]><p>&a;&c;</p>"));
  CHECK_NOTHROW(plain_text(repeated("<p ", 300'000)));
  CHECK_NOTHROW(plain_text(repeated("<", 1'000'000)));
  CHECK_NOTHROW(markdown_to_html(repeated("> ", 20'000) + "x"));
  CHECK(html_to_text(repeated("words ", 1'000'000)).size() <= 100'010);
  CHECK(html_to_text(std::string("a\0b", 3)) == "ab");
}

TEST_CASE("Random bytes become clean text") {
  std::mt19937 random(7);
  const std::string alphabet = "<>/&;#xp\"'=!- abrdiv\n\xC3\xA9\xFF";
  for (int round = 0; round < 3000; ++round) {
    std::string html;
    const std::size_t size = random() % 120;
    for (std::size_t i = 0; i < size; ++i) html += alphabet[random() % alphabet.size()];
    for (const std::string& text : {html_to_text(html), plain_text(html)}) {
      CHECK(picket::text::is_valid_utf8(text));
      CHECK_FALSE(picket::text::clean_block(text, text.size() + 1).removed_characters);
    }
    CHECK(picket::text::is_valid_utf8(markdown_to_html(html)));
  }
}
