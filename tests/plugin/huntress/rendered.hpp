// Markdown as a browser shows it: rendered by cmark-gfm with every extension of GitHub's dialect.
#pragma once
#include <string>

namespace huntress::test {

std::string html_of(const std::string& markdown);

// The first tag, or attribute, that our own bodies and notes never have; empty if there is none. Links may only lead to `own_link`.
std::string foreign_tag(const std::string& html, const std::string& own_link = {});

// Whether it is UTF-8 without control or direction characters; line ends are allowed.
bool is_clean(const std::string& text);

}  // namespace huntress::test
