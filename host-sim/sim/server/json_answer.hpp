// An answer that is a JSON document. Pure; any thread.
#pragma once
#include <boost/json/serialize.hpp>

#include "host-sim/sim/server/exchange.hpp"
#include "sdk/common/json.hpp"

namespace picket::sim {

inline Answer json_answer(const json::value& body, unsigned code = 200) { return {code, boost::json::serialize(body)}; }

}  // namespace picket::sim
