#include "tests/plugin/huntress/account.hpp"

#include <stdexcept>

namespace huntress::test {

using picket::sim::huntress::Kind;
using picket::sim::huntress::TokenKind;

Account::Account(const picket::host::Clock& clock)
    : SimulatedVendor("https://api.huntress.io", ""),
      clock_(clock),
      simulated_({.api_key = "secret-of-api_key", .api_secret = "secret-of-api_secret", .tokens = TokenKind::offset}, {}, {}, clock.now()) {
  simulated_.data().merge_account({{"id", 1}, {"name", "Acme MSP"}, {"subdomain", "acme"}});
}

picket::sim::Answer Account::answer_to(const picket::sim::Request& request) {
  simulated_.time_is(clock_.now());
  return simulated_.answer(request);
}

void Account::apply(Kind kind, json::object row) { simulated_.data().apply(kind, std::move(row), clock_.now(), "row"); }

void Account::add(json::object incident) { apply(Kind::incident, std::move(incident)); }

Account::Incident Account::add_incident(std::int64_t id, const std::string& updated_at, const std::string& status) {
  add({{"id", id},
       {"organization_id", 7},
       {"agent_id", nullptr},
       {"severity", "high"},
       {"status", status},
       {"subject", "Incident number " + std::to_string(id)},
       {"summary", "What happened."},
       {"platform", "windows"},
       {"indicator_types", {"footholds"}},
       {"indicator_counts", {{"footholds", 1}}},
       {"remediations", json::array{}},
       {"sent_at", updated_at},
       {"updated_at", updated_at}});
  return {*this, id};
}

void Account::set(std::int64_t id, json::object members) {
  const json::object old = row(id);
  members["id"] = id;
  if (!members.contains("updated_at")) members["updated_at"] = old.at("updated_at");
  add(std::move(members));
}

void Account::remove_incident(std::int64_t id) { add({{"id", id}, {"_delete", true}}); }

void Account::add_agents(std::int64_t first, std::int64_t last) {
  for (std::int64_t id = first; id <= last; ++id)
    apply(Kind::agent, {{"id", id},
                        {"hostname", "PC-" + std::to_string(id)},
                        {"os", "Windows 11"},
                        {"ipv4_address", "10.0.0.5"},
                        {"serial_number", "SN" + std::to_string(id)}});
}

void Account::add_organization(std::int64_t id, const std::string& name) { apply(Kind::organization, {{"id", id}, {"name", name}}); }

json::object Account::row(std::int64_t id) {
  const auto* found = simulated_.data().incidents().find(std::to_string(id));
  if (found == nullptr) throw std::out_of_range("no incident " + std::to_string(id));
  return json::parse_object(found->text, "row");
}

std::size_t Account::count(const std::string& path_begin) const {
  return SimulatedVendor::count([&](const Asked& a) { return a.path.starts_with(path_begin); });
}

}  // namespace huntress::test
