#include "tests/plugin/stellar-cyber/bench.hpp"

namespace stellar::test {

namespace {

const picket::host::LoadedProvider& provider() {
  static const auto loaded = picket::host::LoadedProvider::load(PICKET_STELLAR_CYBER);
  return loaded;
}

}  // namespace

Bench::Bench() : ProviderBench(provider(), "https://stellar.example") {
  psa.settings_json =
      R"({"apiUserId":"u-api","boardId":"security","fallbackClientId":"internal","fallbackBoardId":"triage","caseTag":"ticket_opened",
    "severityPriorityMap":{"low":"P4","medium":"P3","high":"P2","critical":"P1"}})";
  picket::Mapping mapped;
  mapped.external_id = "t1";
  mapped.external_name = "Contoso";
  mapped.client_id = "contoso";
  psa.mappings["t1"] = mapped;
}

void Bench::add_cases(int first, int last, std::chrono::milliseconds apart) {
  const std::int64_t now = clock.now().time_since_epoch() / std::chrono::milliseconds{1};
  for (int n = first; n <= last; ++n) {
    json::object& row = vendor.add_case("c" + std::to_string(n));
    row["created_at"] = row["modified_at"] = now - (last - n) * apart.count();
  }
}

TicketEvent Bench::event(const std::string& case_id, TicketEventKind kind, const std::string& text, const std::string& after) {
  TicketEvent e;
  e.kind = kind;
  e.event_id = "event-" + std::to_string(++events_);
  e.external_id = case_id;
  e.ticket_id = psa.has_alert(case_id) ? psa.alert(case_id).ticket_id : "";
  e.ticket_number = "1234";
  e.ticket_url = "https://psa.example/tickets/1234";
  e.desk = "HaloPSA";
  e.author = "Tess Tech";
  e.text = text;
  e.after = after;
  e.at = clock.now();
  return e;
}

Status Bench::carry_one(const TicketEvent& e) {
  const Carried carried = carry({&e, 1});
  return carried.outcomes.at(0) ? carried.outcomes.at(0)->first : carried.status;
}

void quiet(Bench& b, int polls) {
  for (int i = 0; i < polls; ++i) {
    b.clock.advance(std::chrono::minutes{5});
    const Polled polled = b.poll();
    CHECK(polled.status == Status::ok);
    CHECK(polled.report.noted == 0);
    CHECK(polled.report.closed == 0);
    CHECK(polled.report.failed == 0);
  }
}

Linked::Linked() {
  vendor.add_case("c1");
  poll();
  carry_one(event("c1", TicketEventKind::created));
  clock.advance(std::chrono::minutes{5});
  poll();
  clock.advance(std::chrono::minutes{5});
  vendor.asked.clear();
  vendor.batches.clear();
}

void Mortal::operator()() {
  if (!dead_ && left_-- > 0) return;
  dead_ = true;
  throw picket::Error(Status::cancelled, "the process has ended");
}

}  // namespace stellar::test
