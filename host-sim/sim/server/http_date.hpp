// Times as HTTP headers have them. Pure functions; any thread.
#pragma once
#include <string>

#include "picket/time.hpp"

namespace picket::sim {

std::string http_date(Time t);  // "Tue, 09 Jun 2026 14:00:00 GMT"

}  // namespace picket::sim
