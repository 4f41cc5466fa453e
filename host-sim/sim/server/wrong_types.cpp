#include "host-sim/sim/server/wrong_types.hpp"

#include "sdk/common/json.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::sim {
namespace {

void twist(json::value& v) {
  if (v.is_object()) {
    for (auto& member : v.get_object()) twist(member.value());
  } else if (v.is_array()) {
    for (auto& element : v.get_array()) twist(element);
  } else if (v.is_number() || v.is_bool()) {
    v = boost::json::string(boost::json::serialize(v));
  } else if (v.is_string() && parse_time(v.get_string())) {
    v = 1'700'000'000;
  }
}

json::value reshaped(json::value&& v) {
  if (v.is_array()) {
    json::object o;
    for (std::size_t i = 0; i < v.get_array().size(); ++i) o[std::to_string(i)] = std::move(v.get_array()[i]);
    return json::value(std::move(o));
  }
  if (v.is_object()) {
    json::array a;
    a.push_back(std::move(v));
    return json::value(std::move(a));
  }
  return std::move(v);
}

}  // namespace

std::string with_wrong_types(std::string_view body) {
  json::value document = json::parse(body, "own answer");
  twist(document);
  if (!document.is_object()) return boost::json::serialize(reshaped(std::move(document)));
  for (auto& member : document.get_object()) {
    json::value other = reshaped(std::move(member.value()));
    member.value() = std::move(other);
  }
  return boost::json::serialize(document);
}

}  // namespace picket::sim
