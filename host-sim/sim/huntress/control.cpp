// The controls that change or show the simulated account's data.
#include "host-sim/sim/huntress/huntress.hpp"
#include "host-sim/sim/server/rows.hpp"

namespace picket::sim::huntress {
namespace {

struct Control {
  std::string_view path;
  Kind kind;
};
constexpr Control controls[] = {
    {"/_sim/incidents", Kind::incident}, {"/_sim/organizations", Kind::organization}, {"/_sim/agents", Kind::agent}};

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
    if (request.method == "POST")
      return apply_each(request,
                        [&](json::object row, const std::string& where) { return data_.apply(control.kind, std::move(row), now, where); });
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
