#include "sdk/conformance/ticket_event_checks.hpp"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>
#include <vector>

#include "sdk/common/json.hpp"
#include "sdk/conformance/expectations.hpp"

namespace picket::conformance {
namespace {

constexpr const char* external_id = "finding-1";
constexpr const char* second_text = "the second note of this ticket";

struct Sample {
  std::string name;
  TicketEvent event;
};

TicketEvent event_of(TicketEventKind kind, std::string event_id) {
  TicketEvent e;
  e.kind = kind;
  e.event_id = std::move(event_id);
  e.external_id = external_id;
  e.ticket_id = "ticket-1";
  e.ticket_number = "1042";
  e.ticket_url = "https://psa.example/tickets/1042";
  e.desk = "The PSA";
  e.author = "Kim \"K\" O'Neil";
  e.at = Time{std::chrono::seconds{1'780'000'000}};
  return e;
}

// One event of each kind, with text as technicians write it.
std::vector<Sample> samples() {
  std::vector<Sample> all = {
      {"created", event_of(TicketEventKind::created, "event-1")},           {"note", event_of(TicketEventKind::note, "event-2")},
      {"priority", event_of(TicketEventKind::priority, "event-3")},         {"assignee", event_of(TicketEventKind::assignee, "event-4")},
      {"nobody assigned", event_of(TicketEventKind::assignee, "event-5")},  {"closed", event_of(TicketEventKind::closed, "event-6")},
      {"closed with a note", event_of(TicketEventKind::closed, "event-7")}, {"reopened", event_of(TicketEventKind::reopened, "event-8")}};
  all[1].event.text = "<b>Isolated</b> the \"host\" \\ called back:\n\t\xF0\x9F\x91\x8D {\"x\": 1} &amp; *done*";
  all[2].event.before = "Medium";
  all[2].event.after = "High";
  all[3].event.after = "Kim";
  all[4].event.before = "Kim";
  all[6].event.text = "False alarm.\nNothing to do.";
  return all;
}

// What the answers to an event's requests imply about its effect.
enum class Effect {
  none,      // certainly no effect; a later attempt may work
  refused,   // certainly no effect, and no attempt will work
  unclear,   // the effect is not known
  nonsense,  // possibly done: the code says success, the body is unusable
};

struct EventTrouble {
  std::string name;
  HttpAnswer answer;
  Effect effect;
};

HttpAnswer no_answer(Status status, std::string message) {
  HttpAnswer answer;
  answer.status = status;
  answer.message = std::move(message);
  return answer;
}

std::vector<EventTrouble> event_troubles() {
  return {{"HTTP 500", answer_with(500, R"({"error":"internal"})"), Effect::unclear},
          {"HTTP 503", answer_with(503, "busy", "text/plain"), Effect::unclear},
          {"a lost answer", no_answer(Status::unknown_outcome, "the connection to vendor.example broke before an answer came"),
           Effect::unclear},
          {"no connection", no_answer(Status::unavailable, "vendor.example refused the connection"), Effect::none},
          {"HTTP 429", answer_with(429, R"({"error":"slow down"})"), Effect::none},
          {"HTTP 401", answer_with(401, R"({"error":"unauthorized"})"), Effect::none},
          {"HTTP 404", answer_with(404, R"({"error":"not found"})"), Effect::refused},
          {"HTML instead of JSON", answer_with(200, "<html><body>Sign in</body></html>", "text/html"), Effect::nonsense},
          {"an empty body", answer_with(200, ""), Effect::nonsense},
          {"truncated JSON", answer_with(200, R"({"comments":[{"text":"A)"), Effect::nonsense},
          {"a JSON list", answer_with(200, "[]"), Effect::nonsense},
          {"an empty JSON object", answer_with(200, "{}"), Effect::nonsense}};
}

struct Outcome {
  Status status = Status::ok;
  std::string message;
};

// The outcomes of the events of one call.
struct Reported {
  std::vector<std::optional<Outcome>> outcomes;
  std::optional<Error> failure;

  bool is_ok(std::size_t index) const { return outcomes[index] && outcomes[index]->status == Status::ok; }
};

bool is_final(Status status) { return status == Status::invalid || status == Status::not_found; }

std::string described(const Reported& reported, std::size_t index) {
  const auto& outcome = reported.outcomes[index];
  std::string out = !outcome ? "no outcome" : std::string(name_of(outcome->status));
  if (outcome && !outcome->message.empty()) out += ": " + outcome->message;
  if (reported.failure) out += ", and the call failed with " + conformance::described(*reported.failure);
  return out;
}

// A host in whose storage the events' finding has a ticket.
struct Scene {
  explicit Scene(const std::string& settings) : host(settings) {
    Alert alert;
    alert.revision = 1;
    alert.external_id = external_id;
    alert.ticket_id = "ticket-1";
    alert.metadata = "{}";
    host.rows.alerts.push_back(std::move(alert));
    // Signing in succeeds, so that the request after it meets the trouble.
    const std::string token = "token-of-the-session-5e8c1f0d";
    host.vault.given.push_back(token);
    const auto expires = std::chrono::duration_cast<std::chrono::seconds>(host.clock.now().time_since_epoch()).count() + 3600;
    host.vendor.token_answer = answer_with(
        200, json::to_string(json::object{{"access_token", token}, {"token_type", "Bearer"}, {"expires_in", 3600}, {"exp", expires}}));
  }

  Reported report(const OpenSession& open, const std::vector<TicketEvent>& events, const host::Call& call) {
    Reported reported;
    reported.outcomes.resize(events.size());
    {
      const host::Call always{.clock = host.clock, .progress = {}};
      const auto session = open(host, always);
      try {
        session->ticket_events(call, events, [&](std::size_t index, Status status, std::string_view message) {
          reported.outcomes[index] = Outcome{status, std::string(message)};
        });
      } catch (const Error& e) {
        reported.failure = e;
      }
    }
    expect_sound(reported);
    return reported;
  }
  Reported report(const OpenSession& open, const std::vector<TicketEvent>& events) {
    return report(open, events, host::Call{.clock = host.clock, .progress = {}});
  }

  // The provider's requests, without those that sign in.
  std::vector<HttpRequest> requests() const {
    std::vector<HttpRequest> out;
    for (const HttpRequest& r : host.vendor.requests)
      if (!fakes::signs_in(r)) out.push_back(r);
    return out;
  }

  fakes::Host host;

 private:
  // What must hold in every case.
  void expect_sound(const Reported& reported) const {
    expect_no_breach(host);
    for (const auto& outcome : reported.outcomes) {
      if (!outcome || outcome->status == Status::ok) continue;
      expect_reason(outcome->message);
      expect_no_secret(host, outcome->message, "an outcome's message");
    }
    if (reported.failure) {
      expect_reason(reported.failure->what());
      expect_no_secret(host, reported.failure->what(), "the message");
    }
    for (const std::string& line : host.log.lines) expect_no_secret(host, line, "a log line");
    for (const HttpRequest& r : host.vendor.requests)
      if (r.body.starts_with('{') || r.body.starts_with('[')) json::parse(r.body, "the body of a request");
  }
};

// Throws Failed if the outcome reported for one event cannot be true, given its requests and their answers.
void judge(const Reported& reported, const std::vector<HttpRequest>& requests, Effect effect) {
  const auto any = [&](auto&& holds) { return std::any_of(requests.begin(), requests.end(), holds); };
  const bool wrote_once = any([](const HttpRequest& r) { return !r.repeatable; });
  const bool wrote = any([](const HttpRequest& r) { return r.method != "GET" && r.method != "HEAD"; });
  const auto& outcome = reported.outcomes.front();
  if (!outcome && !reported.failure) throw Failed("no outcome was reported and the call did not fail");
  if (requests.empty()) return;  // nothing to do for the vendor, or not possible
  const bool done = outcome && outcome->status == Status::ok;
  const bool final = outcome && is_final(outcome->status);
  const bool unknown = outcome && outcome->status == Status::unknown_outcome;
  if (wrote_once && effect == Effect::unclear && !unknown)
    throw Failed(
        "a request that is not repeatable was sent and may have been carried out, but the outcome is not PICKET_UNKNOWN_OUTCOME: " +
        described(reported, 0));
  if (wrote_once && effect == Effect::nonsense && !done && !unknown)
    throw Failed("the vendor may have carried out a request that is not repeatable, but the outcome says that it certainly did not: " +
                 described(reported, 0));
  if (done && (effect != Effect::nonsense || !wrote)) throw Failed("it claims to be done");
  if (final && effect != Effect::refused) throw Failed("it is given up for ever, although it may work later: " + described(reported, 0));
}

class EventChecks {
 public:
  EventChecks(const RunCheck& check, const OpenSession& open, const std::string& settings)
      : check_(check), open_(open), settings_(settings) {}

  void run() {
    for (const EventTrouble& trouble : event_troubles()) check_trouble(trouble);
    check_half_way();
    check_cut_short();
    check_order();
    check_unknown_kind();
    check_without_secrets();
    check_call_over();
  }

 private:
  void check_trouble(const EventTrouble& trouble) {
    check_("ticket_events with " + trouble.name, [&] {
      return for_each_sample([&](const TicketEvent& event) {
        Scene scene(settings_);
        scene.host.vendor.answer = trouble.answer;
        const Reported reported = scene.report(open_, {event});
        const auto requests = scene.requests();
        judge(reported, requests, trouble.effect);
        if (trouble.answer.code == 401 && !requests.empty() && !event.repeated) expect_auth(reported);
        if (event.repeated && !requests.empty() && !requests.front().repeatable)
          throw Failed("the event is repeated, and it was sent again without reading from the vendor first");
        return described(reported, 0);
      });
    });
  }

  // The vendor accepts the first request and fails after it.
  void check_half_way() {
    check_("ticket_events that fail half-way", [&] {
      return for_each_sample([&](const TicketEvent& event) {
        Scene scene(settings_);
        scene.host.vendor.first_answer = answer_with(200, "{}");
        scene.host.vendor.answer = answer_with(500, R"({"error":"internal"})");
        const Reported reported = scene.report(open_, {event});
        const auto requests = scene.requests();
        const auto& outcome = reported.outcomes.front();
        if (requests.size() > 1 && !requests.front().repeatable && (!outcome || outcome->status != Status::unknown_outcome))
          throw Failed(
              "its first request, which is not repeatable, was carried out; repeated as a new event it would be sent twice. Expected the "
              "outcome PICKET_UNKNOWN_OUTCOME, got " +
              described(reported, 0));
        return described(reported, 0);
      });
    });
  }

  // The call ends while a request is under way: it was sent, and its answer is lost.
  void check_cut_short() {
    check_("ticket_events cut short during a request", [&] {
      return for_each_sample([&](const TicketEvent& event) {
        Scene scene(settings_);
        scene.host.vendor.answer = answer_with(200, "{}");
        scene.host.vendor.cuts_short = true;
        const Reported reported = scene.report(open_, {event});
        const auto requests = scene.requests();
        if (std::any_of(requests.begin(), requests.end(), [](const HttpRequest& r) { return !r.repeatable; }))
          judge(reported, requests, Effect::unclear);
        return described(reported, 0);
      });
    });
  }

  // After a failure, later events of the same ticket wait.
  void check_order() {
    for (const EventTrouble& trouble : event_troubles()) {
      if (trouble.effect != Effect::unclear && trouble.effect != Effect::none) continue;
      check_("ticket_events in order with " + trouble.name, [&] {
        Scene scene(settings_);
        scene.host.vendor.answer = trouble.answer;
        std::vector<TicketEvent> events(2, samples()[1].event);
        events[1].event_id = "event-20";
        events[1].text = second_text;
        const Reported reported = scene.report(open_, events);
        if (reported.is_ok(0)) return std::string("notes need no request");
        for (const HttpRequest& r : scene.requests())
          if (r.body.find(second_text) != std::string::npos) throw Failed("the second note was sent after the first one had failed");
        if (const auto& second = reported.outcomes[1]; second && (second->status == Status::ok || is_final(second->status)))
          throw Failed("the second note was reported as finished after the first one had failed: " + described(reported, 1));
        return described(reported, 0);
      });
    }
  }

  void check_unknown_kind() {
    check_("ticket_events of a kind that is not known", [&] {
      Scene scene(settings_);
      const Reported reported = scene.report(open_, {event_of(static_cast<TicketEventKind>(77), "event-77")});
      if (!reported.is_ok(0))
        throw Failed("expected the outcome ok, got " + described(reported, 0));
      if (scene.host.vendor.sent() > 0) throw Failed("a request was sent");
      return std::string("ok");
    });
  }

  void check_without_secrets() {
    check_("ticket_events without secrets", [&] {
      return for_each_sample([&](const TicketEvent& event) {
        Scene scene(settings_);
        scene.host.vault.empty = true;
        scene.host.vendor.answer = answer_with(401, "{}");
        scene.host.vendor.token_answer.reset();
        const Reported reported = scene.report(open_, {event});
        const bool nothing_to_do = !reported.failure && reported.is_ok(0);
        if (!nothing_to_do || scene.host.vendor.sent() > 0) expect_auth(reported);
        return described(reported, 0);
      });
    });
  }

  void check_call_over() {
    using Report = std::function<Reported(Scene&, const TicketEvent&)>;
    const auto check_over = [&](const std::string& name, Status expected, const Report& report) {
      check_("ticket_events " + name, [&] {
        Scene scene(settings_);
        scene.host.vendor.answer = answer_with(200, "{}");
        const Reported reported = report(scene, samples()[1].event);
        if (scene.host.vendor.sent() > 0) throw Failed("a request was sent");
        if (reported.is_ok(0) && !reported.failure) return std::string("notes need no request");
        if (!reported.failure || reported.failure->status() != expected)
          throw Failed("expected the call to fail with " + std::string(name_of(expected)) + ", got " + described(reported, 0));
        if (reported.outcomes[0]) throw Failed("an outcome was reported: " + described(reported, 0));
        return described(reported, 0);
      });
    };
    check_over("when cancelled", Status::cancelled, [&](Scene& scene, const TicketEvent& event) {
      const std::atomic<bool> cancel = true;
      return scene.report(open_, {event}, host::Call{.clock = scene.host.clock, .cancel = &cancel, .progress = {}});
    });
    check_over("after the deadline", Status::deadline, [&](Scene& scene, const TicketEvent& event) {
      return scene.report(open_, {event}, host::Call{.clock = scene.host.clock, .deadline_ns = -1, .progress = {}});
    });
  }

  static void expect_auth(const Reported& reported) {
    const bool by_outcome = reported.outcomes[0] && reported.outcomes[0]->status == Status::auth;
    const bool by_call = reported.failure && reported.failure->status() == Status::auth;
    if (!by_outcome && !by_call) throw Failed("expected the status auth, got " + described(reported, 0));
  }

  // Runs `work` with each kind of event, new and repeated. Returns what it saw for the new note; a failure names the event.
  static std::string for_each_sample(const std::function<std::string(const TicketEvent&)>& work) {
    std::string seen;
    for (const Sample& sample : samples())
      for (const bool repeated : {false, true}) {
        TicketEvent event = sample.event;
        event.repeated = repeated;
        const std::string what = sample.name + (repeated ? " (repeated): " : ": ");
        try {
          const std::string one = work(event);
          if (event.kind == TicketEventKind::note && !repeated) seen = what + one;
        } catch (const std::exception& e) {
          throw Failed(what + e.what());
        }
      }
    return seen;
  }

  const RunCheck& check_;
  const OpenSession& open_;
  const std::string& settings_;
};

}  // namespace

void check_ticket_events(const RunCheck& check, const OpenSession& open, const std::string& settings) {
  EventChecks(check, open, settings).run();
}

}  // namespace picket::conformance
