// A list endpoint's answer: parameters checked, rows filtered and sorted, one page of them with the way to the next. One thread.
#pragma once
#include <string>
#include <vector>

#include "host-sim/sim/huntress/page_token.hpp"
#include "host-sim/sim/huntress/table.hpp"
#include "host-sim/sim/server/exchange.hpp"

namespace picket::sim::huntress {

enum class FilterKind {
  one_of,  // one of the values the description lists
  any_of,  // several of them, separated by commas
  integer,
  text  // any text, compared without regard to ASCII case
};

struct Filter {
  std::string parameter;
  std::string facet;
  FilterKind kind = FilterKind::text;
  std::vector<std::string> values = {};
};

struct ListShape {
  std::string name;  // "incident_reports": the key of the rows in the answer
  std::vector<std::string> sort_fields;
  std::vector<Filter> filters;
};

// 200, or 400 for a parameter that the API description does not allow.
Answer list_answer(const Table& table, const ListShape& shape, const Request& request, TokenKind kind);

}  // namespace picket::sim::huntress
