// Where a command's result goes: one JSON document, or text for a reader, on standard output. Everything else goes to standard error.
// Thread: one.
#pragma once
#include <boost/json.hpp>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace picket::cli {

// Rows of text in columns that are as wide as they need to be; widths count code points. The first row is the heading.
std::string table(const std::vector<std::vector<std::string>>& rows);

class Console {
 public:
  explicit Console(bool json) : json_(json) {}
  bool json() const { return json_; }

  // Exactly one of the two is printed.
  void print(const boost::json::value& document, std::string_view text) const;

 private:
  bool json_;
};

// Progress of a long command on one line of standard error, if that is a terminal.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine();
  void show(std::uint64_t processed, std::uint64_t total);

 private:
  bool terminal_;
  bool shown_ = false;
};

}  // namespace picket::cli
