// The provider's side of the line: C functions around a Provider. Every exception ends here and becomes a status.
#include <exception>
#include <new>
#include <vector>

#include "sdk/common/abi_model.hpp"
#include "sdk/provider/provider.hpp"

namespace picket {

void Provider::ticket_events(const Call&, std::span<const TicketEvent>, const EventOutcome&) {
  throw Error(Status::unsupported, "this provider takes no ticket events");
}

namespace detail {
namespace {

struct Instance {
  picket_provider abi{};
  std::unique_ptr<Provider> provider;
};

picket_status fail(const picket_call* call, Status status, std::chrono::milliseconds retry_after, std::string_view field,
                   std::string_view message) {
  if (reaches(*call, &picket_call::fail) && call->fail != nullptr)
    call->fail(call->ctx, static_cast<picket_status>(status), retry_after.count(), to_abi(field), present(message));
  return static_cast<picket_status>(status);
}

// Runs `work` and turns what it throws into a status. An Error that claims to be ok is a defect.
template <class Work>
picket_status run(const picket_call* call, Work&& work) noexcept {
  constexpr std::chrono::milliseconds not_known{-1};
  if (call == nullptr) return PICKET_INVALID;
  try {
    work();
    return PICKET_OK;
  } catch (const ServiceError& e) {
    return static_cast<picket_status>(e.status() == Status::ok ? Status::internal : e.status());
  } catch (const Error& e) {
    return fail(call, e.status() == Status::ok ? Status::internal : e.status(), e.retry_after().value_or(not_known), e.field(), e.what());
  } catch (const std::bad_alloc&) {
    return fail(call, Status::internal, not_known, {}, "the provider ran out of memory");
  } catch (const std::exception& e) {
    return fail(call, Status::internal, not_known, {}, e.what());
  } catch (...) {
    return fail(call, Status::internal, not_known, {}, "the provider threw something that is not an exception");
  }
}

Provider& provider_of(void* self) { return *static_cast<Instance*>(self)->provider; }

picket_status check(void* self, const picket_call* call, void (*account)(void*, picket_str), void* user) noexcept {
  return run(call, [&] { account(user, present(provider_of(self).check(Call(call)))); });
}

picket_status organizations(void* self, const picket_call* call, void (*visit)(void*, picket_str, picket_str), void* user) noexcept {
  return run(call, [&] {
    provider_of(self).organizations(Call(call),
                                    [&](std::string_view id, std::string_view name) { visit(user, present(id), present(name)); });
  });
}

picket_status poll(void* self, const picket_call* call, const picket_poll_request* request,
                   void (*report)(void*, const picket_poll_report*), void* user) noexcept {
  PollReport done;
  const picket_status status = run(call, [&] {
    const std::uint32_t flags = request == nullptr ? 0 : read_struct(*request).flags;
    provider_of(self).poll(Call(call), flags, done);
  });
  const picket_status reported = run(call, [&] { report(user, AbiReport(done).get()); });
  return status == PICKET_OK ? reported : status;
}

bool is_known(TicketEventKind kind) { return kind >= TicketEventKind::created && kind <= TicketEventKind::reopened; }

picket_status ticket_events(void* self, const picket_call* call, const picket_ticket_event* const* events, std::size_t count,
                            void (*outcome)(void*, std::size_t, picket_status, picket_str), void* user) noexcept {
  return run(call, [&] {
    if ((events == nullptr && count > 0) || outcome == nullptr)
      throw Error(Status::invalid, "ticket_events needs the events and a place for their outcomes");
    std::vector<TicketEvent> known;
    std::vector<std::size_t> index_of;
    for (std::size_t i = 0; i < count; ++i) {
      if (events[i] == nullptr) throw Error(Status::invalid, "ticket_events was given a null pointer among the events");
      TicketEvent event = from_abi(*events[i]);
      if (!is_known(event.kind)) {
        outcome(user, i, PICKET_OK, {nullptr, 0});  // of a newer host: none of the provider's business
        continue;
      }
      known.push_back(std::move(event));
      index_of.push_back(i);
    }
    if (known.empty()) return;
    provider_of(self).ticket_events(Call(call), known, [&](std::size_t index, Status status, std::string_view message) {
      outcome(user, index_of.at(index), static_cast<picket_status>(status), to_abi(message));
    });
  });
}

const void* extension(void* self, const char* id) noexcept {
  try {
    return id == nullptr ? nullptr : provider_of(self).extension(id);
  } catch (...) {
    return nullptr;
  }
}

void destroy(void* self) noexcept { delete static_cast<Instance*>(self); }

}  // namespace

picket_status open_provider(MakeProvider make, const picket_host* host, const picket_connection* connection, const picket_call* call,
                            const picket_provider** out) noexcept {
  return run(call, [&] {
    if (host == nullptr || connection == nullptr || out == nullptr)
      throw Error(Status::invalid, "open needs a host, a connection and a place for the instance");
    const picket_connection c = read_struct(*connection);
    auto instance = std::make_unique<Instance>();
    instance->provider = make(Services(*host), Connection{std::string(from_abi(c.tenant)), std::string(from_abi(c.integration_id)),
                                                          std::string(from_abi(c.base_url))});
    if (!instance->provider) throw Error(Status::internal, "the provider made no instance and gave no reason");
    instance->abi = {sizeof(picket_provider),
                     instance.get(),
                     check,
                     organizations,
                     poll,
                     extension,
                     destroy,
                     instance->provider->takes_ticket_events() ? ticket_events : nullptr};
    *out = &instance.release()->abi;
  });
}

}  // namespace detail
}  // namespace picket
