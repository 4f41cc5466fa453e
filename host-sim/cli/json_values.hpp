// Values of the commands' JSON documents where nothing is null. Pure; any thread.
#pragma once
#include <boost/json/value.hpp>
#include <optional>
#include <string>

#include "picket/time.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::cli {

inline boost::json::value text_or_null(const std::string& s) { return s.empty() ? boost::json::value(nullptr) : boost::json::value(s); }
inline boost::json::value time_or_null(const std::optional<Time>& t) {
  return t ? boost::json::value(format_time(*t)) : boost::json::value(nullptr);
}

}  // namespace picket::cli
