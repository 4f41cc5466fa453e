#include "host-sim/sim/server/rows.hpp"

#include "host-sim/sim/server/json_answer.hpp"
#include "host-sim/sim/server/refuse.hpp"
#include "host-sim/sim/server/relative_time.hpp"

namespace picket::sim {
namespace {

bool is_signed(const json::value& v) { return v.is_string() && (v.get_string().starts_with('-') || v.get_string().starts_with('+')); }

}  // namespace

std::string key_of(const json::value& id) {
  return id.is_string() ? std::string(std::string_view(id.get_string())) : boost::json::serialize(id);
}

void default_to(json::object& o, std::string_view name, json::value v) {
  if (!o.contains(name)) o[name] = std::move(v);
}

void erase_absent(json::object& row, const json::object& given) {
  if (const json::array* absent = json::array_at(given, "_absent"))
    for (const auto& name : *absent)
      if (name.is_string()) row.erase(name.get_string());
}

void resolve_times(json::value& v, Time now, const std::string& where, const TimeForm& form) {
  if (v.is_array()) {
    for (std::size_t i = 0; i < v.get_array().size(); ++i)
      resolve_times(v.get_array()[i], now, where + "[" + std::to_string(i) + "]", form);
  } else if (v.is_object()) {
    for (auto& member : v.get_object()) {
      const std::string field = where + "." + std::string(member.key());
      json::value& inner = member.value();
      if (!form.is_time(member.key()) || !is_signed(inner)) {
        resolve_times(inner, now, field, form);
        continue;
      }
      const auto t = relative_time(inner.get_string(), now);
      if (!t) refuse(field, std::string(form.expected) + " or a relative time such as -90s, -2h, -3d");
      inner = form.write(*t);
    }
  }
}

json::array objects_in(const Request& request) {
  json::value body = json::parse(request.body, "body");
  if (body.is_object()) return {std::move(body)};
  if (!body.is_array()) throw Error(Status::invalid, "body: expected an object or a list of objects");
  json::array all = std::move(body.get_array());
  for (std::size_t i = 0; i < all.size(); ++i)
    if (!all[i].is_object()) throw Error(Status::invalid, "[" + std::to_string(i) + "]: expected an object");
  return all;
}

Answer apply_each(const Request& request, const std::function<std::string(json::object, const std::string& where)>& apply) {
  json::array objects = objects_in(request);
  json::array ids;
  for (std::size_t i = 0; i < objects.size(); ++i)
    ids.push_back(json::value(apply(std::move(objects[i].get_object()), "[" + std::to_string(i) + "]")));
  return json_answer({{"ids", std::move(ids)}});
}

}  // namespace picket::sim
