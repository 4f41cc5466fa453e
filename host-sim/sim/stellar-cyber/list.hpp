// The answer to GET /cases: parameters checked, cases filtered and sorted, one page of them. One thread.
#pragma once
#include "host-sim/sim/server/exchange.hpp"
#include "host-sim/sim/stellar-cyber/data.hpp"

namespace picket::sim::stellar_cyber {

struct Page {
  std::size_t limit = 0;
  std::size_t skip = 0;
};

// From "limit" (50 without it, never above `limit_max`) and "skip". Throws Error(invalid).
Page page_of(const Query& query, std::int64_t limit_max);

// 200, or 400 for a parameter that is not known or has no valid value.
Answer case_list(const Data& data, const Query& query);

}  // namespace picket::sim::stellar_cyber
