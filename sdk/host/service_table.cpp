#include "sdk/host/service_table.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "sdk/common/abi_model.hpp"
#include "sdk/common/text.hpp"

namespace picket::host {
namespace {

ServiceTable& table_of(void* ctx) { return *static_cast<ServiceTable*>(ctx); }

// Runs a service: checks that it may be called and that the call is still active, does the work, and maps exceptions to a status.
template <class Work>
picket_status serve(void* ctx, const picket_call* call, std::string_view what, Work&& work) noexcept {
  ServiceTable& table = table_of(ctx);
  Guard& guard = table.guard;
  const auto failed = [&](Status status, std::string_view message, std::string_view field = {},
                          std::optional<std::chrono::milliseconds> retry_after = std::nullopt) {
    guard.record_failure(status, retry_after, field, message);
    return static_cast<picket_status>(status);
  };
  try {
    guard.expect_service(call, what);
    guard.call().check();
    work(table, guard);
    return PICKET_OK;
  } catch (const Breach& e) {
    guard.breach(e.what());
    if (guard.on_call_thread()) failed(Status::invalid, std::string("the provider broke the contract: ") + e.what());
    return PICKET_INVALID;
  } catch (const Error& e) {
    return failed(e.status() == Status::ok ? Status::internal : e.status(), e.what(), e.field(), e.retry_after());
  } catch (const std::exception& e) {
    return failed(Status::internal, "the host's " + std::string(what) + " failed: " + e.what());
  } catch (...) {
    return failed(Status::internal, "the host's " + std::string(what) + " failed");
  }
}

// For a function without a picket_call that cannot fail: its value, or zero on a breach.
template <class Work>
auto answer(void* ctx, std::string_view what, Work&& work) noexcept -> decltype(work(table_of(ctx))) {
  ServiceTable& table = table_of(ctx);
  try {
    table.guard.expect_service(what);
    return work(table);
  } catch (const std::exception& e) {
    table.guard.breach(e.what());
  } catch (...) {
    table.guard.breach(std::string(what) + " failed");
  }
  return {};
}

// Calls the provider's visitor; an exception from it is the provider's breach and must not pass through the host's service.
template <class Function, class... Arguments>
void visit_provider(Guard& guard, std::string_view what, Function function, void* user, Arguments... arguments) {
  const Guard::VisitorScope scope(guard);
  try {
    function(user, arguments...);
  } catch (...) {
    throw Breach("a visitor given to " + std::string(what) + " let an exception out");
  }
}

template <class... Texts>
void mend_all(Guard& guard, std::string_view part, Texts&... texts) {
  (guard.mend(texts, part), ...);
}

void put_text(Guard& guard, std::string_view what, void (*put)(void*, picket_str), void* user, std::string value) {
  guard.mend(value, what);
  visit_provider(guard, what, put, user, present(value));
}

std::vector<std::string_view> views(const picket_str* texts, std::size_t count, std::string_view part) {
  check_texts(texts, count, part);
  std::vector<std::string_view> out;
  out.reserve(count);
  for (std::size_t i = 0; i < count; ++i) out.push_back(from_abi(texts[i]));
  return out;
}

// Each index once.
class Once {
 public:
  Once(std::size_t count, std::string_view what) : seen_(count, false), what_(what) {}
  void mark(std::size_t index) {
    if (index >= seen_.size() || seen_[index])
      throw Error(Status::internal, "the host's " + std::string(what_) + " answered an item twice, or one that it was not given");
    seen_[index] = true;
  }
  void expect_all() const {
    if (std::find(seen_.begin(), seen_.end(), false) != seen_.end())
      throw Error(Status::internal, "the host's " + std::string(what_) + " left an item without an answer");
  }

 private:
  std::vector<bool> seen_;
  std::string_view what_;
};

// ---- log, clock ----

void log_write(void* ctx, const picket_call* call, std::int32_t level, picket_str message) noexcept {
  Guard& guard = table_of(ctx).guard;
  try {
    guard.expect_service(call, "log.write");
    if (level < PICKET_LOG_DEBUG || level > PICKET_LOG_ERROR) {
      guard.breach("log.write: the level " + std::to_string(level) + " is not a PICKET_LOG_*");
      level = PICKET_LOG_ERROR;
    }
    if (message.ptr == nullptr && message.len > 0) throw Breach("log.write: message is a null pointer with a length");
    table_of(ctx).offer.log->write(level, guard.presentable(from_abi(message), "log.write"));
  } catch (const std::exception& e) {
    guard.breach(e.what());
  } catch (...) {
    guard.breach("the host's log.write failed");
  }
}

picket_time clock_now(void* ctx) noexcept {
  return answer(ctx, "clock.now", [](ServiceTable& t) { return to_abi(std::optional(t.offer.clock->now())); });
}

std::int64_t clock_monotonic(void* ctx) noexcept {
  return answer(ctx, "clock.monotonic", [](ServiceTable& t) { return t.offer.clock->monotonic(); });
}

picket_status clock_sleep_until(void* ctx, const picket_call* call, std::int64_t until_ns) noexcept {
  return serve(ctx, call, "clock.sleep_until", [&](ServiceTable& t, Guard& guard) {
    const Call& c = guard.call();
    t.offer.clock->sleep_until(std::min(until_ns, c.deadline_ns), [&] { return c.cancelled(); });
    if (c.cancelled() || until_ns >= c.deadline_ns) c.check();
  });
}

// ---- http ----

// Data from the network need not be UTF-8, but the contract requires it in header lines and messages.
void clean_answer(HttpAnswer& answer) {
  const auto clean = [](std::string& s) {
    if (!text::is_valid_utf8(s) || s.find('\0') != std::string::npos) s = text::clean_line(s, s.size() + 1).text;
  };
  for (auto& [name, value] : answer.headers) {
    clean(name);
    clean(value);
  }
  clean(answer.message);
}

picket_status http_exchange(void* ctx, const picket_call* call, const picket_http_request* const* requests, std::size_t count,
                            void (*visit)(void*, const picket_http_answer*), void* user) noexcept {
  constexpr std::string_view what = "http.exchange";
  return serve(ctx, call, what, [&](ServiceTable& t, Guard& guard) {
    check_pointer(visit, "http.exchange: visit");
    check_array(requests, count, "http.exchange: requests");
    std::vector<HttpRequest> batch;
    batch.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      check_request(requests[i], i);
      batch.push_back(from_abi(*requests[i]));
    }
    Once once(count, what);
    t.offer.http->exchange(guard.call(), batch, [&](std::size_t index, HttpAnswer&& answer) {
      once.mark(index);
      clean_answer(answer);
      const AbiAnswer out(index, answer);
      visit_provider(guard, what, visit, user, out.get());
    });
    once.expect_all();
  });
}

std::uint64_t http_sent(void* ctx) noexcept {
  return answer(ctx, "http.sent", [](ServiceTable& t) { return t.offer.http->sent(); });
}

std::uint32_t http_limit(void* ctx) noexcept {
  return answer(ctx, "http.limit", [](ServiceTable& t) { return t.offer.request_limit; });
}

// ---- secrets ----

picket_status secrets_get(void* ctx, const picket_call* call, picket_str name, void (*put)(void*, picket_str), void* user) noexcept {
  constexpr std::string_view what = "secrets.get";
  return serve(ctx, call, what, [&](ServiceTable& t, Guard& guard) {
    check_pointer(put, "secrets.get: put");
    check_some_text(name, "secrets.get: name");
    auto value = t.offer.secrets->get(from_abi(name));
    if (!value)
      throw Error(Status::not_found, "the secret '" + std::string(from_abi(name)) + "' is not stored", std::string(from_abi(name)));
    guard.remember_secret(*value);
    put_text(guard, what, put, user, *std::move(value));
  });
}

// ---- storage, directory ----

picket_status storage_settings(void* ctx, const picket_call* call, void (*put)(void*, picket_str), void* user) noexcept {
  constexpr std::string_view what = "storage.settings";
  return serve(ctx, call, what, [&](ServiceTable& t, Guard& guard) {
    check_pointer(put, "storage.settings: put");
    put_text(guard, what, put, user, t.offer.storage->settings());
  });
}

picket_status storage_cursor(void* ctx, const picket_call* call, picket_str stream, void (*put)(void*, picket_str), void* user) noexcept {
  constexpr std::string_view what = "storage.cursor";
  return serve(ctx, call, what, [&](ServiceTable& t, Guard& guard) {
    check_pointer(put, "storage.cursor: put");
    check_some_text(stream, "storage.cursor: stream");
    if (auto value = t.offer.storage->cursor(from_abi(stream))) put_text(guard, what, put, user, *std::move(value));
  });
}

template <class Abi, class Model>
void visit_one(Guard& guard, std::string_view what, void (*visit)(void*, const Abi*), void* user, const Model& model) {
  const Abi out = to_abi(model);
  visit_provider(guard, what, visit, user, &out);
}

auto alert_visitor(Guard& guard, std::string_view what, void (*visit)(void*, const picket_alert*), void* user) {
  return [&guard, what, visit, user](const Alert& alert) {
    Alert a = alert;
    mend_all(guard, what, a.external_id, a.severity, a.status, a.message, a.device_name, a.external_device_id, a.asset_id, a.ticket_id,
             a.fingerprint, a.metadata);
    visit_one<picket_alert>(guard, what, visit, user, a);
  };
}

picket_status storage_find_alerts(void* ctx, const picket_call* call, const picket_str* ids, std::size_t count,
                                  void (*visit)(void*, const picket_alert*), void* user) noexcept {
  constexpr std::string_view what = "storage.find_alerts";
  return serve(ctx, call, what, [&](ServiceTable& t, Guard& guard) {
    check_pointer(visit, "storage.find_alerts: visit");
    t.offer.storage->find_alerts(views(ids, count, "storage.find_alerts: external_ids"), alert_visitor(guard, what, visit, user));
  });
}

picket_status storage_list_alerts(void* ctx, const picket_call* call, std::int32_t state, std::size_t limit,
                                  void (*visit)(void*, const picket_alert*), void* user) noexcept {
  constexpr std::string_view what = "storage.list_alerts";
  return serve(ctx, call, what, [&](ServiceTable& t, Guard& guard) {
    check_pointer(visit, "storage.list_alerts: visit");
    if (state < PICKET_ALERTS_OPEN || state > PICKET_ALERTS_INCOMPLETE)
      throw Breach("storage.list_alerts: the state " + std::to_string(state) + " is not a PICKET_ALERTS_*");
    t.offer.storage->list_alerts(state, limit, alert_visitor(guard, what, visit, user));
  });
}

picket_status storage_find_mappings(void* ctx, const picket_call* call, const picket_str* ids, std::size_t count,
                                    void (*visit)(void*, const picket_mapping*), void* user) noexcept {
  constexpr std::string_view what = "storage.find_mappings";
  return serve(ctx, call, what, [&](ServiceTable& t, Guard& guard) {
    check_pointer(visit, "storage.find_mappings: visit");
    t.offer.storage->find_mappings(views(ids, count, "storage.find_mappings: external_ids"), [&](const Mapping& mapping) {
      Mapping m = mapping;
      mend_all(guard, what, m.external_id, m.external_name, m.client_id, m.contact_id);
      visit_one<picket_mapping>(guard, what, visit, user, m);
    });
  });
}

picket_status directory_assets(void* ctx, const picket_call* call, const picket_str* ids, std::size_t count,
                               void (*visit)(void*, const picket_asset*), void* user) noexcept {
  constexpr std::string_view what = "directory.assets";
  return serve(ctx, call, what, [&](ServiceTable& t, Guard& guard) {
    check_pointer(visit, "directory.assets: visit");
    t.offer.directory->assets(views(ids, count, "directory.assets: client_ids"), [&](const Asset& asset) {
      Asset a = asset;
      mend_all(guard, what, a.asset_id, a.client_id, a.name, a.serial_number);
      visit_one<picket_asset>(guard, what, visit, user, a);
    });
  });
}

// ---- tickets ----

picket_status tickets_apply(void* ctx, const picket_call* call, const picket_change_set* const* sets, std::size_t count,
                            void (*outcome)(void*, std::size_t, picket_status, picket_str, picket_str), void* user) noexcept {
  constexpr std::string_view what = "tickets.apply";
  return serve(ctx, call, what, [&](ServiceTable& t, Guard& guard) {
    check_pointer(outcome, "tickets.apply: outcome");
    check_array(sets, count, "tickets.apply: change_sets");
    std::vector<ChangeSet> batch;
    batch.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      check_change_set(sets[i], i);
      batch.push_back(from_abi(*sets[i]));
    }
    Once once(count, what);
    t.offer.tickets->apply(guard.call(), batch,
                           [&](std::size_t index, Status status, std::string_view ticket_id, std::string_view message) {
                             once.mark(index);
                             std::string id(ticket_id);
                             std::string why(message);
                             mend_all(guard, what, id, why);
                             visit_provider(guard, what, outcome, user, index, static_cast<picket_status>(status), to_abi(id), to_abi(why));
                           });
    once.expect_all();
  });
}

const void* service(void* ctx, const char* id) noexcept {
  if (id != nullptr) return table_of(ctx).find(id);
  table_of(ctx).guard.breach("picket_host.service: id is a null pointer");
  return nullptr;
}

}  // namespace

ServiceTable::ServiceTable(Guard& the_guard, const Offer& the_offer)
    : guard(the_guard),
      offer(the_offer),
      host_{sizeof(picket_host), this, service},
      log_{sizeof(picket_log_1), this, log_write},
      clock_{sizeof(picket_clock_1), this, clock_now, clock_monotonic, clock_sleep_until},
      http_{sizeof(picket_http_1), this, http_exchange, http_sent, http_limit},
      secrets_{sizeof(picket_secrets_1), this, secrets_get},
      storage_{sizeof(picket_storage_1), this, storage_settings, storage_cursor, storage_find_alerts, storage_list_alerts,
               storage_find_mappings},
      directory_{sizeof(picket_directory_1), this, directory_assets},
      tickets_{sizeof(picket_tickets_1), this, tickets_apply} {}

const void* ServiceTable::find(std::string_view id) const {
  if (id == PICKET_LOG_1 && offer.log != nullptr) return &log_;
  if (id == PICKET_CLOCK_1 && offer.clock != nullptr) return &clock_;
  if (id == PICKET_HTTP_1 && offer.http != nullptr) return &http_;
  if (id == PICKET_SECRETS_1 && offer.secrets != nullptr) return &secrets_;
  if (id == PICKET_STORAGE_1 && offer.storage != nullptr) return &storage_;
  if (id == PICKET_DIRECTORY_1 && offer.directory != nullptr) return &directory_;
  if (id == PICKET_TICKETS_1 && offer.tickets != nullptr) return &tickets_;
  return nullptr;
}

}  // namespace picket::host
