#include "plugin/stellar-cyber/stellar_case.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "sdk/common/ascii.hpp"
#include "sdk/common/text.hpp"
#include "sdk/common/time_text.hpp"
#include "sdk/lifecycle/fingerprint.hpp"

namespace stellar {

namespace json = picket::json;
using picket::Time;

namespace {

constexpr std::size_t max_name = 500;
constexpr std::size_t max_word = 200;
constexpr std::size_t max_text = 20'000;  // a ticket is read by a person
constexpr std::size_t max_tags = 100;
constexpr std::size_t max_observables = 200;  // of a kind

// A number in its short form: "87", "87.5".
std::string number_text(const json::value& v) {
  constexpr double exact = 1e12;  // beyond it hundredths are lost
  if (!v.is_double() || !(std::abs(v.get_double()) < exact)) return json::to_string(v);
  const double rounded = std::round(v.get_double() * 100) / 100;
  if (rounded == std::trunc(rounded)) return std::to_string(static_cast<std::int64_t>(rounded));
  std::string text = std::to_string(rounded);
  while (text.ends_with('0')) text.pop_back();
  return text;
}

// Text or a number as one line; empty for everything else.
std::string line_of(const json::value& v, std::size_t max = max_word) {
  if (v.is_string()) return picket::text::clean_line(v.get_string(), max).text;
  return v.is_number() ? picket::text::clean_line(number_text(v), max).text : std::string{};
}

std::string line_at(const json::object& o, std::string_view key, std::size_t max = max_word) {
  const json::value* v = o.if_contains(key);
  return v == nullptr ? std::string{} : line_of(*v, max);
}

// A time between 2001 and 2100; seconds and milliseconds differ by their size.
std::optional<Time> time_at(const json::object& o, std::string_view key) {
  const auto number = json::integer_at(o, key);
  if (!number) return std::nullopt;
  constexpr std::int64_t first = 1'000'000'000;  // 2001, in seconds
  constexpr std::int64_t last = 4'102'444'800;   // 2100
  if (*number >= first * 1000 && *number <= last * 1000) return Time(std::chrono::milliseconds{*number});
  if (*number >= first && *number <= last) return Time(std::chrono::seconds{*number});
  return std::nullopt;
}

std::vector<std::string> sorted_texts_at(const json::object& o, std::string_view key) {
  std::vector<std::string> texts;
  const json::array* list = json::array_at(o, key);
  if (list == nullptr) return texts;
  for (const json::value& v : *list)
    if (v.is_string() && texts.size() < max_tags) texts.push_back(picket::text::clean_line(v.get_string(), max_word).text);
  std::sort(texts.begin(), texts.end());
  return texts;
}

// An id becomes part of a URL's path and of texts, so it is taken only in the form that ids have.
std::string id_at(const json::object& o, std::string_view key) {
  std::string id = json::text_at(o, key).value_or("");
  const bool plain = !id.empty() && id.size() <= 100 && std::all_of(id.begin(), id.end(), [](char c) {
    return picket::ascii::is_alnum(c) || c == '-' || c == '_' || c == '.' || c == ':';
  });
  return plain && id.find_first_not_of('.') != std::string::npos ? id : std::string{};
}

// The value of an observable: its own text, the member that bears its kind's or a usual name, or all members in order.
std::string observable_line(std::string_view kind, const json::value& v) {
  const json::object* o = v.if_object();
  if (o == nullptr) return line_of(v);
  for (const std::string_view key : {kind, std::string_view("value"), std::string_view("name"), std::string_view("id")})
    if (const std::string text = line_at(*o, key); !text.empty()) return text;
  std::string out;
  for (const auto& [key, member] : *o) {
    const std::string text = line_at(*o, key);
    if (!text.empty()) out += (out.empty() ? "" : ", ") + picket::text::clean_line(key, 60).text + "=" + text;
  }
  return picket::text::clean_line(out, max_word).text;
}

}  // namespace

std::optional<Case> read_case(const json::value& row) {
  const json::object* o = row.if_object();
  if (o == nullptr) return std::nullopt;
  Case c;
  c.id = id_at(*o, "_id");
  if (c.id.empty()) return std::nullopt;
  c.number = line_at(*o, "ticket_id", 40);
  c.name = line_at(*o, "name", max_name);
  c.severity = line_at(*o, "severity", 40);
  c.status = line_at(*o, "status", 40);
  c.score = line_at(*o, "score", 30);
  c.tenant_id = line_at(*o, "cust_id");
  c.tenant_name = line_at(*o, "tenant_name");
  c.assignee = line_at(*o, "assignee_name");
  c.assignee_id = line_at(*o, "assignee");
  if (c.assignee.empty()) c.assignee = c.assignee_id;
  c.tags = sorted_texts_at(*o, "tags");
  c.size = json::integer_at(*o, "size");
  c.version = json::integer_at(*o, "version");
  c.modified_by = line_at(*o, "modified_by");
  c.created_at = time_at(*o, "created_at");
  c.modified_at = time_at(*o, "modified_at");
  if (const auto summary = json::text_at(*o, "summary")) c.summary = picket::text::clean_block(*summary, max_text).text;
  return c;
}

json::object to_snapshot(const Case& c) {
  json::object o{{"number", c.number}, {"name", c.name}, {"severity", c.severity}, {"status", c.status}, {"score", c.score}};
  if (!c.tenant_id.empty()) o["tenant_id"] = c.tenant_id;
  if (!c.tenant_name.empty()) o["tenant_name"] = c.tenant_name;
  if (!c.assignee.empty()) o["assignee"] = c.assignee;
  if (!c.assignee_id.empty()) o["assignee_id"] = c.assignee_id;
  if (!c.tags.empty()) o["tags"] = boost::json::value_from(c.tags);
  if (c.size) o["size"] = *c.size;
  if (c.version) o["version"] = *c.version;
  if (c.created_at) o["created_at"] = c.created_at->time_since_epoch() / std::chrono::milliseconds{1};
  if (c.modified_at) o["modified_at"] = c.modified_at->time_since_epoch() / std::chrono::milliseconds{1};
  return o;
}

Case from_snapshot(const std::string& id, const json::object& o) {
  Case c;
  c.id = id;
  c.number = line_at(o, "number");
  c.name = line_at(o, "name", max_name);
  c.severity = line_at(o, "severity");
  c.status = line_at(o, "status");
  c.score = line_at(o, "score");
  c.tenant_id = line_at(o, "tenant_id");
  c.tenant_name = line_at(o, "tenant_name");
  c.assignee = line_at(o, "assignee");
  c.assignee_id = line_at(o, "assignee_id");
  c.tags = sorted_texts_at(o, "tags");
  c.size = json::integer_at(o, "size");
  c.version = json::integer_at(o, "version");
  c.created_at = time_at(o, "created_at");
  c.modified_at = time_at(o, "modified_at");
  return c;
}

picket::lifecycle::FindingState state_of(std::string_view status) {
  const std::string word = picket::text::fold(status);
  const bool closed = word == "resolved" || word == "cancelled" || word == "canceled";
  return closed ? picket::lifecycle::FindingState::closed : picket::lifecycle::FindingState::open;
}

std::optional<double> score_of(const Case& c) {
  if (c.score.empty()) return std::nullopt;
  char* end = nullptr;
  const double score = std::strtod(c.score.c_str(), &end);
  return *end == '\0' && std::isfinite(score) ? std::optional(score) : std::nullopt;
}

bool same_assignee(const Case& before, const Case& now) {
  if (before.assignee == now.assignee) return true;
  if (now.assignee_id.empty()) return false;
  return now.assignee_id == (before.assignee_id.empty() ? before.assignee : before.assignee_id);
}

std::string fingerprint_of(const Case& c) {
  picket::lifecycle::Fingerprint f;
  for (const std::string* part : {&c.name, &c.severity, &c.status, &c.score, &c.tenant_name, &c.assignee, &c.modified_by}) f.add(*part);
  for (const std::string& tag : c.tags) f.add(tag);
  f.add(std::to_string(c.size.value_or(-1))).add(std::to_string(c.version.value_or(-1)));
  return f.text(c.modified_at ? picket::format_time(*c.modified_at) : std::string{});
}

std::optional<Comment> read_comment(const json::value& row) {
  const json::object* o = row.if_object();
  if (o == nullptr) return std::nullopt;
  Comment c;
  c.id = line_at(*o, "_id", 100);
  if (c.id.empty()) return std::nullopt;
  c.user = line_at(*o, "user_name");
  if (c.user.empty()) c.user = c.user_id = line_at(*o, "user");
  const std::string text = json::text_at(*o, "comment").value_or("");
  picket::text::Cleaned clean = picket::text::clean_block(text, max_text);
  c.text = std::move(clean.text);
  c.is_cut = clean.shortened;
  c.digest = picket::lifecycle::Fingerprint().add(picket::text::clean_line(text, text.size() + 1).text).text({});
  c.created_at = time_at(*o, "created_at");
  return c;
}

CaseAlert read_alert(const json::object& doc) {
  CaseAlert a;
  a.id = id_at(doc, "_id");
  a.index = id_at(doc, "_index");
  const json::object* source = json::object_at(doc, "_source");
  if (source == nullptr) return a;
  if (const json::object* event = json::object_at(*source, "xdr_event")) a.name = line_at(*event, "display_name");
  a.score = line_at(*source, "event_score", 30);
  return a;
}

std::vector<Observables> read_observables(const json::object& by_kind) {
  std::vector<Observables> all;
  for (const auto& [kind, list] : by_kind) {
    const json::array* values = list.if_array();
    if (values == nullptr) continue;
    Observables o;
    o.kind = picket::text::clean_line(kind, 60).text;
    for (const json::value& v : *values) {
      if (o.values.size() == max_observables) break;
      std::string text = observable_line(kind, v);
      if (!text.empty() && std::find(o.values.begin(), o.values.end(), text) == o.values.end()) o.values.push_back(std::move(text));
    }
    if (!o.values.empty()) all.push_back(std::move(o));
  }
  std::sort(all.begin(), all.end(), [](const Observables& a, const Observables& b) { return a.kind < b.kind; });
  return all;
}

}  // namespace stellar
