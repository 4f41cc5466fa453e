#include "tests/plugin/huntress/bench.hpp"

namespace huntress::test {
namespace {

const picket::host::LoadedProvider& provider() {
  static const auto loaded = picket::host::LoadedProvider::load(PICKET_HUNTRESS);
  return loaded;
}

}  // namespace

Bench::Bench() : ProviderBench(provider(), "https://api.huntress.io") {
  psa.settings_json = R"({"accountSubdomain":"acme","boardId":"security","fallbackClientId":"internal","fallbackBoardId":"triage",
    "severityPriorityMap":{"low":"P3","high":"P2","critical":"P1"}})";
  picket::Mapping mapped;
  mapped.external_id = "7";
  mapped.external_name = "Contoso";
  mapped.client_id = "contoso";
  psa.mappings["7"] = mapped;
  vendor.add_organization(7, "Contoso");
}

Account::Incident Bench::change(std::int64_t id) {
  vendor.set(id, {{"updated_at", at()}});
  return vendor.incident(id);
}

}  // namespace huntress::test
