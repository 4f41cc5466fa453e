#include "sdk/host/guard.hpp"

#include <utility>

#include "sdk/common/abi_model.hpp"
#include "sdk/common/text.hpp"

namespace picket::host {
namespace {

constexpr std::size_t longest_text = 2000;

CallSlot& slot_of(void* ctx) { return *static_cast<CallSlot*>(ctx); }

bool cancelled(void* ctx) noexcept {
  CallSlot& slot = slot_of(ctx);
  if (!slot.guard->accepts(slot, "picket_call.cancelled")) return true;
  return slot.guard->host_error() != nullptr || slot.guard->call().over();
}

void progress(void* ctx, std::uint64_t done, std::uint64_t total) noexcept {
  CallSlot& slot = slot_of(ctx);
  Guard& guard = *slot.guard;
  if (!guard.accepts(slot, "picket_call.progress") || guard.host_error() != nullptr || !guard.call().progress) return;
  try {
    guard.call().progress(done, total);
  } catch (...) {
    guard.keep_host_error(std::current_exception());
  }
}

void fail(void* ctx, picket_status status, std::int64_t retry_after_ms, picket_str field, picket_str message) noexcept {
  CallSlot& slot = slot_of(ctx);
  Guard& guard = *slot.guard;
  if (!guard.accepts(slot, "picket_call.fail")) return;
  if (status <= PICKET_OK || status > PICKET_INTERNAL) {
    guard.breach("picket_call.fail was called with the status " + std::to_string(status) + ", which is no failure that the contract knows");
    status = PICKET_INTERNAL;
  }
  for (const auto& [text, part] : {std::pair(&field, "field"), std::pair(&message, "message")}) {
    if (text->ptr != nullptr || text->len == 0) continue;
    guard.breach(std::string("picket_call.fail: ") + part + " is a null pointer with a length");
    *text = picket_str{nullptr, 0};
  }
  const auto retry_after = retry_after_ms < 0 ? std::nullopt : std::optional(std::chrono::milliseconds{retry_after_ms});
  guard.record_failure(to_status(status), retry_after, from_abi(field), from_abi(message));
}

std::string replace_all(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) text.replace(at, what.size(), with);
  return text;
}

}  // namespace

Guard::Guard(Log* log, Violations* violations) : log_(log), violations_(violations) {
  for (CallSlot& slot : slots_) slot = {this, {sizeof(picket_call), &slot, 0, cancelled, progress, fail}, nullptr};
}

CallSlot& Guard::begin(const Call& call, Sinks& sinks) {
  if (current_ != nullptr) throw Error(Status::internal, "two calls on one session at once; the host may make one at a time");
  CallSlot& slot = slots_[turn_];
  turn_ = (turn_ + 1) % slots_.size();
  slot.abi.deadline_ns = call.deadline_ns;
  slot.sinks = &sinks;
  call_ = &call;
  visitors_ = 0;
  failure_.reset();
  host_error_ = nullptr;
  owner_ = std::this_thread::get_id();
  current_ = &slot;
  return slot;
}

void Guard::end() {
  if (CallSlot* slot = current_) slot->sinks = nullptr;
  current_ = nullptr;
  owner_ = std::thread::id();
  call_ = nullptr;
  secrets_.clear();
  report_breaches();
}

void Guard::close() {
  report_breaches();
  const std::lock_guard lock(mutex_);
  log_ = nullptr;
  violations_ = nullptr;
}

void Guard::expect_call(std::string_view what) {
  if (current_ == nullptr) throw Breach(std::string(what) + " was called outside of a call of the host into the provider");
  if (!on_call_thread()) throw Breach(std::string(what) + " was called from another thread than that of the call");
}

void Guard::expect_service(std::string_view what) {
  expect_call(what);
  if (visitors_ > 0) throw Breach(std::string(what) + " was called from inside a visitor");
}

void Guard::expect_service(const picket_call* call, std::string_view what) {
  expect_service(what);
  if (call != &current_.load()->abi) throw Breach(std::string(what) + " was called with another picket_call than the one of this call");
}

bool Guard::accepts(const CallSlot& slot, std::string_view what) {
  try {
    expect_call(what);
    if (&slot == current_) return true;
    breach(std::string(what) + " was used with what belongs to an earlier call");
  } catch (const Breach& e) {
    breach(e.what());
  }
  return false;
}

void Guard::record_failure(Status status, std::optional<std::chrono::milliseconds> retry_after, std::string_view field,
                           std::string_view message) {
  failure_.emplace(status, presentable(message, "picket_call.fail"), presentable(field, "picket_call.fail"), retry_after);
}

std::string Guard::presentable(std::string_view text, std::string_view what) {
  std::string shown(text);
  for (const std::string& secret : secrets_) {
    if (secret.size() < 4 || shown.find(secret) == std::string::npos) continue;
    breach(std::string(what) + " was given text that holds a secret");
    shown = replace_all(std::move(shown), secret, "[secret]");
  }
  return text::clean_line(shown, longest_text).text;
}

void Guard::mend(std::string& text, std::string_view part) {
  if (text::is_valid_utf8(text) && text.find('\0') == std::string::npos) return;
  breach("the host gave text that is not UTF-8 without NUL: " + std::string(part));
  text = text::clean_block(text, text.size() + 1).text;
}

void Guard::breach(std::string what) {
  {
    const std::lock_guard lock(mutex_);
    if (breaches_.size() < 1000) breaches_.push_back(std::move(what));  // more would not be read
  }
  if (on_call_thread()) report_breaches();
}

void Guard::report_breaches() {
  std::vector<std::string> breaches;
  {
    const std::lock_guard lock(mutex_);
    breaches.swap(breaches_);
  }
  for (std::string& one : breaches) {
    if (violations_ != nullptr)
      violations_->add(std::move(one));
    else if (log_ != nullptr)
      log_->write(PICKET_LOG_ERROR, "breach of the contract: " + one);
  }
}

}  // namespace picket::host
