#include "host-sim/psa/halopsa/wire.hpp"

#include <algorithm>

#include "host-sim/psa/halopsa/html.hpp"
#include "host-sim/psa/tokens.hpp"
#include "sdk/common/ascii.hpp"
#include "sdk/common/text.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::psa::halopsa {
namespace {

constexpr std::size_t max_id = 100;
constexpr std::size_t max_name = 300;
constexpr std::size_t max_title = 250;
constexpr std::size_t max_time = 60;

std::string line_at(const json::object& o, std::string_view key, std::size_t max_chars) {
  return text::clean_line(json::text_at(o, key).value_or(""), max_chars).text;
}

// true, 1 and "true" alike.
bool flag_at(const json::object& o, std::string_view key) {
  if (const auto b = json::bool_at(o, key)) return *b;
  if (const auto n = json::integer_at(o, key)) return *n != 0;
  return text::fold(json::text_at(o, key).value_or("")) == "true";
}

// The name in a member that may be text or an object with a name.
std::string name_at(const json::object& o, std::string_view key) {
  if (const json::object* inner = json::object_at(o, key)) return line_at(*inner, "name", max_name);
  const json::value* v = o.if_contains(key);
  return v != nullptr && v->is_string() ? line_at(o, key, max_name) : std::string{};
}

// Zeros may be padding and say nothing.
bool has_fraction(std::string_view time) {
  const std::size_t point = time.find('.');
  if (point == std::string_view::npos) return false;
  for (const char c : time.substr(point + 1)) {
    if (c < '0' || c > '9') return false;
    if (c != '0') return true;
  }
  return false;
}

// Ids are numbers in the API, whatever it lists them as.
json::value id_value(const std::string& id) {
  constexpr std::size_t longest = 18;
  const bool number = id.size() <= longest && ascii::is_number(id);
  return number ? json::value(std::stoll(id)) : json::value(id);
}

void put(json::object& o, std::string_view key, const std::string& value) {
  if (!value.empty()) o[key] = value;
}

void put_id(json::object& o, std::string_view key, const std::string& id) {
  if (!id.empty()) o[key] = id_value(id);
}

const std::string& either(const std::string& first, const std::string& second) { return first.empty() ? second : first; }

std::string array_of(json::object&& o) {
  json::array rows;
  rows.emplace_back(std::move(o));
  return boost::json::serialize(rows);
}

std::string reference(const std::string& token) { return std::string(reference_mark) + escape_html(token); }

std::string body_html(const std::string& markdown, const std::string& token) {
  return markdown_to_html(markdown) + (token.empty() ? "" : "<p>" + reference(token) + "</p>");
}

// What an action and an update that stands for one have in common.
json::object note_members(const NewRemoteNote& note, const Config& config) {
  json::object o;
  o["note_html"] = markdown_to_html(note.markdown) + (note.token.empty() ? "" : "<p><small>" + reference(note.token) + "</small></p>");
  o["outcome"] = config.note_outcome;
  put(o, "who", config.assign_username);
  o["hiddenfromuser"] = true;
  return o;
}

// A mail that was written from the ticket has its words elsewhere, and often an image in its signature.
void read_words(const json::object& row, RemoteNote& n) {
  ShownHtml shown = shown_html(json::text_at(row, "note_html").value_or(""));
  n.has_image = shown.has_image;
  n.text = std::move(shown.text);
  if (n.text.empty()) n.text = plain_text(json::text_at(row, "note").value_or(""));
  if (!n.text.empty() || n.has_image) return;
  shown = shown_html(json::text_at(row, "emailbody_html").value_or(""));
  n.text = std::move(shown.text);
  if (n.text.empty()) n.text = plain_text(json::text_at(row, "emailbody").value_or(""));
  n.has_image = shown.has_image && n.text.empty();
}

// "3f0c9a52-...": the client id of an application whose name is not known.
bool is_client_id(std::string_view label) {
  constexpr std::string_view form = "00000000-0000-0000-0000-000000000000";
  return label.size() == form.size() && std::equal(label.begin(), label.end(), form.begin(), [](char c, char f) {
           return f == '-' ? c == '-' : ascii::lower_hex_digits.find(ascii::lower(c)) != std::string_view::npos;
         });
}

bool is_by_agent(const json::object& row) { return json::integer_at(row, "who_agentid").value_or(0) > 0; }

void read_writer(const json::object& row, const std::string& client_id, RemoteNote& n) {
  constexpr std::string_view own_interfaces = "nethelpdesk-";  // the site's web application, its portal, its app for phones
  n.author = line_at(row, "who", max_name);
  if (json::integer_at(row, "action_systemid").value_or(0) != 0) {
    n.writer = Writer::site;
    if (!is_by_agent(row)) n.author.clear();
    return;
  }
  const std::string label = line_at(row, "actionby_application_id", max_name);
  if (label.empty()) return;
  if (ascii::equal_ignoring_case(label, client_id)) {
    n.writer = Writer::picket;
  } else if (ascii::starts_with_ignoring_case(label, own_interfaces)) {
    n.writer = Writer::person;
  } else {
    n.writer = Writer::program;
    n.program = label;
    const std::string name = is_client_id(label) ? "another application" : label;
    n.author = n.author.empty() || n.author == name ? name : n.author + " via " + name;
  }
}

void read_body(const json::object& row, RemoteTicket& t) {
  std::string body = html_to_text(json::text_at(row, "details_html").value_or(""));
  if (body.empty()) body = plain_text(json::text_at(row, "details").value_or(""));
  const std::size_t mark = body.rfind(reference_mark);
  if (mark == std::string::npos) return;
  const std::string_view token = std::string_view(body).substr(mark + reference_mark.size());
  t.token = token.substr(0, token.find_first_not_of("0123456789abcdef"));
  t.body_digest = digest_of_words(body);
}

}  // namespace

std::optional<Page> read_page(json::value&& document, std::string_view member) {
  Page page;
  if (json::array* rows = document.if_array()) {
    page.rows = std::move(*rows);
    return page;
  }
  json::object* o = document.if_object();
  if (o == nullptr) return std::nullopt;
  if (const auto total = json::integer_at(*o, "record_count"); total && *total >= 0) page.total = static_cast<std::size_t>(*total);
  json::value* list = o->if_contains(member);
  if (list == nullptr || !list->is_array()) {
    list = nullptr;
    for (auto& [name, value] : *o) {
      if (!value.is_array()) continue;
      if (list != nullptr) return std::nullopt;
      list = &value;
    }
  }
  if (list == nullptr) return std::nullopt;
  page.rows = std::move(list->get_array());
  return page;
}

const json::object* single(const json::value& document) {
  if (const json::object* o = document.if_object()) return o;
  const json::array* rows = document.if_array();
  return rows != nullptr && rows->size() == 1 ? rows->front().if_object() : nullptr;
}

std::string read_id(const json::object& o, std::string_view key) {
  if (const auto n = json::integer_at(o, key)) return std::to_string(*n);
  const json::value* v = o.if_contains(key);
  return v != nullptr && v->is_string() ? line_at(o, key, max_id) : std::string{};
}

std::optional<RemoteEntity> read_entity(const json::object& row) {
  RemoteEntity e;
  e.id = read_id(row);
  e.name = line_at(row, "name", max_name);
  e.inactive = flag_at(row, "inactive");
  return e.id.empty() || e.name.empty() ? std::nullopt : std::optional(std::move(e));
}

std::optional<RemoteEntity> read_category(const json::object& row) {
  RemoteEntity e;
  for (const std::string_view key : {"value", "category_name", "name"})
    if (e.name.empty()) e.name = line_at(row, key, max_name);
  e.id = e.name;
  e.inactive = flag_at(row, "inactive");
  return e.name.empty() ? std::nullopt : std::optional(std::move(e));
}

std::optional<Priority> read_priority(const json::object& row) {
  Priority p;
  p.entity.id = either(read_id(row, "priorityid"), read_id(row));
  p.entity.name = line_at(row, "name", max_name);
  p.entity.inactive = flag_at(row, "inactive");
  p.sla_id = either(read_id(row, "slaid"), read_id(row, "sla_id"));
  return p.entity.id.empty() || p.entity.name.empty() ? std::nullopt : std::optional(std::move(p));
}

std::string read_sla_id(const json::object& ticket_type) {
  for (const std::string_view key : {"default_sla", "sla_id", "slaid"})
    if (const auto id = json::integer_at(ticket_type, key); id && *id > 0) return std::to_string(*id);
  return {};
}

std::optional<RemoteTicket> read_ticket(const json::object& row, const std::string& base_url) {
  RemoteTicket t;
  t.id = read_id(row);
  if (t.id.empty() || t.id == "0") return std::nullopt;
  t.number = t.id;
  t.url = base_url + "/tickets?id=" + t.id;
  t.updated_at = line_at(row, "last_update", max_time);
  t.updated_at_is_exact = has_fraction(t.updated_at);
  t.closed = flag_at(row, "hasbeenclosed");
  t.closing_mark = line_at(row, "dateclosed", max_time);
  t.closed_at = parse_time(t.closing_mark);
  if (const std::string merged = read_id(row, "merged_into_id"); merged != "0") t.merged_into = merged;
  read_body(row, t);
  t.status_id = read_id(row, "status_id");
  t.priority_name = either(name_at(row, "priority"), name_at(row, "priority_name"));
  const json::value* agent = row.if_contains("agent_name");
  t.has_assignee = (agent != nullptr && (agent->is_string() || agent->is_null())) || json::object_at(row, "agent") != nullptr;
  t.assignee = either(name_at(row, "agent_name"), name_at(row, "agent"));
  if (text::fold(t.assignee) == "unassigned") t.assignee.clear();
  t.closure_note = plain_text(json::text_at(row, "closure_note").value_or(""));
  return t;
}

std::optional<Time> local_time(const std::string& text, std::chrono::minutes zone_offset) {
  constexpr std::size_t date_chars = 10;
  const bool names_zone = text.find_first_of("Zz+-", date_chars) != std::string::npos;
  const std::optional<Time> at = names_zone ? std::nullopt : parse_time(text);  // as if it was UTC
  return at ? std::optional(*at - zone_offset) : std::nullopt;
}

bool mentions(const json::object& ticket, std::string_view text) {
  for (const std::string_view key : {"summary", "details", "details_html"})
    if (json::text_at(ticket, key).value_or("").find(text) != std::string::npos) return true;
  return false;
}

std::string read_title(const json::object& ticket) { return line_at(ticket, "summary", max_title); }

std::optional<RemoteNote> read_note(const json::object& row, const std::string& client_id) {
  RemoteNote n;
  n.id = read_id(row);
  read_words(row, n);
  const bool says_something = !n.text.empty() || n.has_image || is_by_agent(row);
  if (n.id.empty() || !says_something) return std::nullopt;
  read_writer(row, client_id, n);
  n.at = parse_time(line_at(row, "datetime", max_time));
  return n;
}

std::string digest_of_body(const std::string& markdown, const std::string& token) {
  return digest_of_words(html_to_text(body_html(markdown, token)));
}

std::string title_of(std::string_view title) { return text::clean_line(title, max_title).text; }

std::string creation(const NewRemoteTicket& ticket, const TicketDefaults& defaults, const Config& config) {
  json::object o;
  o["summary"] = title_of(ticket.title);
  o["details_html"] = body_html(ticket.body_markdown, ticket.token);
  put_id(o, "client_id", either(ticket.client_id, defaults.entities.client_id));
  put_id(o, "tickettype_id", either(ticket.board_id, defaults.entities.board_id));
  put_id(o, "priority_id", either(ticket.priority_id, defaults.entities.priority_id));
  put(o, "category_1", either(ticket.category_id, defaults.entities.category_id));
  put(o, "team", defaults.team);
  put_id(o, "impact", defaults.impact_id);
  put_id(o, "urgency", defaults.urgency_id);
  put(o, "users_name", config.assign_username);
  o["donotapplytemplateintheapi"] = true;
  return array_of(std::move(o));
}

std::string note_action(const NewRemoteNote& note, const Config& config) {
  json::object o = note_members(note, config);
  o["ticket_id"] = id_value(note.ticket_id);
  return array_of(std::move(o));
}

std::string note_as_update(const NewRemoteNote& note, const Config& config) {
  json::object o = note_members(note, config);
  o["id"] = id_value(note.ticket_id);
  return array_of(std::move(o));
}

std::string update(const RemoteUpdate& change) {
  json::object o;
  o["id"] = id_value(change.ticket_id);
  if (change.status_id) put_id(o, "status_id", *change.status_id);
  if (change.priority_id) put_id(o, "priority_id", *change.priority_id);
  if (change.title) o["summary"] = title_of(*change.title);
  if (change.board_id) put_id(o, "tickettype_id", *change.board_id);
  if (change.category_id) put(o, "category_1", *change.category_id);
  if (change.body_markdown) o["details_html"] = body_html(*change.body_markdown, change.token);
  return array_of(std::move(o));
}

}  // namespace picket::psa::halopsa
