#include "tests/plugin/huntress/bench.hpp"

#include "sdk/host/provider_session.hpp"
#include "sdk/host/violations.hpp"

namespace huntress::test {

using namespace picket;
using namespace picket::host;

namespace {

class Vault final : public Secrets {
 public:
  std::optional<std::string> get(std::string_view name) override { return "secret-of-" + std::string(name); }
};

class Breaches final : public Violations {
 public:
  void add(std::string breach) override { FAIL_CHECK("breach of the contract: " << breach); }
};

const LoadedProvider& provider() {
  static const LoadedProvider loaded = LoadedProvider::load(PICKET_HUNTRESS);
  return loaded;
}

}  // namespace

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

Bench::Bench() {
  desk.settings_json = R"({"accountSubdomain":"acme","boardId":"security","fallbackClientId":"internal","fallbackBoardId":"triage",
    "severityPriorityMap":{"low":"P3","high":"P2","critical":"P1"}})";
  Mapping mapped;
  mapped.external_id = "7";
  mapped.external_name = "Contoso";
  mapped.client_id = "contoso";
  desk.mappings["7"] = mapped;
  vendor.add_organization(7, "Contoso");
}

Polled Bench::poll(std::uint32_t flags) {
  Vault vault;
  Breaches breaches;
  const Offer offer{.log = &log,
                    .clock = &clock,
                    .http = &vendor,
                    .request_limit = request_limit,
                    .secrets = &vault,
                    .storage = &desk,
                    .directory = &desk,
                    .tickets = &desk};
  const Call call{.clock = clock, .cancel = &cancel, .progress = {}};
  Polled polled;
  const std::size_t before = vendor.asked.size();
  try {
    ProviderSession session(provider(), {"tenant", "integration", "https://api.huntress.io"}, offer, call, &breaches);
    session.poll(call, flags, polled.report);
  } catch (const Error& e) {
    polled.status = e.status();
    polled.message = e.what();
  }
  polled.requests = vendor.asked.size() - before;
  return polled;
}

void Bench::set(const std::string& key, const json::value& value) {
  json::object o = json::parse_object(desk.settings_json, "settings");
  o[key] = value;
  desk.settings_json = json::to_string(o);
}

json::object& Bench::change(std::int64_t id) {
  json::object& o = vendor.incident(id);
  o["updated_at"] = at();
  return o;
}

}  // namespace huntress::test
