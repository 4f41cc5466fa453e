#include "plugin/huntress/incident.hpp"

#include <algorithm>
#include <tuple>

#include "sdk/common/ascii.hpp"
#include "sdk/common/text.hpp"
#include "sdk/common/time_text.hpp"
#include "sdk/lifecycle/fingerprint.hpp"

namespace huntress {

namespace json = picket::json;
using picket::lifecycle::FindingState;

namespace {

constexpr std::size_t max_word = 100;
constexpr std::size_t max_subject = 500;
constexpr std::size_t max_parameter = 1000;
constexpr std::size_t max_summary = 20'000;
constexpr std::size_t max_items = 500;
constexpr std::size_t max_parameters = 50;

// Reads members of one object, cleans them and remembers what had to be repaired.
class Reader {
 public:
  Reader(const json::object& object, std::vector<std::string>& repairs) : object_(object), repairs_(repairs) {}

  std::string line(std::string_view key, std::size_t max_chars) {
    const auto raw = json::text_at(object_, key);
    if (!raw) {
      note_wrong_type(key);
      return {};
    }
    return keep(key, picket::text::clean_line(*raw, max_chars), max_chars);
  }

  std::string block(std::string_view key, std::size_t max_chars) {
    const auto raw = json::text_at(object_, key);
    if (!raw) {
      note_wrong_type(key);
      return {};
    }
    return keep(key, picket::text::clean_block(*raw, max_chars), max_chars);
  }

  std::optional<picket::Time> time(std::string_view key) {
    const auto raw = json::text_at(object_, key);
    if (!raw || raw->empty()) {
      note_wrong_type(key);
      return std::nullopt;
    }
    const auto t = picket::parse_time(*raw);
    if (!t) repairs_.push_back(std::string(key) + " is not a date and time and was left out");
    return t;
  }

 private:
  std::string keep(std::string_view key, picket::text::Cleaned cleaned, std::size_t max_chars) {
    if (cleaned.removed_characters)
      repairs_.push_back("characters that cannot be stored or shown safely were removed from " + std::string(key));
    if (cleaned.shortened) repairs_.push_back(std::string(key) + " was shortened to " + std::to_string(max_chars) + " characters");
    return std::move(cleaned.text);
  }

  void note_wrong_type(std::string_view key) {
    const json::value* v = object_.if_contains(key);
    if (v != nullptr && !v->is_null() && !v->is_string() && !v->is_number())
      repairs_.push_back(std::string(key) + " was neither text nor a number and was left out");
  }

  const json::object& object_;
  std::vector<std::string>& repairs_;
};

std::string clean(const json::value& v) {
  const std::string raw = v.is_string() ? std::string(v.get_string()) : json::to_string(v);
  return picket::text::clean_line(raw, max_parameter).text;
}

// {"name": "path", "description": "c:\\x"} -> "path: c:\x"; any other object -> "key: value, key: value".
std::string read_parameter(const json::value& v) {
  const json::object* o = v.if_object();
  if (o == nullptr) return clean(v);
  const auto name = json::text_at(*o, "name");
  const auto description = json::text_at(*o, "description");
  if (description) return picket::text::clean_line(name ? *name + ": " + *description : *description, max_parameter).text;
  std::string joined;
  for (const auto& [key, value] : *o) {
    if (value.is_null()) continue;
    if (!joined.empty()) joined += ", ";
    joined += std::string(key) + ": " + clean(value);
  }
  return picket::text::clean_line(joined, max_parameter).text;
}

std::vector<std::string> read_parameters(const json::value* v) {
  std::vector<std::string> out;
  if (v == nullptr || v->is_null()) return out;
  if (const json::array* list = v->if_array()) {
    for (const json::value& item : *list) {
      if (out.size() == max_parameters) break;
      if (!item.is_null()) out.push_back(read_parameter(item));
    }
  } else {
    out.push_back(read_parameter(*v));
  }
  std::erase(out, std::string{});
  return out;
}

void read_remediations(const json::object& incident, Incident& out) {
  const json::value* v = incident.if_contains("remediations");
  if (v == nullptr) return;
  const json::array* items = v->if_array();
  if (const json::object* wrapped = v->if_object()) {
    items = json::array_at(*wrapped, "items");
    out.remediation_count = static_cast<std::uint64_t>(std::max<std::int64_t>(0, json::integer_at(*wrapped, "total_count").value_or(0)));
    if (json::bool_at(*wrapped, "has_more").value_or(false) && items != nullptr)
      out.remediation_count = std::max<std::uint64_t>(out.remediation_count, items->size() + 1);
  }
  if (items != nullptr)
    for (const json::value& item : *items)
      if (const json::object* o = item.if_object(); o != nullptr && out.remediations.size() < max_items)
        out.remediations.push_back(read_remediation(*o));
  out.remediation_count = std::max<std::uint64_t>(out.remediation_count, out.remediations.size());
}

void read_indicators(const json::object& incident, Incident& out) {
  if (const json::array* types = json::array_at(incident, "indicator_types"))
    for (const json::value& type : *types)
      if (type.is_string() && out.indicator_types.size() < max_items)
        out.indicator_types.push_back(picket::text::clean_line(type.get_string(), max_word).text);
  std::sort(out.indicator_types.begin(), out.indicator_types.end());  // a set: its order means nothing
  if (const json::object* counts = json::object_at(incident, "indicator_counts"))
    for (const auto& [key, value] : *counts)
      if (const auto n = json::integer_at(*counts, key); n && *n > 0 && out.indicator_counts.size() < max_items)
        out.indicator_counts[picket::text::clean_line(key, max_word).text] = *n;
}

// Ids are numbers at the vendor; a word of harmless characters is accepted too. They stand in paths and texts as they are.
std::string id_text(const json::object& o, std::string_view key) {
  if (const auto n = json::integer_at(o, key)) return std::to_string(*n);
  const json::value* v = o.if_contains(key);
  if (v == nullptr || !v->is_string() || v->get_string().size() > max_word) return {};
  const auto harmless = [](char c) { return picket::ascii::is_alnum(c) || c == '-' || c == '_'; };
  const auto& text = v->get_string();
  return std::all_of(text.begin(), text.end(), harmless) ? std::string(text) : std::string{};
}

void put_time(json::object& o, std::string_view key, const std::optional<picket::Time>& t) {
  if (t) o[key] = picket::format_time(*t);
}

}  // namespace

std::optional<std::string> read_id(const json::value& v) {
  const json::object* o = v.if_object();
  if (o == nullptr) return std::nullopt;
  std::string id = id_text(*o, "id");
  return id.empty() ? std::nullopt : std::optional(std::move(id));
}

Remediation read_remediation(const json::object& o) {
  std::vector<std::string> repairs;
  Reader reader(o, repairs);
  Remediation r;
  r.id = id_text(o, "id");
  r.type = reader.line("type", max_word);
  r.action = reader.line("action", max_parameter);
  r.status = reader.line("status", max_word);
  r.parameters = read_parameters(o.if_contains("parameters"));
  return r;
}

Agent read_agent(const json::object& o) {
  std::vector<std::string> repairs;
  Reader reader(o, repairs);
  Agent a;
  a.id = id_text(o, "id");
  a.hostname = reader.line("hostname", max_word * 3);
  a.os = reader.line("os", max_word * 3);
  a.ipv4_address = reader.line("ipv4_address", max_word);
  a.external_ip = reader.line("external_ip", max_word);
  a.serial_number = reader.line("serial_number", max_word * 3);
  a.last_callback_at = reader.time("last_callback_at");
  return a;
}

Incident read_incident(const json::object& o) {
  Incident i;
  Reader reader(o, i.repairs);
  i.id = id_text(o, "id");
  i.organization_id = id_text(o, "organization_id");
  i.agent_id = id_text(o, "agent_id");
  i.severity = reader.line("severity", max_word);
  i.status = reader.line("status", max_word);
  i.subject = reader.line("subject", max_subject);
  i.summary = reader.block("summary", max_summary);
  if (i.summary.find_first_not_of(" \n") == std::string::npos) i.summary = reader.block("body", max_summary);
  i.platform = reader.line("platform", max_word);
  i.updated_at_text = json::text_at(o, "updated_at").value_or("");
  i.sent_at = reader.time("sent_at");
  i.status_updated_at = reader.time("status_updated_at");
  i.closed_at = reader.time("closed_at");
  i.updated_at = reader.time("updated_at");
  read_indicators(o, i);
  read_remediations(o, i);
  return i;
}

FindingState state_of(const std::string& status) {
  if (status == "closed" || status == "dismissed" || status == "partner_dismissed") return FindingState::closed;
  if (status == "deleting") return FindingState::ignored;
  return FindingState::open;
}

void take_counts(Incident& to, const Incident& from) {
  to.indicator_types = from.indicator_types;
  to.indicator_counts = from.indicator_counts;
  to.remediation_count = from.remediation_count;
}

std::string fingerprint_of(const Incident& i) {
  picket::lifecycle::Fingerprint f;
  f.add(i.updated_at ? picket::format_time(*i.updated_at) : i.updated_at_text);
  f.add(i.status).add(i.severity).add(i.subject).add(i.summary).add(i.platform).add(i.organization_id).add(i.agent_id);
  // Lists with their lengths, so that no element of one can stand for one of the next.
  f.add(std::to_string(i.indicator_types.size()));
  for (const std::string& type : i.indicator_types) f.add(type);
  f.add(std::to_string(i.indicator_counts.size()));
  for (const auto& [type, count] : i.indicator_counts) f.add(type).add(std::to_string(count));
  f.add(std::to_string(i.remediation_count));
  std::vector<Remediation> remediations = i.remediations;  // by id: their order means nothing
  std::sort(remediations.begin(), remediations.end(),
            [](const Remediation& a, const Remediation& b) { return std::tie(a.id, a.action) < std::tie(b.id, b.action); });
  for (const Remediation& r : remediations) {
    f.add(r.id).add(r.type).add(r.action).add(r.status).add(std::to_string(r.parameters.size()));
    for (const std::string& parameter : r.parameters) f.add(parameter);
  }
  return f.text(i.updated_at ? picket::format_time(*i.updated_at) : std::string{});
}

json::object to_snapshot(const Incident& i) {
  json::object o;
  o["summary"] = i.summary;
  o["platform"] = i.platform;
  o["organization_id"] = i.organization_id;
  o["agent_id"] = i.agent_id;
  o["indicator_types"] = boost::json::value_from(i.indicator_types);
  json::object counts;
  for (const auto& [type, count] : i.indicator_counts) counts[type] = count;
  o["indicator_counts"] = std::move(counts);
  json::array items;
  for (const Remediation& r : i.remediations)
    items.push_back({{"id", r.id},
                     {"type", r.type},
                     {"action", r.action},
                     {"status", r.status},
                     {"parameters", boost::json::value_from(r.parameters)}});
  o["remediations"] = {{"total_count", i.remediation_count}, {"items", std::move(items)}};
  put_time(o, "sent_at", i.sent_at);
  put_time(o, "status_updated_at", i.status_updated_at);
  put_time(o, "closed_at", i.closed_at);
  put_time(o, "updated_at", i.updated_at);
  if (!i.repairs.empty()) o["repairs"] = boost::json::value_from(i.repairs);
  return o;
}

Incident from_snapshot(const std::string& id, const std::string& severity, const std::string& status, const std::string& subject,
                       const json::object& snapshot) {
  Incident i = read_incident(snapshot);
  i.id = id;
  i.severity = severity;
  i.status = status;
  i.subject = subject;
  if (const json::array* repairs = json::array_at(snapshot, "repairs"))
    for (const json::value& repair : *repairs)
      if (repair.is_string()) i.repairs.emplace_back(repair.get_string());
  return i;
}

json::object to_json(const Agent& a) {
  json::object o{{"id", a.id},
                 {"hostname", a.hostname},
                 {"os", a.os},
                 {"ipv4_address", a.ipv4_address},
                 {"external_ip", a.external_ip},
                 {"serial_number", a.serial_number}};
  put_time(o, "last_callback_at", a.last_callback_at);
  return o;
}

}  // namespace huntress
