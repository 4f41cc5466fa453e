// The services that a host implements for its connections: secrets, storage, directory and tickets. Clock and HTTP exist already
// (clock.hpp, http/http_client.hpp).
//
// One set of objects serves one connection. Thread: called on the thread of the provider call that is running, one at a time.
// Errors: throw picket::Error; any other exception is reported as a defect of the host.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "picket/error.hpp"
#include "picket/http.hpp"
#include "picket/model.hpp"
#include "sdk/host/call.hpp"

namespace picket::host {

class Log {
 public:
  virtual ~Log() = default;
  virtual void write(int level, std::string_view message) = 0;  // PICKET_LOG_*; must not throw
};

class Http {
 public:
  virtual ~Http() = default;
  // Like picket_http_1.exchange: visits each index once, in any order, on this thread. Throws Error(cancelled) or Error(deadline) when the
  // call is over; some may then be unvisited.
  virtual void exchange(const Call&, std::span<const HttpRequest>, const std::function<void(std::size_t, HttpAnswer&&)>& visit) = 0;
  virtual std::uint64_t sent() const = 0;  // requests since it was made, repeats included
};

class Secrets {
 public:
  virtual ~Secrets() = default;
  virtual std::optional<std::string> get(std::string_view name) = 0;
};

class Storage {
 public:
  virtual ~Storage() = default;
  virtual std::string settings() = 0;  // a JSON object, with the manifest's defaults filled in (with_defaults in settings.hpp)
  virtual std::optional<std::string> cursor(std::string_view stream) = 0;
  virtual void find_alerts(std::span<const std::string_view> external_ids, const std::function<void(const Alert&)>& visit) = 0;
  virtual void list_alerts(std::int32_t state, std::size_t limit, const std::function<void(const Alert&)>& visit) = 0;
  virtual void find_mappings(std::span<const std::string_view> external_ids, const std::function<void(const Mapping&)>& visit) = 0;
};

class Directory {
 public:
  virtual ~Directory() = default;
  virtual void assets(std::span<const std::string_view> client_ids, const std::function<void(const Asset&)>& visit) = 0;
};

class Tickets {
 public:
  virtual ~Tickets() = default;
  using Outcome = std::function<void(std::size_t index, Status, std::string_view ticket_id, std::string_view message)>;
  // Like picket_tickets_1.apply: each change set as a whole or not at all, in order, with one outcome each.
  virtual void apply(const Call&, std::span<const ChangeSet>, const Outcome& outcome) = 0;
};

}  // namespace picket::host
