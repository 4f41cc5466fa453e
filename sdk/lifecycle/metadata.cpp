#include "sdk/lifecycle/metadata.hpp"

#include "sdk/common/text.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::lifecycle {

std::string with_processing_error(std::string_view metadata, std::uint32_t attempts, std::string_view message, Time at,
                                  bool minimal_ticket) {
  constexpr std::size_t max_message = 1000;
  json::object o = json::object_or_empty(metadata);
  o["processing_error"] = {{"message", text::clean_line(message, max_message).text}, {"attempts", attempts}, {"at", format_time(at)}};
  if (minimal_ticket) o["minimal"] = true;
  return json::to_string(o);
}

bool is_minimal(std::string_view metadata) { return json::bool_at(json::object_or_empty(metadata), "minimal").value_or(false); }

}  // namespace picket::lifecycle
