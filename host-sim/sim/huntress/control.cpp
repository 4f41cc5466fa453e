// The controls that change or show the simulated account's data.
#include "host-sim/sim/huntress/huntress.hpp"

namespace picket::sim::huntress {
namespace {

struct Control {
  std::string_view path;
  Kind kind;
};
constexpr Control controls[] = {
    {"/_sim/incidents", Kind::incident}, {"/_sim/organizations", Kind::organization}, {"/_sim/agents", Kind::agent}};

Answer apply_all(Data& data, Kind kind, const Request& request, Time now) {
  json::value body = json::parse(request.body, "body");
  if (body.is_object()) {
    json::array a;
    a.push_back(std::move(body));
    body = std::move(a);
  }
  if (!body.is_array()) throw Error(Status::invalid, "body: expected an object or a list of objects");
  json::array ids;
  for (std::size_t i = 0; i < body.get_array().size(); ++i) {
    const std::string where = "[" + std::to_string(i) + "]";
    json::value& item = body.get_array()[i];
    if (!item.is_object()) throw Error(Status::invalid, where + ": expected an object");
    ids.push_back(json::value(data.apply(kind, std::move(item.get_object()), now, where)));
  }
  json::object answer;
  answer["ids"] = std::move(ids);
  return {200, boost::json::serialize(answer)};
}

Answer show_all(const Table& table) {
  std::string body = "[";
  for (const Row* row : table.sorted("id")) {
    if (body.size() > 1) body += ',';
    body += row->text;
  }
  body += ']';
  return {200, std::move(body)};
}

}  // namespace

std::optional<Answer> Huntress::control(const Request& request, Time now) {
  for (const auto& control : controls) {
    if (request.path != control.path) continue;
    if (request.method == "POST") return apply_all(data_, control.kind, request, now);
    if (request.method != "GET") return std::nullopt;
    switch (control.kind) {
      case Kind::organization: return show_all(data_.organizations());
      case Kind::agent: return show_all(data_.agents());
      case Kind::incident: return show_all(data_.incidents());
    }
  }
  return std::nullopt;
}

}  // namespace picket::sim::huntress
