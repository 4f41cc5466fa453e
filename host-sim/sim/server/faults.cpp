#include "host-sim/sim/server/faults.hpp"

#include "host-sim/sim/server/refuse.hpp"

#include <algorithm>
#include <array>

namespace picket::sim {
namespace {

struct KindName {
  std::string_view name;
  FaultKind kind;
  unsigned code;
};

constexpr std::array<KindName, 11> kinds{{{"429", FaultKind::status, 429},
                                          {"500", FaultKind::status, 500},
                                          {"503", FaultKind::status, 503},
                                          {"401", FaultKind::status, 401},
                                          {"403", FaultKind::status, 403},
                                          {"reset", FaultKind::reset, 0},
                                          {"slow", FaultKind::slow, 0},
                                          {"truncated", FaultKind::truncated, 0},
                                          {"html", FaultKind::html, 0},
                                          {"wrong_types", FaultKind::wrong_types, 0},
                                          {"empty", FaultKind::empty, 0}}};
constexpr std::chrono::milliseconds default_slowness{2000};

[[noreturn]] void refuse_fault(const std::string& field, const std::string& expected) { refuse("fault: " + field, expected); }

std::int64_t whole(const json::object& o, const char* key, std::int64_t otherwise, std::int64_t least) {
  if (!o.contains(key)) return otherwise;
  const auto n = json::integer_at(o, key);
  if (!n || *n < least) refuse_fault(key, "a whole number of at least " + std::to_string(least));
  return *n;
}

}  // namespace

Fault fault_from(const json::object& o) {
  static const std::array<std::string_view, 9> known{"path",  "method",      "kind",        "when",    "times",
                                                     "after", "probability", "retry_after", "delay_ms"};
  for (const auto& member : o)
    if (std::find(known.begin(), known.end(), std::string_view(member.key())) == known.end())
      refuse_fault(std::string(member.key()), "none of this name (path, method, kind, when, times, after, probability, retry_after, delay_ms)");
  Fault fault;
  fault.path = json::text_at(o, "path").value_or("");
  fault.method = json::text_at(o, "method").value_or("");
  fault.kind_text = json::text_at(o, "kind").value_or("");
  const KindName* found = nullptr;
  for (const auto& k : kinds)
    if (k.name == fault.kind_text) found = &k;
  if (!found) refuse_fault("kind", "one of 429, 500, 503, 401, 403, reset, slow, truncated, html, wrong_types, empty");
  fault.kind = found->kind;
  fault.code = found->code;
  const std::string moment = json::text_at(o, "when").value_or("before");
  if (moment != "before" && moment != "after") refuse_fault("when", "before or after");
  fault.moment = moment == "after" ? FaultMoment::after : FaultMoment::before;
  fault.times = whole(o, "times", 1, -1);
  fault.after = whole(o, "after", 0, 0);
  if (const auto* p = o.if_contains("probability")) {
    if (!p->is_number()) refuse_fault("probability", "a number from 0 to 1");
    fault.probability = p->to_number<double>();
    if (!(fault.probability >= 0 && fault.probability <= 1)) refuse_fault("probability", "a number from 0 to 1");
  }
  fault.retry_after = json::text_at(o, "retry_after");
  fault.delay = std::chrono::milliseconds{whole(o, "delay_ms", fault.kind == FaultKind::slow ? default_slowness.count() : 0, 0)};
  return fault;
}

json::object to_json(const Fault& fault) {
  json::object o;
  o["path"] = fault.path;
  o["method"] = fault.method;
  o["kind"] = fault.kind_text;
  o["when"] = fault.moment == FaultMoment::after ? "after" : "before";
  o["times"] = fault.times;
  o["after"] = fault.after;
  o["probability"] = fault.probability;
  if (fault.retry_after) o["retry_after"] = *fault.retry_after;
  o["delay_ms"] = fault.delay.count();
  return o;
}

std::optional<Fault> FaultPlan::take(std::string_view method, std::string_view path) {
  for (auto i = faults_.begin(); i != faults_.end(); ++i) {
    if (!path.starts_with(i->path) || i->times == 0 || (!i->method.empty() && i->method != method)) continue;
    if (i->after > 0) {
      --i->after;
      continue;
    }
    if (i->probability < 1 && !random_.percent(i->probability * 100)) continue;
    Fault hit = *i;
    if (i->times > 0 && --i->times == 0) faults_.erase(i);
    return hit;
  }
  return std::nullopt;
}

}  // namespace picket::sim
