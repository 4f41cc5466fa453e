#include "tests/host-sim/psa/halopsa/site.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

#include "host-sim/config/psa_kinds.hpp"

namespace picket::test {

Site::Site(std::optional<TlsCertificate> tls) : clock(Time{std::chrono::seconds{1'781'000'000}}) {
  on("POST /auth/token", 200, R"({"access_token":"first-token","expires_in":3600,"token_type":"Bearer"})");
  on("GET /api/TicketType", 200, R"([{"id":21,"name":"Incident","default_sla":4},{"id":22,"name":"Alert"}])");
  on("GET /api/Client", 200, R"({"record_count":2,"clients":[{"id":12,"name":"Stellar Cyber"},{"id":13,"name":"Northwind"}]})");
  on("GET /api/Priority", 200,
     R"([{"priorityid":1,"slaid":4,"name":"Critical"},{"priorityid":2,"slaid":4,"name":"High"},{"priorityid":1,"slaid":5,"name":"P1"}])");
  on("GET /api/Status", 200, R"([{"id":1,"name":"New"},{"id":2,"name":"In Progress"},{"id":9,"name":"Closed"}])");
  on("GET /api/Team", 200, R"([{"id":"Security","name":"Security"},{"id":2,"name":"Service PSA"}])");
  on("GET /api/Lookup?lookupid=12", 200, R"([{"id":1,"name":"Company Wide"},{"id":2,"name":"Single User"}])");
  on("GET /api/Lookup?lookupid=27", 200, R"([{"id":1,"name":"High"},{"id":2,"name":"Low"}])");
  on("GET /api/Category", 200, R"([{"id":1,"value":"IT Security Threats>Investigations"}])");
  server_ = std::make_unique<LoopbackServer>([this](const LoopbackRequest& request) { return answer(request); }, std::move(tls));
}

void Site::on(const std::string& what, Answer answer) {
  const std::lock_guard lock(mutex_);
  answers_.emplace_back(what, std::move(answer));
}

void Site::on(const std::string& what, int code, const std::string& body) {
  on(what, [code, body](const LoopbackRequest&) { return loopback_reply(code, body); });
}

void Site::on(const std::string& what, std::vector<LoopbackReply> replies) {
  const auto next = std::make_shared<std::atomic<std::size_t>>(0);
  on(what, [next, replies](const LoopbackRequest&) { return replies[std::min(next->fetch_add(1), replies.size() - 1)]; });
}

LoopbackReply Site::answer(const LoopbackRequest& request) {
  const std::string what = request.method + " " + request.target;
  Answer found;
  {
    const std::lock_guard lock(mutex_);
    asked_.push_back(request);
    for (const auto& [beginning, answer] : answers_)
      if (what.starts_with(beginning)) found = answer;
  }
  return found ? found(request) : loopback_reply(404);
}

std::vector<LoopbackRequest> Site::asked(const std::string& what) const {
  const std::lock_guard lock(mutex_);
  std::vector<LoopbackRequest> out;
  for (const LoopbackRequest& r : asked_)
    if ((r.method + " " + r.target).starts_with(what)) out.push_back(r);
  return out;
}

psa::PsaEnvironment Site::environment() const {
  psa::PsaEnvironment e;
  e.values = {{"HALOPSA_BASE_URL", server_->origin()},
              {"HALOPSA_OIDC_CLIENT_ID", "app"},
              {"HALOPSA_OIDC_CLIENT_SECRET", "top secret & more"},
              {"HALOPSA_TICKET_TYPE_NAME", "Incident"},
              {"HALOPSA_CLIENT_NAME", "Stellar Cyber"}};
  return e;
}

std::unique_ptr<psa::Psa> Site::psa(const std::map<std::string, std::string>& more) {
  psa::PsaEnvironment e = environment();
  for (const auto& [key, value] : more) e.values[key] = value;
  const psa::PsaKind* kind = config::find_psa_kind("halopsa");
  REQUIRE(kind != nullptr);
  const std::vector<psa::Problem> problems = kind->problems(e);
  for (const psa::Problem& p : problems) FAIL_CHECK(p.text);
  REQUIRE(problems.empty());
  return kind->make(e, clock, log);
}

std::string ticket_json(int id, std::string_view more) { return "{\"id\":" + std::to_string(id) + std::string(more) + "}"; }

std::string tickets_json(std::size_t total, const std::vector<std::string>& rows) {
  std::string out = "{\"record_count\":" + std::to_string(total) + ",\"tickets\":[";
  for (std::size_t i = 0; i < rows.size(); ++i) out += (i == 0 ? "" : ",") + rows[i];
  return out + "]}";
}

}  // namespace picket::test
