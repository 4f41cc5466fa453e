// Markdown as a browser shows it: rendered by cmark-gfm with every extension of GitHub's dialect.
#pragma once
#include <string>
#include <vector>

namespace picket::test {

std::string html_of(const std::string& markdown);

// The first tag, or attribute, that our own bodies and notes never have; empty if there is none. Links may only lead to `own_links`.
std::string foreign_tag(const std::string& html, const std::vector<std::string>& own_links = {});

// Whether it is UTF-8 without control or direction characters; line ends are allowed.
bool is_clean(const std::string& text);

std::size_t code_points(const std::string& text);

}  // namespace picket::test
