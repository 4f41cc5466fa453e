#include "sdk/provider/services.hpp"

#include <exception>
#include <utility>

#include "sdk/common/abi_model.hpp"

namespace picket {
namespace {

template <class Service>
const Service* find(const picket_host& host, const char* id) {
  if (!reaches(host, &picket_host::service) || host.service == nullptr) return nullptr;
  return static_cast<const Service*>(host.service(host.ctx, id));
}

// The service's function, or an exception that says what the host lacks: a host may be older than this provider.
template <class Service, class Function>
Function function_of(const Service* service, Function Service::*member, const char* id) {
  if (service == nullptr)
    throw Error(Status::unsupported, std::string("this host does not offer the service ") + id + ", which this provider needs");
  if (!reaches(*service, member) || service->*member == nullptr)
    throw Error(Status::unsupported,
                std::string("this host's service ") + id + " lacks a function that this provider needs; a newer host has it");
  return service->*member;
}

void expect_ok(picket_status status, const char* id) {
  if (status != PICKET_OK) throw ServiceError(to_status(status), id);
}

// A visitor for the host to call. What the C++ function throws waits here until the host's frames are gone.
template <class Function>
class Visitor {
 public:
  explicit Visitor(Function function) : function_(std::move(function)) {}

  template <class... Arguments>
  static void call(void* user, Arguments... arguments) noexcept {
    auto& self = *static_cast<Visitor*>(user);
    if (self.thrown_) return;
    try {
      self.function_(arguments...);
    } catch (...) {
      self.thrown_ = std::current_exception();
    }
  }
  void rethrow() const {
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  Function function_;
  std::exception_ptr thrown_;
};

using Put = void (*)(void* user, picket_str);

// The one text that a service puts; nothing where there is none. `service` is called with the sink and what belongs to it.
template <class Service>
std::optional<std::string> put_by(const char* id, Service&& service) {
  std::optional<std::string> value;
  Visitor put([&](picket_str text) { value = std::string(from_abi(text)); });
  const picket_status status = service(&decltype(put)::template call<picket_str>, &put);
  put.rethrow();
  if (status != PICKET_NOT_FOUND) expect_ok(status, id);
  return value;
}

}  // namespace

void Call::check() const {
  if (reaches(*call_, &picket_call::cancelled) && call_->cancelled != nullptr && call_->cancelled(call_->ctx))
    throw Error(Status::cancelled, "the work was cancelled");
}

void Call::progress(std::uint64_t done, std::uint64_t total) const {
  if (reaches(*call_, &picket_call::progress) && call_->progress != nullptr) call_->progress(call_->ctx, done, total);
}

Services::Services(const picket_host& host)
    : log_(find<picket_log_1>(host, PICKET_LOG_1)),
      clock_(find<picket_clock_1>(host, PICKET_CLOCK_1)),
      http_(find<picket_http_1>(host, PICKET_HTTP_1)),
      secrets_(find<picket_secrets_1>(host, PICKET_SECRETS_1)),
      storage_(find<picket_storage_1>(host, PICKET_STORAGE_1)),
      directory_(find<picket_directory_1>(host, PICKET_DIRECTORY_1)),
      tickets_(find<picket_tickets_1>(host, PICKET_TICKETS_1)) {}

void Services::require(std::span<const std::string_view> ids) const {
  const std::pair<std::string_view, const void*> offered[] = {
      {PICKET_LOG_1, log_},         {PICKET_CLOCK_1, clock_},         {PICKET_HTTP_1, http_},      {PICKET_SECRETS_1, secrets_},
      {PICKET_STORAGE_1, storage_}, {PICKET_DIRECTORY_1, directory_}, {PICKET_TICKETS_1, tickets_}};
  for (const std::string_view id : ids) {
    bool found = false;
    for (const auto& [offered_id, service] : offered) found = found || (offered_id == id && service != nullptr);
    if (!found) throw Error(Status::unsupported, "this host does not offer the service " + std::string(id) + ", which this provider needs");
  }
}

void Services::log(const Call& call, LogLevel level, std::string_view message) const {
  if (log_ == nullptr || !reaches(*log_, &picket_log_1::write) || log_->write == nullptr) return;
  log_->write(log_->ctx, call.abi(), static_cast<std::int32_t>(level), present(message));
}

Time Services::now() const {
  const auto now = function_of(clock_, &picket_clock_1::now, PICKET_CLOCK_1);
  return Time{std::chrono::microseconds{now(clock_->ctx)}};
}

std::vector<HttpAnswer> Services::exchange(const Call& call, std::span<const HttpRequest> requests) const {
  const auto exchange = function_of(http_, &picket_http_1::exchange, PICKET_HTTP_1);
  std::vector<HttpAnswer> answers(requests.size());
  std::vector<bool> answered(requests.size(), false);
  Visitor visit([&](const picket_http_answer* answer) {
    const std::size_t index = answer->index;
    if (index >= answers.size()) throw Error(Status::internal, "the host answered an HTTP request that was not made");
    answers[index] = from_abi(*answer);
    answered[index] = true;
  });
  const AbiRequests batch(requests);
  const picket_status status =
      exchange(http_->ctx, call.abi(), batch.data(), batch.size(), &decltype(visit)::call<const picket_http_answer*>, &visit);
  visit.rethrow();
  expect_ok(status, PICKET_HTTP_1);
  for (const bool one : answered)
    if (!one) throw Error(Status::internal, "the host left an HTTP request without an answer");
  return answers;
}

HttpAnswer Services::send(const Call& call, const HttpRequest& request) const { return std::move(exchange(call, {&request, 1}).front()); }

std::uint64_t Services::requests_sent() const { return function_of(http_, &picket_http_1::sent, PICKET_HTTP_1)(http_->ctx); }

std::uint32_t Services::request_limit() const { return function_of(http_, &picket_http_1::limit, PICKET_HTTP_1)(http_->ctx); }

std::string Services::secret(const Call& call, std::string_view name) const {
  const auto get = function_of(secrets_, &picket_secrets_1::get, PICKET_SECRETS_1);
  std::optional<std::string> value =
      put_by(PICKET_SECRETS_1, [&](Put put, void* user) { return get(secrets_->ctx, call.abi(), present(name), put, user); });
  if (!value)
    throw Error(Status::auth, "the secret '" + std::string(name) + "' is not stored; connect again with the vendor's credentials",
                std::string(name));
  return *std::move(value);
}

std::string Services::settings(const Call& call) const {
  const auto settings = function_of(storage_, &picket_storage_1::settings, PICKET_STORAGE_1);
  std::optional<std::string> value =
      put_by(PICKET_STORAGE_1, [&](Put put, void* user) { return settings(storage_->ctx, call.abi(), put, user); });
  if (!value) throw Error(Status::internal, "the host gave no settings for this connection");
  return *std::move(value);
}

std::optional<std::string> Services::cursor(const Call& call, std::string_view stream) const {
  const auto cursor = function_of(storage_, &picket_storage_1::cursor, PICKET_STORAGE_1);
  return put_by(PICKET_STORAGE_1, [&](Put put, void* user) { return cursor(storage_->ctx, call.abi(), present(stream), put, user); });
}

std::vector<Alert> Services::find_alerts(const Call& call, std::span<const std::string> external_ids) const {
  const auto find_alerts = function_of(storage_, &picket_storage_1::find_alerts, PICKET_STORAGE_1);
  std::vector<Alert> found;
  Visitor visit([&](const picket_alert* alert) { found.push_back(from_abi(*alert)); });
  const AbiTexts ids(external_ids);
  const picket_status status =
      find_alerts(storage_->ctx, call.abi(), ids.data(), ids.size(), &decltype(visit)::call<const picket_alert*>, &visit);
  visit.rethrow();
  expect_ok(status, PICKET_STORAGE_1);
  return found;
}

void Services::list_alerts(const Call& call, AlertState state, std::size_t limit, const std::function<void(Alert&&)>& visit_alert) const {
  const auto list_alerts = function_of(storage_, &picket_storage_1::list_alerts, PICKET_STORAGE_1);
  Visitor visit([&](const picket_alert* alert) { visit_alert(from_abi(*alert)); });
  const picket_status status =
      list_alerts(storage_->ctx, call.abi(), static_cast<std::int32_t>(state), limit, &decltype(visit)::call<const picket_alert*>, &visit);
  visit.rethrow();
  expect_ok(status, PICKET_STORAGE_1);
}

std::vector<Alert> Services::list_alerts(const Call& call, AlertState state, std::size_t limit) const {
  std::vector<Alert> found;
  list_alerts(call, state, limit, [&](Alert&& alert) { found.push_back(std::move(alert)); });
  return found;
}

std::vector<Mapping> Services::find_mappings(const Call& call, std::span<const std::string> external_ids) const {
  const auto find_mappings = function_of(storage_, &picket_storage_1::find_mappings, PICKET_STORAGE_1);
  std::vector<Mapping> found;
  Visitor visit([&](const picket_mapping* mapping) { found.push_back(from_abi(*mapping)); });
  const AbiTexts ids(external_ids);
  const picket_status status =
      find_mappings(storage_->ctx, call.abi(), ids.data(), ids.size(), &decltype(visit)::call<const picket_mapping*>, &visit);
  visit.rethrow();
  expect_ok(status, PICKET_STORAGE_1);
  return found;
}

std::vector<Asset> Services::assets(const Call& call, std::span<const std::string> client_ids) const {
  const auto assets = function_of(directory_, &picket_directory_1::assets, PICKET_DIRECTORY_1);
  std::vector<Asset> found;
  Visitor visit([&](const picket_asset* asset) { found.push_back(from_abi(*asset)); });
  const AbiTexts ids(client_ids);
  const picket_status status =
      assets(directory_->ctx, call.abi(), ids.data(), ids.size(), &decltype(visit)::call<const picket_asset*>, &visit);
  visit.rethrow();
  expect_ok(status, PICKET_DIRECTORY_1);
  return found;
}

void Services::apply(const Call& call, std::span<const ChangeSet> sets,
                     const std::function<void(std::size_t, ApplyOutcome&&)>& outcome) const {
  const auto apply = function_of(tickets_, &picket_tickets_1::apply, PICKET_TICKETS_1);
  std::vector<bool> reported(sets.size(), false);
  Visitor visit([&](std::size_t index, picket_status status, picket_str ticket_id, picket_str message) {
    if (index >= reported.size() || reported[index])
      throw Error(Status::internal, "the host reported the outcome of a change set that it was not given");
    reported[index] = true;
    outcome(index, {to_status(status), std::string(from_abi(ticket_id)), std::string(from_abi(message))});
  });
  const AbiChangeSets batch(sets);
  const picket_status status = apply(tickets_->ctx, call.abi(), batch.data(), batch.size(),
                                     &decltype(visit)::call<std::size_t, picket_status, picket_str, picket_str>, &visit);
  visit.rethrow();
  expect_ok(status, PICKET_TICKETS_1);
  for (const bool one : reported)
    if (!one) throw Error(Status::internal, "the host did not say what became of a change set");
}

std::vector<ApplyOutcome> Services::apply(const Call& call, std::span<const ChangeSet> sets) const {
  std::vector<ApplyOutcome> outcomes(sets.size());
  apply(call, sets, [&](std::size_t index, ApplyOutcome&& outcome) { outcomes[index] = std::move(outcome); });
  return outcomes;
}

}  // namespace picket
