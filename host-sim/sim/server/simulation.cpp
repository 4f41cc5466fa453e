#include "host-sim/sim/server/simulation.hpp"

#include "host-sim/sim/server/json_answer.hpp"
#include "host-sim/sim/server/wrong_types.hpp"

namespace picket::sim {
namespace {

constexpr std::string_view control_prefix = "/_sim/";
constexpr double longest_advance_seconds = 10.0 * 366 * 86400;

constexpr std::string_view login_page =
    "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in</h1>"
    "<form method=\"post\" action=\"/users/sign_in\"><input name=\"email\"><input name=\"password\" type=\"password\">"
    "<button>Sign in</button></form></body></html>\n";

std::string_view message_for(unsigned code) {
  switch (code) {
    case 401: return "Your request could not be authenticated.";
    case 403: return "There was an issue with your API credential or permissions.";
    case 429: return "You have made too many requests within the rate limit timeframe.";
    case 503: return "The service is temporarily unavailable.";
    default: return "An error has occurred.";
  }
}

// Faults that replace the vendor's answer instead of altering it.
bool stands_alone(FaultKind kind) {
  return kind == FaultKind::status || kind == FaultKind::reset || kind == FaultKind::html || kind == FaultKind::empty;
}

Answer answer_of(const Fault& fault) {
  Answer answer;
  if (fault.kind == FaultKind::status) {
    answer = error_answer(fault.code, message_for(fault.code));
    if (fault.retry_after) answer.headers.emplace_back("Retry-After", *fault.retry_after);
  } else if (fault.kind == FaultKind::html) {
    answer = {200, std::string(login_page), "text/html; charset=utf-8"};
  }
  return answer;
}

}  // namespace

Simulation::Simulation(const SimulationOptions& options, std::unique_ptr<Vendor> vendor, SimClock clock)
    : latency_(options.latency),
      retry_after_(options.retry_after),
      vendor_(std::move(vendor)),
      clock_(std::move(clock)),
      window_(options.rate_limit, options.rate_window),
      faults_(options.seed),
      stats_(options.rate_window) {
  if (!options.log_file.empty()) log_ = RequestLog(options.log_file);
}

Exchange Simulation::handle(Request request) {
  const Time now = clock_.now();
  vendor_->time_is(now);
  if (request.path.starts_with(control_prefix)) {
    try {
      return {control(request, now)};
    } catch (const Error& e) {
      return {error_answer(400, e.what())};
    } catch (const std::exception& e) {
      return {error_answer(500, e.what())};
    }
  }
  stats_.arrival(now);
  Exchange exchange;
  try {
    exchange = api(request, now);
  } catch (const std::exception& e) {  // no row of a scenario may end the server
    exchange.answer = error_answer(500, e.what());
  }
  const std::size_t size = exchange.answer.body.size();
  const bool reset = exchange.ending == Ending::reset;
  const std::size_t sent = reset ? 0 : exchange.ending == Ending::truncated ? size / 2 : size;
  const std::string code = reset ? "reset" : std::to_string(exchange.answer.code);
  stats_.answered(request.method, request.path, code, size, sent);
  log_.write(now, request, code, sent);
  vendor_->requests_were(++api_requests_, now);
  return exchange;
}

Answer Simulation::refused(Time now) const {
  Answer answer = error_answer(429, message_for(429));
  if (retry_after_) answer.headers.emplace_back("Retry-After", std::to_string(window_.wait(now).count()));
  return answer;
}

Exchange Simulation::api(Request& request, Time now) {
  Exchange exchange;
  exchange.delay = latency_;
  if (window_.full(now)) {
    exchange.answer = refused(now);
    return exchange;
  }
  const std::optional<Fault> fault = faults_.take(request.method, request.path);
  if (!fault || fault->code != 429) window_.count(now);
  if (fault) exchange.delay += fault->delay;
  request.delay = exchange.delay;
  const bool replaced = fault && stands_alone(fault->kind);
  if (!replaced || fault->moment == FaultMoment::after) exchange.answer = vendor_->answer(request);
  if (exchange.answer.is_lost) exchange.ending = Ending::reset;
  if (!fault) return exchange;
  if (replaced) exchange.answer = answer_of(*fault);
  if (fault->kind == FaultKind::reset) exchange.ending = Ending::reset;
  if (fault->kind == FaultKind::truncated) exchange.ending = Ending::truncated;
  if (fault->kind == FaultKind::wrong_types) exchange.answer.body = with_wrong_types(exchange.answer.body);
  return exchange;
}

Answer Simulation::control(const Request& request, Time now) {
  const std::string& method = request.method;
  if (request.path == "/_sim/faults") {
    if (method == "POST") return add_faults(request);
    if (method == "DELETE") faults_.clear();
    json::array pending;
    for (const auto& fault : faults_.pending()) pending.push_back(to_json(fault));
    json::object body;
    body["faults"] = std::move(pending);
    return json_answer(body);
  }
  if (request.path == "/_sim/stats") {
    if (method == "DELETE") stats_.reset();
    return json_answer(stats_.report());
  }
  if (request.path == "/_sim/advance" && method == "POST") return advance(request);
  if (auto answer = vendor_->control(request, now)) return std::move(*answer);
  return error_answer(404, "There is no control " + method + " " + request.path + ".");
}

Answer Simulation::add_faults(const Request& request) {
  const json::object body = json::parse_object(request.body, "faults");
  const json::array* list = json::array_at(body, "faults");
  if (!list) throw Error(Status::invalid, "faults: expected {\"faults\":[{...}]}", "faults");
  std::vector<Fault> added;
  for (const auto& item : *list) {
    if (!item.is_object()) throw Error(Status::invalid, "faults: expected a list of objects", "faults");
    added.push_back(fault_from(item.get_object()));
  }
  for (auto& fault : added) faults_.add(std::move(fault));
  json::object answer;
  answer["faults"] = faults_.pending().size();
  return json_answer(answer);
}

Answer Simulation::advance(const Request& request) {
  const json::object body = json::parse_object(request.body, "advance");
  const json::value* seconds = body.if_contains("seconds");
  const double by = seconds && seconds->is_number() ? seconds->to_number<double>() : -1;
  if (!(by >= 0 && by <= longest_advance_seconds))
    throw Error(Status::invalid, "advance: expected {\"seconds\": n}, n from 0 to ten years", "seconds");
  clock_.advance(std::chrono::microseconds{static_cast<std::int64_t>(by * 1e6)});
  const Time now = clock_.now();
  vendor_->time_is(now);
  json::object answer;
  answer["now_ms"] = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  return json_answer(answer);
}

}  // namespace picket::sim
