// Reading HaloPSA's lists by the page. Thread: one. Errors: throws Error; a list that cannot be read to its end is an error.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "host-sim/psa/halopsa/client.hpp"
#include "host-sim/psa/halopsa/wire.hpp"

namespace picket::psa::halopsa {

constexpr std::size_t page_size = 100;

// "pageinate=true&page_size=100&page_no=3"
std::string page_query(std::size_t number, std::size_t rows = page_size);

// Decides how far a list is to be read.
class PageWalk {
 public:
  explicit PageWalk(std::size_t rows_of_page = page_size) : rows_of_page_(rows_of_page) {}
  // Whether to ask for another page after one with `rows` rows, `fresh` of which were on no earlier page. The list's own count decides,
  // because a site may serve smaller pages than it is asked for; without a count, a short page is the last.
  bool goes_on(std::size_t rows, std::size_t fresh, std::optional<std::size_t> total);
  // The list claims to have more rows but serves the same page over and over.
  bool is_stuck() const { return stuck_; }
  // The list became shorter meanwhile, so rows may have moved to pages that had been read already.
  bool has_shrunk() const { return shrunk_; }

 private:
  std::size_t rows_of_page_, read_ = 0;
  std::optional<std::size_t> total_;
  bool stuck_ = false, shrunk_ = false;
};

struct List {
  std::string path;         // "/Tickets?order=id", with a question mark
  std::string_view member;  // "tickets"
  std::string attempt;      // for errors: "HaloPSA's tickets could not be listed"
};

// Visits each row that has an id once, until `visit` returns false. Returns the Date of the first page's answer, if any.
std::optional<Time> each_row(Client&, const host::Call&, const List&, const std::function<bool(const json::object&)>& visit);

}  // namespace picket::psa::halopsa
