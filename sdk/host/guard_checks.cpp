#include "sdk/host/guard_checks.hpp"

#include "sdk/common/abi_model.hpp"
#include "sdk/common/json.hpp"
#include "sdk/common/text.hpp"

namespace picket::host {
namespace {

std::string indexed(std::string_view part, std::size_t index) { return std::string(part) + "[" + std::to_string(index) + "]"; }

void check_alert(const picket_alert& a, const std::string& part) {
  check_size(a, part);
  check_some_text(a.external_id, part, ".external_id");
  check_text(a.severity, part, ".severity");
  check_text(a.status, part, ".status");
  check_text(a.message, part, ".message");
  check_text(a.device_name, part, ".device_name");
  check_text(a.external_device_id, part, ".external_device_id");
  check_text(a.asset_id, part, ".asset_id");
  check_text(a.ticket_id, part, ".ticket_id");
  check_text(a.fingerprint, part, ".fingerprint");
  check_json_object(a.metadata_json, part, ".metadata_json");
}

void check_mapping(const picket_mapping& m, const std::string& part) {
  check_size(m, part);
  check_some_text(m.external_id, part, ".external_id");
  check_text(m.external_name, part, ".external_name");
  check_text(m.client_id, part, ".client_id");
  check_text(m.contact_id, part, ".contact_id");
}

void check_draft(const picket_ticket_draft& d, const std::string& part) {
  check_size(d, part);
  check_text(d.title, part, ".title");
  check_text(d.body_markdown, part, ".body_markdown");
  check_text(d.client_id, part, ".client_id");
  check_text(d.contact_id, part, ".contact_id");
  check_text(d.board_id, part, ".board_id");
  check_text(d.priority_id, part, ".priority_id");
  check_text(d.category_id, part, ".category_id");
  check_text(d.subcategory_id, part, ".subcategory_id");
  check_text(d.source_reference, part, ".source_reference");
  check_text(d.url, part, ".url");
  check_json_object(d.attributes_json, part, ".attributes_json");
}

}  // namespace

void check_text(picket_str s, std::string_view part, std::string_view member) {
  const auto breach = [&](std::string_view what) { return Breach(std::string(part).append(member).append(what)); };
  if (s.ptr == nullptr && s.len > 0) throw breach(" is a null pointer with a length");
  const std::string_view text = from_abi(s);
  if (!text::is_valid_utf8(text)) throw breach(" is not UTF-8");
  if (text.find('\0') != std::string_view::npos) throw breach(" has an embedded NUL");
}

void check_some_text(picket_str s, std::string_view part, std::string_view member) {
  check_text(s, part, member);
  if (s.len == 0) throw Breach(std::string(part).append(member).append(" is empty"));
}

void check_json_object(picket_str s, std::string_view part, std::string_view member) {
  check_text(s, part, member);
  if (s.len == 0) return;
  try {
    json::parse_object(from_abi(s), std::string(part).append(member));
  } catch (const Error& e) {
    throw Breach(e.what());
  }
}

void check_array(const void* elements, std::size_t count, std::string_view part) {
  if (elements == nullptr && count > 0) throw Breach(std::string(part) + " is a null pointer with a count of " + std::to_string(count));
}

void check_texts(const picket_str* texts, std::size_t count, std::string_view part) {
  check_array(texts, count, part);
  for (std::size_t i = 0; i < count; ++i) check_text(texts[i], indexed(part, i));
}

void check_request(const picket_http_request* request, std::size_t index) {
  const std::string part = indexed("requests", index);
  check_pointer(request, part);
  const picket_http_request& r = *request;
  check_size(r, part);
  check_some_text(r.method, part, ".method");
  check_some_text(r.url, part, ".url");
  check_array(r.headers, r.header_count, part + ".headers");
  for (std::size_t i = 0; i < r.header_count; ++i) {
    check_some_text(r.headers[i].name, indexed(part + ".headers", i), ".name");
    check_text(r.headers[i].value, indexed(part + ".headers", i), ".value");
  }
  if (r.body.ptr == nullptr && r.body.len > 0) throw Breach(part + ".body is a null pointer with a length");
}

void check_change_set(const picket_change_set* set, std::size_t index) {
  const std::string part = indexed("change_sets", index);
  check_pointer(set, part);
  const picket_change_set& c = *set;
  check_size(c, part);
  if (c.mapping != nullptr) check_mapping(*c.mapping, part + ".mapping");
  if (c.alert != nullptr) check_alert(*c.alert, part + ".alert");
  if (c.open_ticket != nullptr) check_draft(*c.open_ticket, part + ".open_ticket");
  check_texts(c.notes, c.note_count, part + ".notes");
  if (c.ticket_action < PICKET_TICKET_KEEP || c.ticket_action > PICKET_TICKET_REOPEN)
    throw Breach(part + ".ticket_action is " + std::to_string(c.ticket_action) + ", which is not a PICKET_TICKET_*");
  check_text(c.status_id, part, ".status_id");
  check_text(c.priority_id, part, ".priority_id");
  check_text(c.body_markdown, part, ".body_markdown");
  if (c.asset_link != nullptr) {
    check_size(*c.asset_link, part + ".asset_link");
    check_some_text(c.asset_link->asset_id, part, ".asset_link.asset_id");
    check_some_text(c.asset_link->external_id, part, ".asset_link.external_id");
    check_text(c.asset_link->external_realm_id, part, ".asset_link.external_realm_id");
  }
  check_text(c.cursor_stream, part, ".cursor_stream");
  check_text(c.cursor_value, part, ".cursor_value");
  if (reaches(c, &picket_change_set::restated_ticket) && c.restated_ticket != nullptr)
    check_draft(*c.restated_ticket, part + ".restated_ticket");
  if (c.cursor_value.len > 0 && c.cursor_stream.len == 0) throw Breach(part + ".cursor_value has no cursor_stream");
}

void check_report(const picket_poll_report& r) {
  check_size(r, "report");
  check_text(r.cursor, "report.cursor");
  check_array(r.errors, r.error_count, "report.errors");
  for (std::size_t i = 0; i < r.error_count; ++i) {
    check_text(r.errors[i].external_id, indexed("report.errors", i), ".external_id");
    check_text(r.errors[i].message, indexed("report.errors", i), ".message");
  }
}

}  // namespace picket::host
