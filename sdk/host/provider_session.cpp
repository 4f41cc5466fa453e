#include "sdk/host/provider_session.hpp"

#include <algorithm>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "sdk/common/abi_model.hpp"
#include "sdk/common/ascii.hpp"
#include "sdk/common/json.hpp"
#include "sdk/host/guard.hpp"
#include "sdk/host/service_table.hpp"
#include "sdk/host/sinks.hpp"

namespace picket::host {

// Everything that a provider holds pointers to.
struct Line {
  Line(const Offer& offer, Violations* violations) : guard(offer.log, violations), services(guard, offer) {}
  Guard guard;
  ServiceTable services;
};

namespace {

// Keeps closed lines for a while, so that a provider that calls after its `destroy` gets an answer instead of reading freed memory.
void retire(std::unique_ptr<Line> line) {
  static std::mutex mutex;
  static auto& retired = *new std::deque<std::unique_ptr<Line>>;
  line->guard.close();
  const std::lock_guard lock(mutex);
  retired.push_back(std::move(line));
  if (retired.size() > 32) retired.pop_front();
}

bool is_event_id(std::string_view id) {
  return !id.empty() && id.size() <= 40 &&
         std::all_of(id.begin(), id.end(), [](char c) { return ascii::is_lower(c) || ascii::is_digit(c) || c == '-'; });
}

// Events that break the contract are the host's breach; the provider receives them with their text corrected.
void mend_event(Guard& guard, TicketEvent& event) {
  for (std::string* text : {&event.event_id, &event.external_id, &event.ticket_id, &event.ticket_number, &event.ticket_url, &event.desk,
                            &event.author, &event.text, &event.before, &event.after})
    guard.mend(*text, "ticket_events");
  if (!is_event_id(event.event_id)) guard.breach("the host gave a ticket event whose id is not well formed");
}

}  // namespace

class ProviderSession::Impl {
 public:
  Impl(const LoadedProvider& loaded, const ConnectionInfo& info, const Offer& offer, const Call& call, Violations* violations)
      : line_(std::make_unique<Line>(offer, violations)) {
    const picket_connection connection{sizeof connection, present(info.tenant), present(info.integration_id), present(info.base_url)};
    Sinks sinks;
    try {
      run(
          call, "open", sinks,
          [&](CallSlot& slot) { return loaded.entry().open(line_->services.host(), &connection, &slot.abi, &provider_); },
          [&](picket_status status) {
            const picket_provider* opened = std::exchange(provider_, nullptr);
            if (status == PICKET_OK)
              provider_ = checked_instance(opened);
            else if (opened != nullptr)
              line_->guard.breach("open failed but set *out");
          });
    } catch (...) {
      end();
      throw;
    }
  }

  ~Impl() { end(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::string check(const Call& call) {
    expect_offered(provider_->check != nullptr, "check");
    Sinks sinks;
    run(
        call, "check", sinks, [&](CallSlot& slot) { return provider_->check(provider_->self, &slot.abi, &Sinks::account, &slot); },
        [&](picket_status status) {
          if (status != PICKET_OK) return;
          if (sinks.accounts.size() != 1)
            defect("check put the account " + std::to_string(sinks.accounts.size()) + " times, expected once");
          expect_object(sinks.accounts.front());
        });
    return sinks.accounts.front();
  }

  void organizations(const Call& call, const std::function<void(std::string_view, std::string_view)>& visit) {
    expect_offered(provider_->organizations != nullptr, "organizations");
    Sinks sinks;
    sinks.visit = &visit;
    run(
        call, "organizations", sinks,
        [&](CallSlot& slot) { return provider_->organizations(provider_->self, &slot.abi, &Sinks::organization, &slot); },
        [](picket_status) {});
  }

  void poll(const Call& call, std::uint32_t flags, PollReport& report) {
    expect_offered(provider_->poll != nullptr, "poll");
    const picket_poll_request request{sizeof request, flags};
    Sinks sinks;
    run(
        call, "poll", sinks, [&](CallSlot& slot) { return provider_->poll(provider_->self, &slot.abi, &request, &Sinks::report, &slot); },
        [&](picket_status) {
          if (sinks.reports.size() != 1)
            line_->guard.breach("poll gave its report " + std::to_string(sinks.reports.size()) + " times, expected once");
          if (!sinks.reports.empty()) report = std::move(sinks.reports.back());
        });
  }

  bool takes_ticket_events() const { return reaches(*provider_, &picket_provider::ticket_events) && provider_->ticket_events != nullptr; }

  void ticket_events(const Call& call, std::span<const TicketEvent> events,
                     const std::function<void(std::size_t, Status, std::string_view)>& outcome) {
    expect_offered(takes_ticket_events(), "ticket_events");
    if (events.empty()) return;
    std::vector<TicketEvent> mended(events.begin(), events.end());
    for (TicketEvent& event : mended) mend_event(line_->guard, event);
    const AbiTicketEvents batch(mended);
    Sinks sinks;
    sinks.event_outcome = &outcome;
    sinks.outcome_reported.assign(batch.size(), false);
    run(
        call, "ticket_events", sinks,
        [&](CallSlot& slot) {
          return provider_->ticket_events(provider_->self, &slot.abi, batch.data(), batch.size(), &Sinks::outcome, &slot);
        },
        [](picket_status) {});
  }

  const void* extension(const char* id) {
    if (provider_->extension == nullptr) return nullptr;
    try {
      return provider_->extension(provider_->self, id);
    } catch (...) {
      line_->guard.breach("extension let an exception out");
      return nullptr;
    }
  }

  const picket_provider& provider() const { return *provider_; }

 private:
  // Calls the provider, and returns or throws Error according to its status. `after` sees the status while the call is still active.
  template <class Invoke, class After>
  void run(const Call& call, std::string_view what, Sinks& sinks, Invoke&& invoke, After&& after) {
    Guard& guard = line_->guard;
    std::optional<Error> error;
    CallSlot& slot = guard.begin(call, sinks);
    picket_status status = PICKET_INTERNAL;
    try {
      status = invoke(slot);
    } catch (...) {
      guard.breach(std::string(what) + " let an exception out");
      guard.record_failure(Status::internal, std::nullopt, {}, "the provider let an exception out");
    }
    try {
      after(status);
      error = error_of(call, what, status);
    } catch (const Error& e) {
      error = e;
    }
    const std::exception_ptr host_error = guard.host_error();
    guard.end();
    if (host_error) std::rethrow_exception(host_error);
    if (error) throw Error(*error);
  }

  std::optional<Error> error_of(const Call& call, std::string_view what, picket_status status) {
    Guard& guard = line_->guard;
    if (status == PICKET_OK) return std::nullopt;
    if (status < PICKET_OK || status > PICKET_INTERNAL)
      guard.breach(std::string(what) + " returned the status " + std::to_string(status) + ", which the contract does not know");
    const Status known = to_status(status);
    // A provider learns only that the call is over, not whether by the deadline or by cancelling.
    if (known == Status::cancelled && !call.cancelled() && call.expired())
      return Error(Status::deadline, "the deadline of this run has passed; the next run continues where this one stopped");
    if (!guard.failure() || *guard.failure()->what() == '\0') {
      guard.breach(std::string(what) + " failed without telling picket_call.fail why");
      return Error(known, "the provider gave no reason (" + std::string(name_of(known)) + ")");
    }
    return Error(known, guard.failure()->what(), guard.failure()->field(), guard.failure()->retry_after());
  }

  const picket_provider* checked_instance(const picket_provider* opened) {
    if (opened == nullptr) defect("open returned PICKET_OK without an instance");
    try {
      check_size(*opened, "picket_provider");
      check_pointer(opened->destroy, "picket_provider.destroy");
    } catch (const Breach& e) {
      defect(e.what());
    }
    return opened;
  }

  [[noreturn]] void defect(const std::string& what) {
    line_->guard.breach(what);
    throw Error(Status::internal, "the provider broke the contract: " + what);
  }

  void expect_object(const std::string& account) {
    try {
      json::parse_object(account, "the account that check put");
    } catch (const Error& e) {
      defect(e.what());
    }
  }

  static void expect_offered(bool offered, const std::string& function) {
    if (!offered) throw Error(Status::unsupported, "this provider does not offer '" + function + "'");
  }

  void end() noexcept {
    if (!line_) return;
    if (provider_ != nullptr) {
      try {
        provider_->destroy(provider_->self);
      } catch (...) {
        line_->guard.breach("destroy let an exception out");
      }
    }
    retire(std::move(line_));
  }

  std::unique_ptr<Line> line_;
  const picket_provider* provider_ = nullptr;
};

ProviderSession::ProviderSession(const LoadedProvider& loaded, const ConnectionInfo& info, const Offer& offer, const Call& call,
                                 Violations* violations)
    : impl_(std::make_unique<Impl>(loaded, info, offer, call, violations)) {}

ProviderSession::~ProviderSession() = default;

std::string ProviderSession::check(const Call& call) { return impl_->check(call); }

void ProviderSession::organizations(const Call& call, const std::function<void(std::string_view, std::string_view)>& visit) {
  impl_->organizations(call, visit);
}

void ProviderSession::poll(const Call& call, std::uint32_t flags, PollReport& report) { impl_->poll(call, flags, report); }

void ProviderSession::ticket_events(const Call& call, std::span<const TicketEvent> events,
                                    const std::function<void(std::size_t, Status, std::string_view)>& outcome) {
  impl_->ticket_events(call, events, outcome);
}

const void* ProviderSession::extension(const char* id) { return impl_->extension(id); }

bool ProviderSession::can_check() const { return impl_->provider().check != nullptr; }
bool ProviderSession::can_list_organizations() const { return impl_->provider().organizations != nullptr; }
bool ProviderSession::can_poll() const { return impl_->provider().poll != nullptr; }
bool ProviderSession::can_take_ticket_events() const { return impl_->takes_ticket_events(); }

}  // namespace picket::host
