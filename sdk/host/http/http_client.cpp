#include "sdk/host/http/http_client.hpp"

#include <algorithm>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <utility>

#include "sdk/common/base64.hpp"
#include "sdk/common/time_text.hpp"
#include "sdk/host/http/account_gate.hpp"
#include "sdk/host/http/request_head.hpp"
#include "sdk/host/http/retry.hpp"
#include "sdk/host/http/retry_after.hpp"
#include "sdk/host/http/transport.hpp"
#include "sdk/host/http/url.hpp"

namespace picket::host {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

namespace {

// The longest time on the network between two checks whether the call is over.
constexpr nanoseconds longest_slice = milliseconds{50};
// A simulated clock stands still while something is in flight: work due in its next microsecond must not cause a busy loop.
constexpr nanoseconds shortest_slice = milliseconds{1};

std::optional<Proxy> proxy_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto url = parse_url(text);
  if (!url || url->origin.tls || url->target != "/")
    throw Error(Status::invalid, "the proxy must be given as http://host:port or http://user:password@host:port", "proxy");
  Proxy proxy{.origin = url->origin, .authorization = {}};
  if (!url->userinfo.empty()) proxy.authorization = "Basic " + base64_encode(url->userinfo);
  return proxy;
}

std::vector<Origin> origins_of(const std::vector<std::string>& texts) {
  std::vector<Origin> origins;
  for (const std::string& text : texts) {
    auto origin = parse_origin(text);
    if (!origin)
      throw Error(Status::invalid, "an allowed origin must look like https://host or https://host:port, without a path", "origins");
    origins.push_back(std::move(*origin));
  }
  return origins;
}

TransportOptions transport_options(const HttpOptions& options, const std::optional<Proxy>& proxy) {
  const auto positive = [](bool holds, const char* field) {
    if (!holds) throw Error(Status::invalid, std::string{"the HTTP option "} + field + " must be greater than 0", field);
  };
  positive(options.connect_timeout.count() > 0, "connect_timeout");
  positive(options.request_timeout.count() > 0, "request_timeout");
  positive(options.max_attempts > 0, "max_attempts");
  positive(options.first_backoff.count() > 0, "first_backoff");
  positive(options.max_backoff.count() > 0, "max_backoff");
  positive(options.max_answer_bytes > 0, "max_answer_bytes");
  positive(options.max_concurrency > 0, "max_concurrency");
  return {.ca_file = options.ca_file,
          .verify_tls = options.verify_tls,
          .proxy = proxy,
          .user_agent = options.user_agent,
          .connect_timeout = options.connect_timeout,
          .request_timeout = options.request_timeout,
          .max_answer_bytes = options.max_answer_bytes,
          .max_idle = options.max_concurrency};
}

HttpAnswer failure(Status status, std::string message, std::optional<milliseconds> retry_after = std::nullopt) {
  HttpAnswer answer;
  answer.status = status;
  answer.message = std::move(message);
  answer.retry_after = retry_after;
  return answer;
}

}  // namespace

struct HttpClient::State {
  State(HttpOptions o, Clock& c, RateLimiter* l)
      : options(std::move(o)),
        clock(c),
        limiter(l),
        origins(origins_of(options.origins)),
        proxy(proxy_of(options.proxy)),
        transport(transport_options(options, proxy)) {}

  double random() { return std::uniform_real_distribution<double>{0.0, 1.0}(generator); }

  HttpOptions options;
  Clock& clock;
  RateLimiter* limiter;
  std::vector<Origin> origins;
  std::optional<Proxy> proxy;
  Transport transport;
  AccountGate account;
  std::mt19937_64 generator{std::random_device{}()};
};

// One batch. A request is in exactly one place: ready to be sent, waiting until a time, in flight, or visited. Time passes in one of two
// ways: while something is in flight by working on the network in short slices, else by sleeping on the clock until the next request is
// due; so a simulated clock skips every wait and never an answer.
class HttpClient::Exchange {
 public:
  Exchange(State& state, const Call& call, std::span<const HttpRequest> requests,
           const std::function<void(std::size_t, HttpAnswer&&)>& visit)
      : state_(state), call_(call), requests_(requests), visit_(visit), tasks_(requests.size()) {}

  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  ~Exchange() {
    state_.transport.drop_in_flight();
    for (Task& task : tasks_) {
      try {
        give_back(task);
      } catch (...) {  // another failure is already being reported
      }
    }
  }

  void run() {
    for (std::size_t i = 0; i < requests_.size(); ++i) accept(i);
    while (left_ > 0) {
      if (!call_.finishing() || call_.dropped() || call_.expired() || state_.transport.in_flight() == 0) {
        call_.check();
        wake();
        start_ready();
        if (left_ == 0) break;
      }
      if (state_.transport.in_flight() > 0) {
        for (AttemptResult& result : state_.transport.run(slice())) conclude(std::move(result));
      } else {
        state_.clock.sleep_until(std::min(next_wake(), call_.deadline_ns), [this] { return call_.cancelled(); });
      }
    }
  }

 private:
  struct Task {
    Url url;
    std::int64_t deadline_ns = 0;  // the call's, or the end of the request's patience
    std::int64_t sent_ns = 0;
    int attempts = 0;                   // without those answered 429
    bool fresh = false;                 // the next attempt may not use a kept connection
    std::optional<std::int64_t> grant;  // the rate limiter's token until the request is done
    std::optional<HttpAnswer> answer;   // the last one received, if the request may be repeated
    std::string failure;                // why the last attempt received none
  };

  void accept(std::size_t index) {
    const HttpRequest& request = requests_[index];
    ++left_;
    if (auto fault = fault_of(request)) return finish(index, failure(Status::invalid, std::move(*fault)));
    auto url = parse_url(request.url);
    if (!url) return finish(index, failure(Status::invalid, "the URL of a request is not a valid http or https URL"));
    if (!url->userinfo.empty())
      return finish(index,
                    failure(Status::invalid, "the URL of a request must not hold a user or a password; send an Authorization header"));
    if (std::find(state_.origins.begin(), state_.origins.end(), url->origin) == state_.origins.end())
      return finish(index, failure(Status::invalid, origin_message(url->origin)));
    tasks_[index].url = std::move(*url);
    tasks_[index].deadline_ns = call_.deadline_ns;
    if (request.patience.count() > 0)
      tasks_[index].deadline_ns = std::min(call_.deadline_ns, later(state_.clock.monotonic(), request.patience));
    ready_.push_back(index);
  }

  std::string origin_message(const Origin& origin) const {
    std::string allowed;
    for (const Origin& o : state_.origins) allowed += (allowed.empty() ? "" : ", ") + o.text();
    return "requests to " + origin.text() + " are not allowed; allowed are: " + (allowed.empty() ? "none" : allowed);
  }

  void finish(std::size_t index, HttpAnswer&& answer) {
    give_back(tasks_[index]);
    --left_;
    visit_(index, std::move(answer));
  }

  void give_back(Task& task) {
    if (!task.grant) return;
    const std::int64_t token = *task.grant;
    task.grant.reset();
    state_.limiter->done(token);
  }

  void wake() {
    const std::int64_t now = state_.clock.monotonic();
    while (!waiting_.empty() && waiting_.begin()->first <= now) {
      ready_.push_back(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
    }
  }

  void start_ready() {
    while (!ready_.empty() && state_.transport.in_flight() < state_.options.max_concurrency) {
      if (!tasks_[ready_.front()].grant) {
        const std::int64_t now = state_.clock.monotonic();
        if (now < gate_ns()) {
          give_up_behind_gate();
          return;
        }
        if (!acquire(now)) continue;
      }
      const std::size_t index = ready_.front();
      ready_.pop_front();
      start(index);
    }
  }

  // Gets grants for as many ready requests as connections are free, or moves the gate.
  bool acquire(std::int64_t now) {
    if (state_.limiter == nullptr) return true;
    std::vector<Task*> wanted;
    const std::size_t free = state_.options.max_concurrency - state_.transport.in_flight();
    for (const std::size_t index : ready_) {
      if (wanted.size() == free) break;
      if (!tasks_[index].grant) wanted.push_back(&tasks_[index]);
    }
    const RateLimiter::Grant grant = state_.limiter->acquire(wanted.size());
    for (std::size_t i = 0; i < std::min(grant.count, wanted.size()); ++i) wanted[i]->grant = grant.token;
    if (grant.count > 0) return true;
    limiter_gate_ns_ = later(now, std::max<nanoseconds>(grant.wait, std::chrono::microseconds{1}));
    return false;
  }

  // Nothing is sent before.
  std::int64_t gate_ns() const { return std::max(limiter_gate_ns_, state_.account.opens_ns()); }

  // The ready requests whose deadline is before the gate opens.
  void give_up_behind_gate() {
    const std::int64_t gate = gate_ns();
    for (const std::size_t index : std::exchange(ready_, {})) {
      if (tasks_[index].grant || gate < tasks_[index].deadline_ns)
        ready_.push_back(index);
      else
        give_up_limited(index);
    }
  }

  void give_up_limited(std::size_t index) {
    const Task& task = tasks_[index];
    if (task.answer || !task.failure.empty()) return give_up(index, Status::unavailable);
    const nanoseconds wait{std::max<std::int64_t>(gate_ns() - state_.clock.monotonic(), 0)};
    const Time at = state_.clock.now() + std::chrono::ceil<std::chrono::microseconds>(wait);
    finish(index, failure(Status::rate_limited,
                          "the vendor's request limit allows the next request at " + format_time(at) + ", later than it is waited for",
                          std::chrono::ceil<milliseconds>(wait)));
  }

  void start(std::size_t index) {
    const HttpRequest& request = requests_[index];
    Task& task = tasks_[index];
    ++task.attempts;
    task.sent_ns = state_.clock.monotonic();
    const auto& options = state_.options;
    const bool forwarded = state_.proxy && !task.url.origin.tls;
    const std::string_view proxy_authorization = forwarded ? std::string_view{state_.proxy->authorization} : std::string_view{};
    state_.transport.start(
        {.id = index,
         .origin = task.url.origin,
         .head = request_head(request, task.url,
                              {.user_agent = options.user_agent, .absolute_form = forwarded, .proxy_authorization = proxy_authorization}),
         .body = request.body,
         .answer_has_body = request.method != "HEAD",
         .reuse = !task.fresh,
         .time_limit = request.patience.count() > 0 ? remaining_patience(task) : milliseconds{0}});
  }

  milliseconds remaining_patience(const Task& task) const {
    const nanoseconds left{task.deadline_ns - state_.clock.monotonic()};
    return std::max(std::chrono::duration_cast<milliseconds>(left), milliseconds{1});
  }

  nanoseconds slice() const {
    const std::int64_t now = state_.clock.monotonic();
    const std::int64_t until = std::min(next_wake(), call_.deadline_ns);
    return std::clamp(nanoseconds{until - now}, shortest_slice, longest_slice);
  }

  std::int64_t next_wake() const {
    std::int64_t at = waiting_.empty() ? std::numeric_limits<std::int64_t>::max() : waiting_.begin()->first;
    const bool gated = !ready_.empty() && state_.transport.in_flight() < state_.options.max_concurrency;
    if (gated) at = std::min(at, std::max(gate_ns(), state_.clock.monotonic()));
    return at;
  }

  void conclude(AttemptResult&& result) {
    const std::size_t index = result.id;
    const bool repeatable = requests_[index].repeatable;
    Task& task = tasks_[index];

    if (result.stale && (repeatable || result.end == AttemptEnd::not_sent)) {
      if (result.end != AttemptEnd::not_sent) give_back(task);
      --task.attempts;
      task.fresh = true;
      ready_.push_front(index);
      return;
    }

    give_back(task);
    Attempt attempt{.number = task.attempts, .end = result.end, .code = 0, .repeatable = repeatable, .retry_after = {}};
    if (result.end == AttemptEnd::answered) {
      HttpAnswer& answer = result.answer;
      attempt.code = answer.code;
      if (answer.code == 429 || answer.code == 503)
        attempt.retry_after = answer.retry_after = parse_retry_after(answer.header("retry-after"), state_.clock.now());
      task.answer = std::move(answer);
    } else {
      task.failure = std::move(result.message);
      if (result.end == AttemptEnd::refused || result.end == AttemptEnd::unusable) task.answer.reset();  // it would hide what to change
    }

    const std::int64_t now = state_.clock.monotonic();
    if (attempt.code == 429) return wait_for_account(index, now);
    if (result.end == AttemptEnd::answered) state_.account.serve(task.sent_ns);
    if (const auto wait = retry_wait(policy_, attempt, nanoseconds{task.deadline_ns - now}, state_.random())) {
      waiting_.emplace(later(now, *wait), index);
      return;
    }
    give_up(index, final_status(result.end, repeatable));
  }

  // After a 429, which does not count as an attempt: it had no effect, and any other request would have received it too.
  void wait_for_account(std::size_t index, std::int64_t now) {
    Task& task = tasks_[index];
    --task.attempts;
    const bool worth_waiting = state_.account.refuse(
        policy_, {.sent_ns = task.sent_ns, .now_ns = now, .waiting_ns = begun_ns_, .retry_after = task.answer->retry_after},
        state_.random());
    ready_.push_front(index);
    if (worth_waiting) return;
    for (const std::size_t one : std::exchange(ready_, {})) give_up_limited(one);
  }

  // The last HTTP answer received, unless a later attempt may have had an effect that it does not reflect.
  void give_up(std::size_t index, Status status) {
    Task& task = tasks_[index];
    if (task.answer && status != Status::unknown_outcome) return finish(index, std::move(*task.answer));
    std::string message = std::move(task.failure);
    if (task.attempts > 1) message += "; tried " + std::to_string(task.attempts) + " times";
    if (status == Status::unknown_outcome) message += "; whether the request was carried out is not known";
    finish(index, failure(status, std::move(message)));
  }

  State& state_;
  const Call& call_;
  std::span<const HttpRequest> requests_;
  const std::function<void(std::size_t, HttpAnswer&&)>& visit_;
  const RetryPolicy policy_{state_.options.max_attempts, state_.options.first_backoff, state_.options.max_backoff,
                            state_.options.max_wait_for_429};
  const std::int64_t begun_ns_ = state_.clock.monotonic();
  std::vector<Task> tasks_;
  std::deque<std::size_t> ready_;
  std::multimap<std::int64_t, std::size_t> waiting_;  // by the time when they are ready again
  std::size_t left_ = 0;
  std::int64_t limiter_gate_ns_ = std::numeric_limits<std::int64_t>::min();  // nothing is granted before
};

HttpClient::HttpClient(HttpOptions options, Clock& clock, RateLimiter* limiter)
    : state_(std::make_unique<State>(std::move(options), clock, limiter)) {}

HttpClient::~HttpClient() = default;

void HttpClient::exchange(const Call& call, std::span<const HttpRequest> requests,
                          const std::function<void(std::size_t index, HttpAnswer&& answer)>& visit) {
  Exchange(*state_, call, requests, visit).run();
}

std::uint64_t HttpClient::sent() const { return state_->transport.sent(); }

}  // namespace picket::host
