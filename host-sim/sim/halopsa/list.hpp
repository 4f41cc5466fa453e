// Which rows of a list a request asks for. Pure functions; any thread.
#pragma once
#include <cstddef>
#include <map>
#include <vector>

#include "host-sim/sim/halopsa/ticket.hpp"
#include "host-sim/sim/halopsa/times.hpp"
#include "host-sim/sim/server/query.hpp"

namespace picket::sim::halopsa {

struct Page {
  std::size_t number = 1;  // page_no
  std::size_t size = 50;   // page_size, 100 at most
};

// Without pageinate=true there is only the first page. Throws Error(invalid) for what is not a number.
Page page_of(const Query& query);

// The rows of the page, as an index range.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};
Range range_of(Page page, std::size_t rows);

bool is_true(const Query& query, std::string_view name);

// The number given under this name, if any; throws Error(invalid) for what is none.
std::optional<std::int64_t> number_in(const Query& query, std::string_view name);

// The tickets that a request for the list means, in its order (by default the newest first). Throws Error(invalid).
std::vector<const Ticket*> selected_tickets(const std::map<std::int64_t, Ticket>& tickets, const Query& query, TimeForm times = {});

}  // namespace picket::sim::halopsa
