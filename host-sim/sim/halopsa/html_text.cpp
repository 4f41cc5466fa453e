#include "host-sim/sim/halopsa/html_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "sdk/common/ascii.hpp"
#include "sdk/common/list.hpp"

namespace picket::sim::halopsa {
namespace {

struct Entity {
  std::string_view name;
  std::string_view text;
};
constexpr std::array entities{Entity{"amp", "&"},   Entity{"lt", "<"},   Entity{"gt", ">"},
                              Entity{"quot", "\""}, Entity{"apos", "'"}, Entity{"nbsp", " "}};
constexpr std::array<std::string_view, 12> breaks{"br", "/p", "/div", "/li", "/tr", "/h1", "/h2", "/h3", "/h4", "/ul", "/ol", "/pre"};

std::string utf8(std::uint32_t code) {
  std::string out;
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 63));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 63));
    out += static_cast<char>(0x80 | (code & 63));
  } else {
    out += static_cast<char>(0xF0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 63));
    out += static_cast<char>(0x80 | (code >> 6 & 63));
    out += static_cast<char>(0x80 | (code & 63));
  }
  return out;
}

// What "&...;" stands for, given what is between the two.
std::optional<std::string> entity_text(std::string_view name) {
  for (const Entity& e : entities)
    if (e.name == name) return std::string(e.text);
  if (name.size() < 2 || name[0] != '#') return std::nullopt;
  const bool hex = name[1] == 'x' || name[1] == 'X';
  const std::string_view digits = name.substr(hex ? 2 : 1);
  std::uint32_t code = 0;
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (ec != std::errc{} || end != digits.data() + digits.size() || code == 0 || code > 0x10FFFF || surrogate) return std::nullopt;
  return utf8(code);
}

bool is_break(std::string_view tag) {
  const std::string name = ascii::lower(tag.substr(0, tag.find_first_of(" \t\r\n/", 1)));
  return contains(breaks, name);
}

}  // namespace

std::string text_of_html(std::string_view html) {
  constexpr std::size_t longest_entity = 10;
  std::string out;
  for (std::size_t i = 0; i < html.size();) {
    if (html[i] == '<') {
      const auto end = html.find('>', i);
      if (end == std::string_view::npos) {
        out += html.substr(i);
        break;
      }
      if (end > i + 1 && is_break(html.substr(i + 1, end - i - 1))) out += '\n';
      i = end + 1;
      continue;
    }
    if (html[i] == '&') {
      const auto end = html.find(';', i);
      if (end != std::string_view::npos && end - i <= longest_entity) {
        if (const auto text = entity_text(html.substr(i + 1, end - i - 1))) {
          out += *text;
          i = end + 1;
          continue;
        }
      }
    }
    out += html[i++];
  }
  return std::string(ascii::trimmed(out));
}

std::string html_of_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\r': break;
      case '\n': out += "<br>"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace picket::sim::halopsa
