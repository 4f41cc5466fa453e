#include "tests/plugin/support/provider_bench.hpp"

namespace picket::test {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

template <class Work>
void ProviderBench::call(Work&& work) {
  const host::Offer offer{.log = &log,
                          .clock = &clock,
                          .http = &http(),
                          .request_limit = request_limit,
                          .secrets = &vault_,
                          .storage = &psa,
                          .directory = &psa,
                          .tickets = &psa};
  const host::Call call{.clock = clock, .cancel = &cancel, .progress = {}};
  if (!keeps_session) session_.reset();
  if (!session_)
    session_ = std::make_unique<host::ProviderSession>(provider_, host::ConnectionInfo{"tenant", "integration", base_url_}, offer, call,
                                                       &breaches_);
  work(*session_, call);
}

Polled ProviderBench::poll(std::uint32_t flags) {
  Polled polled;
  const std::uint64_t before = http().sent();
  try {
    call([&](host::ProviderSession& session, const host::Call& c) { session.poll(c, flags, polled.report); });
  } catch (const Error& e) {
    polled.status = e.status();
    polled.message = e.what();
  }
  polled.requests = http().sent() - before;
  return polled;
}

Carried ProviderBench::carry(std::span<const TicketEvent> events) {
  Carried carried;
  carried.outcomes.resize(events.size());
  const std::uint64_t before = http().sent();
  try {
    call([&](host::ProviderSession& session, const host::Call& c) {
      session.ticket_events(c, events, [&](std::size_t index, Status status, std::string_view message) {
        carried.outcomes[index] = {status, std::string(message)};
      });
    });
  } catch (const Error& e) {
    carried.status = e.status();
    carried.message = e.what();
  }
  carried.requests = http().sent() - before;
  return carried;
}

std::string ProviderBench::check() {
  std::string account;
  call([&](host::ProviderSession& session, const host::Call& c) { account = session.check(c); });
  return account;
}

std::vector<std::pair<std::string, std::string>> ProviderBench::organizations() {
  std::vector<std::pair<std::string, std::string>> all;
  call([&](host::ProviderSession& session, const host::Call& c) {
    session.organizations(c, [&](std::string_view id, std::string_view name) { all.emplace_back(id, name); });
  });
  return all;
}

void ProviderBench::set(const std::string& key, const json::value& value) {
  json::object o = json::parse_object(psa.settings_json, "settings");
  o[key] = value;
  psa.settings_json = json::to_string(o);
}

}  // namespace picket::test
