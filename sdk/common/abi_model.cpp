#include "sdk/common/abi_model.hpp"

#include <algorithm>

namespace picket {
namespace {

std::string text(picket_str s) { return std::string(from_abi(s)); }

HttpHeaders headers_from(const picket_header* headers, std::size_t count) {
  HttpHeaders out;
  if (headers == nullptr) return out;
  out.reserve(count);
  for (const picket_header& header : std::span(headers, count)) out.emplace_back(text(header.name), text(header.value));
  return out;
}

}  // namespace

Alert from_abi(const picket_alert& from) {
  const picket_alert a = read_struct(from);
  Alert out;
  out.revision = a.revision;
  out.failures = a.failures;
  out.external_id = text(a.external_id);
  out.severity = text(a.severity);
  out.status = text(a.status);
  out.message = text(a.message);
  out.device_name = text(a.device_name);
  out.external_device_id = text(a.external_device_id);
  out.asset_id = text(a.asset_id);
  out.ticket_id = text(a.ticket_id);
  out.fingerprint = text(a.fingerprint);
  out.metadata = text(a.metadata_json);
  out.triggered_at = from_abi(a.triggered_at);
  out.resolved_at = from_abi(a.resolved_at);
  out.incomplete = read_flag(a.incomplete);
  return out;
}

picket_alert to_abi(const Alert& a) {
  picket_alert out{};
  out.size = sizeof out;
  out.failures = a.failures;
  out.revision = a.revision;
  out.external_id = to_abi(a.external_id);
  out.severity = to_abi(a.severity);
  out.status = to_abi(a.status);
  out.message = to_abi(a.message);
  out.device_name = to_abi(a.device_name);
  out.external_device_id = to_abi(a.external_device_id);
  out.asset_id = to_abi(a.asset_id);
  out.ticket_id = to_abi(a.ticket_id);
  out.fingerprint = to_abi(a.fingerprint);
  out.metadata_json = to_abi(a.metadata);
  out.triggered_at = to_abi(a.triggered_at);
  out.resolved_at = to_abi(a.resolved_at);
  out.incomplete = a.incomplete;
  return out;
}

Mapping from_abi(const picket_mapping& from) {
  const picket_mapping m = read_struct(from);
  return {.external_id = text(m.external_id),
          .external_name = text(m.external_name),
          .client_id = text(m.client_id),
          .contact_id = text(m.contact_id),
          .client_usable = read_flag(m.client_usable),
          .auto_create_tickets = read_flag(m.auto_create_tickets)};
}

picket_mapping to_abi(const Mapping& m) {
  picket_mapping out{};
  out.size = sizeof out;
  out.external_id = to_abi(m.external_id);
  out.external_name = to_abi(m.external_name);
  out.client_id = to_abi(m.client_id);
  out.contact_id = to_abi(m.contact_id);
  out.client_usable = m.client_usable;
  out.auto_create_tickets = m.auto_create_tickets;
  return out;
}

Asset from_abi(const picket_asset& from) {
  const picket_asset a = read_struct(from);
  return {.asset_id = text(a.asset_id), .client_id = text(a.client_id), .name = text(a.name), .serial_number = text(a.serial_number)};
}

picket_asset to_abi(const Asset& a) {
  picket_asset out{};
  out.size = sizeof out;
  out.asset_id = to_abi(a.asset_id);
  out.client_id = to_abi(a.client_id);
  out.name = to_abi(a.name);
  out.serial_number = to_abi(a.serial_number);
  return out;
}

TicketDraft from_abi(const picket_ticket_draft& from) {
  const picket_ticket_draft d = read_struct(from);
  TicketDraft out;
  out.title = text(d.title);
  out.body_markdown = text(d.body_markdown);
  out.client_id = text(d.client_id);
  out.contact_id = text(d.contact_id);
  out.board_id = text(d.board_id);
  out.priority_id = text(d.priority_id);
  out.category_id = text(d.category_id);
  out.subcategory_id = text(d.subcategory_id);
  out.source_reference = text(d.source_reference);
  out.url = text(d.url);
  out.attributes = text(d.attributes_json);
  out.may_exist = read_flag(d.may_exist);
  return out;
}

picket_ticket_draft to_abi(const TicketDraft& d) {
  picket_ticket_draft out{};
  out.size = sizeof out;
  out.title = to_abi(d.title);
  out.body_markdown = to_abi(d.body_markdown);
  out.client_id = to_abi(d.client_id);
  out.contact_id = to_abi(d.contact_id);
  out.board_id = to_abi(d.board_id);
  out.priority_id = to_abi(d.priority_id);
  out.category_id = to_abi(d.category_id);
  out.subcategory_id = to_abi(d.subcategory_id);
  out.source_reference = to_abi(d.source_reference);
  out.url = to_abi(d.url);
  out.attributes_json = to_abi(d.attributes);
  out.may_exist = d.may_exist;
  return out;
}

AssetLink from_abi(const picket_asset_link& from) {
  const picket_asset_link l = read_struct(from);
  return {.asset_id = text(l.asset_id), .external_id = text(l.external_id), .external_realm_id = text(l.external_realm_id)};
}

picket_asset_link to_abi(const AssetLink& l) {
  picket_asset_link out{};
  out.size = sizeof out;
  out.asset_id = to_abi(l.asset_id);
  out.external_id = to_abi(l.external_id);
  out.external_realm_id = to_abi(l.external_realm_id);
  return out;
}

ChangeSet from_abi(const picket_change_set& from) {
  const picket_change_set c = read_struct(from);
  ChangeSet out;
  if (c.mapping != nullptr) out.mapping = from_abi(*c.mapping);
  if (c.alert != nullptr) out.alert = from_abi(*c.alert);
  if (c.open_ticket != nullptr) out.open_ticket = from_abi(*c.open_ticket);
  if (c.notes != nullptr)
    for (const picket_str& note : std::span(c.notes, c.note_count)) out.notes.push_back(text(note));
  out.ticket_action = static_cast<TicketAction>(c.ticket_action);
  out.status_id = text(c.status_id);
  out.priority_id = text(c.priority_id);
  out.body_markdown = text(c.body_markdown);
  if (c.asset_link != nullptr) out.asset_link = from_abi(*c.asset_link);
  out.cursor_stream = text(c.cursor_stream);
  out.cursor_value = text(c.cursor_value);
  return out;
}

AbiChangeSets::AbiChangeSets(std::span<const ChangeSet> sets) {
  // Reserved in full, so that the addresses taken below stay valid.
  mappings_.reserve(sets.size());
  alerts_.reserve(sets.size());
  drafts_.reserve(sets.size());
  links_.reserve(sets.size());
  notes_.reserve(sets.size());
  sets_.reserve(sets.size());
  pointers_.reserve(sets.size());
  for (const ChangeSet& c : sets) {
    picket_change_set& out = sets_.emplace_back();
    pointers_.push_back(&out);
    out.size = sizeof out;
    if (c.mapping) out.mapping = &mappings_.emplace_back(to_abi(*c.mapping));
    if (c.alert) out.alert = &alerts_.emplace_back(to_abi(*c.alert));
    if (c.open_ticket) out.open_ticket = &drafts_.emplace_back(to_abi(*c.open_ticket));
    const AbiTexts& notes = notes_.emplace_back(c.notes);
    out.notes = notes.data();
    out.note_count = notes.size();
    out.ticket_action = static_cast<std::int32_t>(c.ticket_action);
    out.status_id = to_abi(c.status_id);
    out.priority_id = to_abi(c.priority_id);
    out.body_markdown = to_abi(c.body_markdown);
    if (c.asset_link) out.asset_link = &links_.emplace_back(to_abi(*c.asset_link));
    out.cursor_stream = to_abi(c.cursor_stream);
    out.cursor_value = to_abi(c.cursor_value);
  }
}

PollReport from_abi(const picket_poll_report& from) {
  const picket_poll_report r = read_struct(from);
  PollReport out;
  out.collected = r.collected;
  out.created = r.created;
  out.noted = r.noted;
  out.closed = r.closed;
  out.recorded = r.recorded;
  out.unchanged = r.unchanged;
  out.healed = r.healed;
  out.failed = r.failed;
  out.cursor = text(r.cursor);
  if (r.errors != nullptr)
    for (const picket_finding_error& e : std::span(r.errors, r.error_count)) out.errors.push_back({text(e.external_id), text(e.message)});
  return out;
}

AbiReport::AbiReport(const PollReport& r) : report_{} {
  errors_.reserve(r.errors.size());
  for (const FindingError& e : r.errors) errors_.push_back({present(e.external_id), present(e.message)});
  report_.size = sizeof report_;
  report_.collected = r.collected;
  report_.created = r.created;
  report_.noted = r.noted;
  report_.closed = r.closed;
  report_.recorded = r.recorded;
  report_.unchanged = r.unchanged;
  report_.healed = r.healed;
  report_.failed = r.failed;
  report_.cursor = to_abi(r.cursor);
  report_.errors = errors_.data();
  report_.error_count = errors_.size();
}

TicketEvent from_abi(const picket_ticket_event& from) {
  const picket_ticket_event e = read_struct(from);
  TicketEvent out;
  out.kind = static_cast<TicketEventKind>(e.kind);
  out.event_id = text(e.event_id);
  out.external_id = text(e.external_id);
  out.ticket_id = text(e.ticket_id);
  out.ticket_number = text(e.ticket_number);
  out.ticket_url = text(e.ticket_url);
  out.desk = text(e.desk);
  out.author = text(e.author);
  out.text = text(e.text);
  out.before = text(e.before);
  out.after = text(e.after);
  if (reaches(from, &picket_ticket_event::at)) out.at = from_abi(e.at);
  out.repeated = read_flag(e.repeated);
  return out;
}

AbiTicketEvents::AbiTicketEvents(std::span<const TicketEvent> events) {
  events_.reserve(events.size());
  pointers_.reserve(events.size());
  for (const TicketEvent& e : events) {
    picket_ticket_event& out = events_.emplace_back();
    pointers_.push_back(&out);
    out.size = sizeof out;
    out.kind = static_cast<std::int32_t>(e.kind);
    out.event_id = to_abi(e.event_id);
    out.external_id = to_abi(e.external_id);
    out.ticket_id = to_abi(e.ticket_id);
    out.ticket_number = to_abi(e.ticket_number);
    out.ticket_url = to_abi(e.ticket_url);
    out.desk = to_abi(e.desk);
    out.author = to_abi(e.author);
    out.text = to_abi(e.text);
    out.before = to_abi(e.before);
    out.after = to_abi(e.after);
    out.at = to_abi(e.at);
    out.repeated = e.repeated;
  }
}

AbiHeaders::AbiHeaders(const HttpHeaders& headers) {
  headers_.reserve(headers.size());
  for (const auto& [name, value] : headers) headers_.push_back({present(name), present(value)});
}

HttpRequest from_abi(const picket_http_request& from) {
  const picket_http_request r = read_struct(from);
  HttpRequest out;
  out.method = text(r.method);
  out.url = text(r.url);
  out.headers = headers_from(r.headers, r.header_count);
  out.body = text(r.body);
  out.repeatable = read_flag(r.repeatable);
  out.patience = std::chrono::milliseconds{std::max<std::int64_t>(0, r.patience_ms)};
  return out;
}

AbiRequests::AbiRequests(std::span<const HttpRequest> requests) {
  headers_.reserve(requests.size());
  requests_.reserve(requests.size());
  pointers_.reserve(requests.size());
  for (const HttpRequest& r : requests) {
    const AbiHeaders& headers = headers_.emplace_back(r.headers);
    picket_http_request& out = requests_.emplace_back();
    pointers_.push_back(&out);
    out.size = sizeof out;
    out.method = present(r.method);
    out.url = present(r.url);
    out.headers = headers.data();
    out.header_count = headers.size();
    out.body = to_abi(r.body);
    out.repeatable = r.repeatable;
    out.patience_ms = r.patience.count();
  }
}

HttpAnswer from_abi(const picket_http_answer& from) {
  const picket_http_answer a = read_struct(from);
  HttpAnswer out;
  out.status = to_status(a.status);
  out.code = a.code;
  out.headers = headers_from(a.headers, a.header_count);
  out.body = text(a.body);
  out.message = text(a.message);
  if (reaches(from, &picket_http_answer::retry_after_ms) && a.retry_after_ms >= 0)
    out.retry_after = std::chrono::milliseconds{a.retry_after_ms};
  return out;
}

AbiAnswer::AbiAnswer(std::size_t index, const HttpAnswer& a) : headers_(a.headers), answer_{} {
  answer_.size = sizeof answer_;
  answer_.index = index;
  answer_.status = static_cast<picket_status>(a.status);
  answer_.code = a.code;
  answer_.headers = headers_.data();
  answer_.header_count = headers_.size();
  answer_.body = to_abi(a.body);
  answer_.message = to_abi(a.message);
  answer_.retry_after_ms = a.retry_after ? a.retry_after->count() : -1;
}

}  // namespace picket
