#include "host-sim/sim/server/scenario.hpp"

#include <fstream>
#include <sstream>

#include "sdk/common/list.hpp"
#include "sdk/common/text.hpp"

namespace picket::sim {

std::string scenario_text(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream content;
  if (in) content << in.rdbuf();
  if (!in) throw Error(Status::invalid, "scenario " + file + ": expected a file that can be read", "scenario");
  return content.str();
}

void load_document(std::string_view text, const std::string& name, const std::function<void(const json::object&)>& load) {
  try {
    load(object_in(json::parse(text, "file"), "the document"));
  } catch (const Error& e) {
    throw Error(Status::invalid, "scenario " + name + ": " + e.what(), e.field());
  }
}

const json::object& object_in(const json::value& v, const std::string& field) {
  if (!v.is_object()) refuse(field, "an object");
  return v.get_object();
}

void only(const json::object& o, std::span<const std::string_view> names, const std::string& field) {
  for (const auto& member : o) {
    const std::string_view name = member.key();
    if (contains(names, name)) continue;
    const std::string near = text::nearest(name, names);
    refuse(field.empty() ? std::string(name) : field + "." + std::string(name),
           "one of " + joined(names, " ") + (near.empty() ? "" : " (did you mean " + near + "?)"));
  }
}

}  // namespace picket::sim
