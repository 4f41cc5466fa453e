#include "host-sim/cli/console.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>

namespace picket::cli {
namespace {

std::size_t width_of(std::string_view s) {
  return static_cast<std::size_t>(std::count_if(s.begin(), s.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - width_of(row[i]) + 2, ' ');
    }
    while (line.ends_with(' ')) line.pop_back();
    out += line + "\n";
  }
  return out;
}

void Console::print(const boost::json::value& document, std::string_view text) const {
  if (json_)
    std::cout << boost::json::serialize(document) << '\n';
  else
    std::cout << text;
  std::cout.flush();
}

ProgressLine::ProgressLine() : terminal_(::isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() {
  if (shown_) std::fputs("\r\033[K", stderr);
}

void ProgressLine::show(std::uint64_t processed, std::uint64_t total) {
  if (!terminal_ || total == 0) return;
  shown_ = true;
  std::fprintf(stderr, "\r\033[K%llu of %llu findings", static_cast<unsigned long long>(processed), static_cast<unsigned long long>(total));
  std::fflush(stderr);
}

}  // namespace picket::cli
