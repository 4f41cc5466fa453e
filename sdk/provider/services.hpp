// The host's services as a provider's C++ code sees them: values in, values out, errors as exceptions.
//
// A service that fails has already said why (picket_call.fail), so its exception carries the status only and passes through
// the provider without another word. Thread: as the contract says, during a call and on its thread only.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "picket/abi/provider.h"
#include "picket/error.hpp"
#include "picket/http.hpp"
#include "picket/model.hpp"

namespace picket {

// A host service ended with something else than PICKET_OK and said why itself.
class ServiceError : public Error {
 public:
  ServiceError(Status status, const std::string& service) : Error(status, "the host's " + service + " service failed") {}
};

// One call of the host into the provider.
class Call {
 public:
  explicit Call(const picket_call* call) : call_(call) {}
  const picket_call* abi() const { return call_; }
  void check() const;  // throws Error(cancelled) when the host wants the call to end
  void progress(std::uint64_t done, std::uint64_t total) const;

 private:
  const picket_call* call_;
};

struct Connection {
  std::string tenant;
  std::string integration_id;
  std::string base_url;
};

enum class AlertState : std::int32_t { open = PICKET_ALERTS_OPEN, failing = PICKET_ALERTS_FAILING, incomplete = PICKET_ALERTS_INCOMPLETE };
enum class LogLevel : std::int32_t {
  debug = PICKET_LOG_DEBUG,
  info = PICKET_LOG_INFO,
  warning = PICKET_LOG_WARNING,
  error = PICKET_LOG_ERROR
};

struct ApplyOutcome {
  Status status = Status::internal;
  std::string ticket_id;
  std::string message;
};

// Looks the services up once, in `open`. A service that the host does not offer throws Error(unsupported) naming it when it is used;
// `has` asks beforehand.
class Services {
 public:
  explicit Services(const picket_host& host);

  static constexpr std::string_view all[] = {PICKET_LOG_1,     PICKET_CLOCK_1,     PICKET_HTTP_1,   PICKET_SECRETS_1,
                                             PICKET_STORAGE_1, PICKET_DIRECTORY_1, PICKET_TICKETS_1};
  // Throws Error(unsupported) naming the first service of `ids` that the host does not offer.
  void require(std::span<const std::string_view> ids) const;

  void log(const Call&, LogLevel, std::string_view message) const;  // without a log service: nothing
  [[nodiscard]] Time now() const;

  // All answers, in the order of the requests. A request that got none has an answer with its status and message.
  [[nodiscard]] std::vector<HttpAnswer> exchange(const Call&, std::span<const HttpRequest>) const;
  [[nodiscard]] HttpAnswer send(const Call&, const HttpRequest&) const;
  [[nodiscard]] std::uint64_t requests_sent() const;
  [[nodiscard]] std::uint32_t request_limit() const;

  [[nodiscard]] std::string secret(const Call&,
                                   std::string_view name) const;  // throws Error(auth) naming the secret when it was never stored

  [[nodiscard]] std::string settings(const Call&) const;  // a JSON object
  [[nodiscard]] std::optional<std::string> cursor(const Call&, std::string_view stream) const;
  [[nodiscard]] std::vector<Alert> find_alerts(const Call&, std::span<const std::string> external_ids) const;
  [[nodiscard]] std::vector<Alert> list_alerts(const Call&, AlertState, std::size_t limit) const;
  // The same one by one, for lists of which little is kept.
  void list_alerts(const Call&, AlertState, std::size_t limit, const std::function<void(Alert&&)>& visit) const;
  [[nodiscard]] std::vector<Mapping> find_mappings(const Call&, std::span<const std::string> external_ids) const;
  [[nodiscard]] std::vector<Asset> assets(const Call&, std::span<const std::string> client_ids) const;

  // Passes on each outcome as the host reports it, so that what was applied is known also when this throws. `outcome` may not call
  // services.
  void apply(const Call&, std::span<const ChangeSet>, const std::function<void(std::size_t index, ApplyOutcome&&)>& outcome) const;
  // One outcome per change set, in their order.
  [[nodiscard]] std::vector<ApplyOutcome> apply(const Call&, std::span<const ChangeSet>) const;

 private:
  const picket_log_1* log_;
  const picket_clock_1* clock_;
  const picket_http_1* http_;
  const picket_secrets_1* secrets_;
  const picket_storage_1* storage_;
  const picket_directory_1* directory_;
  const picket_tickets_1* tickets_;
};

}  // namespace picket
