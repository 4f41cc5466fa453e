#include "host-sim/psa/halopsa/html.hpp"

#include <cmark-gfm.h>
#include <libxml/HTMLparser.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <vector>

#include "sdk/common/ascii.hpp"
#include "sdk/common/list.hpp"
#include "sdk/common/text.hpp"

namespace picket::psa::halopsa {
namespace {

// Words count, not markup: what is written in an office program has many times more of it.
constexpr std::size_t max_html = std::size_t{4} << 20;
constexpr std::size_t max_text = 99'000;
constexpr std::string_view cut_mark = " (cut; the rest is in HaloPSA)";

using Markdown = std::unique_ptr<cmark_node, decltype(&cmark_node_free)>;

// HTML within the text becomes what it looks like: a code block, or words.
void show_html_as_text(cmark_node* document) {
  std::vector<cmark_node*> html;
  const std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)> iterator(cmark_iter_new(document), &cmark_iter_free);
  for (cmark_event_type event; (event = cmark_iter_next(iterator.get())) != CMARK_EVENT_DONE;) {
    cmark_node* node = cmark_iter_get_node(iterator.get());
    const cmark_node_type type = cmark_node_get_type(node);
    if (event == CMARK_EVENT_ENTER && (type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE)) html.push_back(node);
  }
  for (cmark_node* node : html) {
    const bool block = cmark_node_get_type(node) == CMARK_NODE_HTML_BLOCK;
    cmark_node* shown = cmark_node_new(block ? CMARK_NODE_CODE_BLOCK : CMARK_NODE_TEXT);
    if (cmark_node_set_literal(shown, cmark_node_get_literal(node)) == 0 || cmark_node_replace(node, shown) == 0)
      cmark_node_free(shown);
    else
      cmark_node_free(node);
  }
}

constexpr std::array<std::string_view, 9> hidden_elements = {"script",   "style",  "head",   "title",   "template",
                                                             "noscript", "iframe", "object", "textarea"};
constexpr std::array<std::string_view, 29> block_elements = {
    "p",       "div",    "ul",     "ol",         "li",   "table",  "tr",         "h1",   "h2",  "h3",
    "h4",      "h5",     "h6",     "blockquote", "pre",  "hr",     "dl",         "dt",   "dd",  "section",
    "article", "header", "footer", "address",    "form", "figure", "figcaption", "main", "body"};

std::string_view name_of(const xmlNode* node) {
  return node->name == nullptr ? std::string_view{} : std::string_view(reinterpret_cast<const char*>(node->name));
}

std::string attribute(xmlNode* node, const char* name) {
  const std::unique_ptr<xmlChar, decltype(xmlFree)> value(xmlGetProp(node, reinterpret_cast<const xmlChar*>(name)), xmlFree);
  return value ? std::string(reinterpret_cast<const char*>(value.get())) : std::string{};
}

// Lines of words, as a browser folds white space; quoted lines begin with "> ", as in mail.
class Lines {
 public:
  void words(std::string_view s) {
    for (const char c : s) {
      if (is_space(c)) {
        pending_space_ = true;
        continue;
      }
      if (at_line_start())
        begin_line();
      else if (pending_space_)
        out_ += ' ';
      pending_space_ = false;
      out_ += c;
    }
  }
  void verbatim(std::string_view s) {
    pending_space_ = false;
    for (const char c : s) {
      if (c != '\n' && at_line_start()) begin_line();
      out_ += c;
    }
  }
  void bullet() { bullet_ = true; }  // before the next words
  void quote(int change) { quotes_ += change; }
  void end_line() {
    if (!at_line_start()) line_break();
  }
  void line_break() {
    out_ += '\n';
    pending_space_ = false;
  }
  std::string take() { return std::move(out_); }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
  bool at_line_start() const { return out_.empty() || out_.back() == '\n'; }
  void begin_line() {
    constexpr int deepest = 10;
    for (int i = 0; i < std::min(quotes_, deepest); ++i) out_ += "> ";
    if (bullet_) out_ += "- ";
    bullet_ = false;
  }

  std::string out_;
  bool pending_space_ = false;
  bool bullet_ = false;
  int quotes_ = 0;
};

bool is_web_address(std::string_view address) {
  return address.starts_with("http://") || address.starts_with("https://") || address.starts_with("mailto:");
}

// Walks without recursion: how deep a document nests is its author's choice.
class TextOf {
 public:
  std::string operator()(xmlNode* root) {
    for (xmlNode* node = root; node != nullptr;) {
      const bool inside = enter(node);
      if (inside && node->children != nullptr) {
        node = node->children;
        continue;
      }
      leave(node);
      while (node != root && node->next == nullptr) {
        node = node->parent;
        leave(node);
      }
      node = node == root ? nullptr : node->next;
    }
    return lines_.take();
  }
  bool has_image() const { return has_image_; }

 private:
  static bool is_tracking_pixel(xmlNode* image) {
    const std::string width = attribute(image, "width");
    return width == "0" || width == "1";
  }

  // Whether there is something to see within.
  bool enter(xmlNode* node) {
    if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
      const char* content = reinterpret_cast<const char*>(node->content);
      if (content == nullptr) return false;
      if (preformatted_ > 0)
        lines_.verbatim(content);
      else
        lines_.words(content);
      return false;
    }
    if (node->type != XML_ELEMENT_NODE) return false;
    const std::string_view name = name_of(node);
    if (contains(hidden_elements, name)) return false;
    if (contains(block_elements, name)) lines_.end_line();
    if (name == "br") lines_.line_break();
    if (name == "img") has_image_ = has_image_ || !is_tracking_pixel(node);
    if (name == "li") lines_.bullet();
    if (name == "td" || name == "th") lines_.words(" ");
    if (name == "pre") ++preformatted_;
    if (name == "blockquote") lines_.quote(1);
    return true;
  }

  // Also called for what `enter` did not go into.
  void leave(xmlNode* node) {
    if (node->type != XML_ELEMENT_NODE) return;
    const std::string_view name = name_of(node);
    if (name == "pre") --preformatted_;
    if (name == "a") spell_out(node);
    if (contains(block_elements, name)) lines_.end_line();
    if (name == "blockquote") lines_.quote(-1);
  }

  void spell_out(xmlNode* link) {
    const std::string address = attribute(link, "href");
    if (!is_web_address(address)) return;
    const std::unique_ptr<xmlChar, decltype(xmlFree)> content(xmlNodeGetContent(link), xmlFree);
    const std::string_view words = content ? std::string_view(reinterpret_cast<const char*>(content.get())) : std::string_view{};
    if (words.find(address) == std::string_view::npos && address != "mailto:" + std::string(words)) lines_.words(" (" + address + ")");
  }

  Lines lines_;
  int preformatted_ = 0;
  bool has_image_ = false;
};

// Spaces that do not break are what editors put into empty paragraphs.
std::string with_common_spaces(std::string text) {
  constexpr std::string_view no_break_space = "\xC2\xA0";
  for (std::size_t at = text.find(no_break_space); at != std::string::npos; at = text.find(no_break_space, at + 1))
    text.replace(at, no_break_space.size(), " ");
  return text;
}

// Without empty lines at the ends, more than one in a row, or spaces at a line's end.
std::string tidied(const std::string& raw) {
  const std::string with_spaces = with_common_spaces(raw);
  const std::string_view text = with_spaces;
  std::string out;
  int empty_lines = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    while (line.ends_with(' ')) line.remove_suffix(1);
    if (line.empty()) {
      ++empty_lines;
      continue;
    }
    if (!out.empty()) out += empty_lines > 0 ? "\n\n" : "\n";
    empty_lines = 0;
    out += line;
  }
  return out;
}

// No more of a text than `most` bytes, and no half character at its end.
std::string_view beginning(std::string_view s, std::size_t most) {
  if (s.size() <= most) return s;
  while (most > 0 && (static_cast<unsigned char>(s[most]) & 0xC0) == 0x80) --most;
  return s.substr(0, most);
}

// The text cut to its limit, and a word on that; `is_cut`: something of it is missing already.
std::string within_limit(std::string_view text, bool is_cut) {
  const text::Cleaned clean = text::clean_block(text, max_text);
  std::string out = tidied(clean.text);
  if (!is_cut && !clean.shortened) return out;
  if (!out.ends_with("…")) out += " …";
  return out.append(cut_mark);
}

// Without what data URIs hold: a pasted image is a megabyte that nobody reads. A quotation mark too many only leaves more in.
std::string without_data_uris(std::string_view html) {
  constexpr std::string_view scheme = "data:";
  std::string out;
  bool in_tag = false;
  for (std::size_t at = 0; at < html.size();) {
    const char c = html[at];
    out += html[at++];
    if (c == '<' && at < html.size()) in_tag = ascii::is_lower(ascii::lower(html[at]));
    if (c == '>') in_tag = false;
    if (!in_tag || (c != '"' && c != '\'' && c != '=')) continue;
    const bool is_uri = ascii::starts_with_ignoring_case(html.substr(at), scheme);
    if (c == '=' && !is_uri) continue;
    const std::size_t end = std::min(c == '=' ? html.find_first_of(" \t\r\n>", at) : html.find(c, at), html.size());
    out += is_uri ? scheme : html.substr(at, end - at);
    at = end;
    if (c != '=' && at < html.size()) out += html[at++];
  }
  return out;
}

using Document = std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)>;

struct ReadHtml {
  Document document;  // null: there is nothing in it
  bool is_cut = false;
};

ReadHtml read_html(std::string_view html) {
  const std::string shown = without_data_uris(html);
  ReadHtml read{Document(nullptr, &xmlFreeDoc), shown.size() > max_html};
  std::string_view kept = beginning(shown, max_html);
  if (const std::size_t tag = kept.rfind('<'); read.is_cut && kept.find('>', tag) == std::string_view::npos) kept = kept.substr(0, tag);
  const std::string clean = text::clean_block(kept, max_html).text;
  if (clean.find_first_not_of(" \n") == std::string::npos) return read;
  constexpr int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET;
  read.document.reset(htmlReadMemory(clean.data(), static_cast<int>(clean.size()), nullptr, "UTF-8", options));
  return read;
}

bool looks_like_html(std::string_view s) {
  constexpr std::size_t longest_tag = 6;
  constexpr std::array<std::string_view, 26> tags = {"p",  "br",     "div",  "span", "ul",    "ol",  "li",  "b",   "i",
                                                     "u",  "strong", "em",   "a",    "h1",    "h2",  "h3",  "h4",  "tr",
                                                     "td", "table",  "html", "body", "style", "pre", "img", "font"};
  for (std::size_t at = s.find('<'); at != std::string_view::npos; at = s.find('<', at + 1)) {
    const std::size_t begin = s.substr(at).starts_with("</") ? at + 2 : at + 1;
    const std::size_t end = s.find_first_of("> /\t\r\n", begin);
    if (end == std::string_view::npos) return false;
    if (contains(tags, text::fold(s.substr(begin, std::min(end - begin, longest_tag + 1)))) && s.find('>', end) != std::string_view::npos)
      return true;
  }
  return false;
}

}  // namespace

std::string markdown_to_html(std::string_view markdown) {
  constexpr int options = CMARK_OPT_VALIDATE_UTF8;  // without CMARK_OPT_UNSAFE
  const Markdown document(cmark_parse_document(markdown.data(), markdown.size(), options), &cmark_node_free);
  show_html_as_text(document.get());
  const std::unique_ptr<char, decltype(&std::free)> html(cmark_render_html(document.get(), options, nullptr), &std::free);
  return html.get();
}

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

ShownHtml shown_html(std::string_view html) {
  const ReadHtml read = read_html(html);
  xmlNode* root = read.document ? xmlDocGetRootElement(read.document.get()) : nullptr;
  if (root == nullptr) return {};
  TextOf text;
  std::string words = text(root);
  return {within_limit(words, read.is_cut), text.has_image()};
}

std::string html_to_text(std::string_view html) { return shown_html(html).text; }

std::string plain_text(std::string_view text_or_html) {
  if (looks_like_html(beginning(text_or_html, max_html))) return html_to_text(text_or_html);
  return within_limit(beginning(text_or_html, max_html), false);
}

}  // namespace picket::psa::halopsa
