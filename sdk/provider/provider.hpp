// What the author of a provider writes: a class derived from Provider and one line, PICKET_PROVIDER(...). sdk/example is a whole one.
//
// Exceptions thrown from these functions become a status and a message for the host; anything that is not a picket::Error is reported
// as a defect of the provider. Thread: one call at a time per instance.
#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "sdk/provider/services.hpp"

namespace picket {

class Provider {
 public:
  virtual ~Provider() = default;

  // Checks the credentials; returns the account as a JSON object whose members go into the connection's settings.
  virtual std::string check(const Call&) = 0;
  virtual void organizations(const Call&, const std::function<void(std::string_view external_id, std::string_view name)>& visit) = 0;
  // One cycle. `report` is filled as work is done, so that it is right also when the cycle ends with an exception.
  virtual void poll(const Call&, std::uint32_t flags, PollReport& report) = 0;
  // Carries ticket events to the vendor, if takes_ticket_events() says so; picket/abi/provider.h has the rules. `outcome` is called once
  // for each event, as soon as its outcome is certain. An event without one when this returns or throws counts as not touched: after
  // something was sent to the vendor, call `outcome` before you throw.
  using EventOutcome = std::function<void(std::size_t index, Status, std::string_view message)>;
  virtual bool takes_ticket_events() const { return false; }
  virtual void ticket_events(const Call&, std::span<const TicketEvent>, const EventOutcome&);
  virtual const void* extension(std::string_view /*id*/) { return nullptr; }
};

using MakeProvider = std::unique_ptr<Provider> (*)(const Services&, const Connection&);

// For a class whose constructor takes the two.
template <class AProvider>
std::unique_ptr<Provider> make_provider(const Services& services, const Connection& connection) {
  return std::make_unique<AProvider>(services, connection);
}

namespace detail {
picket_status open_provider(MakeProvider, const picket_host*, const picket_connection*, const picket_call*,
                            const picket_provider** out) noexcept;
}

// Defines the exported symbol. `make` is a MakeProvider; it may throw Error to refuse.
#define PICKET_PROVIDER(id_text, version_text, make)                                                                                  \
  extern "C" PICKET_EXPORT const picket_entry_point picket_entry = {                                                                  \
      sizeof(picket_entry_point),                                                                                                     \
      PICKET_ABI_MAJOR,                                                                                                               \
      PICKET_ABI_MINOR,                                                                                                               \
      {id_text, sizeof(id_text) - 1},                                                                                                 \
      {version_text, sizeof(version_text) - 1},                                                                                       \
      {"security", 8},                                                                                                                \
      [](const picket_host* host, const picket_connection* connection, const picket_call* call, const picket_provider** out) noexcept \
      -> picket_status { return picket::detail::open_provider(make, host, connection, call, out); }}

}  // namespace picket
