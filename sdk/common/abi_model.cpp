#include "sdk/common/abi_model.hpp"

#include <algorithm>
#include <tuple>
#include <type_traits>

namespace picket {
namespace {

// A member of a C struct and the member of the C++ value that says the same. One list of them serves both ways.
template <class Abi, class AbiMember, class Model, class ModelMember>
struct Same {
  AbiMember Abi::*abi;
  ModelMember Model::*model;
};

constexpr std::tuple alert_members{Same{&picket_alert::revision, &Alert::revision},
                                   Same{&picket_alert::failures, &Alert::failures},
                                   Same{&picket_alert::external_id, &Alert::external_id},
                                   Same{&picket_alert::severity, &Alert::severity},
                                   Same{&picket_alert::status, &Alert::status},
                                   Same{&picket_alert::message, &Alert::message},
                                   Same{&picket_alert::device_name, &Alert::device_name},
                                   Same{&picket_alert::external_device_id, &Alert::external_device_id},
                                   Same{&picket_alert::asset_id, &Alert::asset_id},
                                   Same{&picket_alert::ticket_id, &Alert::ticket_id},
                                   Same{&picket_alert::fingerprint, &Alert::fingerprint},
                                   Same{&picket_alert::metadata_json, &Alert::metadata},
                                   Same{&picket_alert::triggered_at, &Alert::triggered_at},
                                   Same{&picket_alert::resolved_at, &Alert::resolved_at},
                                   Same{&picket_alert::incomplete, &Alert::incomplete}};
constexpr std::tuple mapping_members{Same{&picket_mapping::external_id, &Mapping::external_id},
                                     Same{&picket_mapping::external_name, &Mapping::external_name},
                                     Same{&picket_mapping::client_id, &Mapping::client_id},
                                     Same{&picket_mapping::contact_id, &Mapping::contact_id},
                                     Same{&picket_mapping::client_usable, &Mapping::client_usable},
                                     Same{&picket_mapping::auto_create_tickets, &Mapping::auto_create_tickets}};
constexpr std::tuple asset_members{Same{&picket_asset::asset_id, &Asset::asset_id}, Same{&picket_asset::client_id, &Asset::client_id},
                                   Same{&picket_asset::name, &Asset::name}, Same{&picket_asset::serial_number, &Asset::serial_number}};
constexpr std::tuple draft_members{Same{&picket_ticket_draft::title, &TicketDraft::title},
                                   Same{&picket_ticket_draft::body_markdown, &TicketDraft::body_markdown},
                                   Same{&picket_ticket_draft::client_id, &TicketDraft::client_id},
                                   Same{&picket_ticket_draft::contact_id, &TicketDraft::contact_id},
                                   Same{&picket_ticket_draft::board_id, &TicketDraft::board_id},
                                   Same{&picket_ticket_draft::priority_id, &TicketDraft::priority_id},
                                   Same{&picket_ticket_draft::category_id, &TicketDraft::category_id},
                                   Same{&picket_ticket_draft::subcategory_id, &TicketDraft::subcategory_id},
                                   Same{&picket_ticket_draft::source_reference, &TicketDraft::source_reference},
                                   Same{&picket_ticket_draft::url, &TicketDraft::url},
                                   Same{&picket_ticket_draft::attributes_json, &TicketDraft::attributes},
                                   Same{&picket_ticket_draft::may_exist, &TicketDraft::may_exist}};
constexpr std::tuple link_members{Same{&picket_asset_link::asset_id, &AssetLink::asset_id},
                                  Same{&picket_asset_link::external_id, &AssetLink::external_id},
                                  Same{&picket_asset_link::external_realm_id, &AssetLink::external_realm_id}};
constexpr std::tuple change_members{
    Same{&picket_change_set::ticket_action, &ChangeSet::ticket_action}, Same{&picket_change_set::status_id, &ChangeSet::status_id},
    Same{&picket_change_set::priority_id, &ChangeSet::priority_id},     Same{&picket_change_set::body_markdown, &ChangeSet::body_markdown},
    Same{&picket_change_set::cursor_stream, &ChangeSet::cursor_stream}, Same{&picket_change_set::cursor_value, &ChangeSet::cursor_value}};
constexpr std::tuple report_members{
    Same{&picket_poll_report::collected, &PollReport::collected}, Same{&picket_poll_report::created, &PollReport::created},
    Same{&picket_poll_report::noted, &PollReport::noted},         Same{&picket_poll_report::closed, &PollReport::closed},
    Same{&picket_poll_report::recorded, &PollReport::recorded},   Same{&picket_poll_report::unchanged, &PollReport::unchanged},
    Same{&picket_poll_report::healed, &PollReport::healed},       Same{&picket_poll_report::failed, &PollReport::failed},
    Same{&picket_poll_report::cursor, &PollReport::cursor}};
constexpr std::tuple event_members{Same{&picket_ticket_event::kind, &TicketEvent::kind},
                                   Same{&picket_ticket_event::event_id, &TicketEvent::event_id},
                                   Same{&picket_ticket_event::external_id, &TicketEvent::external_id},
                                   Same{&picket_ticket_event::ticket_id, &TicketEvent::ticket_id},
                                   Same{&picket_ticket_event::ticket_number, &TicketEvent::ticket_number},
                                   Same{&picket_ticket_event::ticket_url, &TicketEvent::ticket_url},
                                   Same{&picket_ticket_event::desk, &TicketEvent::desk},
                                   Same{&picket_ticket_event::author, &TicketEvent::author},
                                   Same{&picket_ticket_event::text, &TicketEvent::text},
                                   Same{&picket_ticket_event::before, &TicketEvent::before},
                                   Same{&picket_ticket_event::after, &TicketEvent::after},
                                   Same{&picket_ticket_event::at, &TicketEvent::at},
                                   Same{&picket_ticket_event::repeated, &TicketEvent::repeated}};

std::string text(picket_str s) { return std::string(from_abi(s)); }

// By reference, because a flag's byte need not be a bool's.
template <class From, class To>
void read_member(const From& from, To& to) {
  if constexpr (std::is_same_v<To, bool>)
    to = read_flag(from);
  else if constexpr (std::is_enum_v<To> || std::is_arithmetic_v<To>)
    to = static_cast<To>(from);
  else
    to = from_abi(from);
}

template <class From, class To>
void write_member(const From& from, To& to) {
  if constexpr (std::is_enum_v<From> || std::is_arithmetic_v<From>)
    to = static_cast<To>(from);
  else
    to = to_abi(from);
}

template <class Model, class Members, class Abi>
Model read(const Members& members, const Abi& from) {
  Model to;
  std::apply([&](const auto&... m) { (read_member(from.*m.abi, to.*m.model), ...); }, members);
  return to;
}

template <class Members, class Model, class Abi>
void write(const Members& members, const Model& from, Abi& to) {
  to.size = sizeof to;
  std::apply([&](const auto&... m) { (write_member(from.*m.model, to.*m.abi), ...); }, members);
}

template <class Abi, class Members, class Model>
Abi written(const Members& members, const Model& from) {
  Abi to{};
  write(members, from, to);
  return to;
}

HttpHeaders headers_from(const picket_header* headers, std::size_t count) {
  HttpHeaders out;
  if (headers == nullptr) return out;
  out.reserve(count);
  for (const picket_header& header : std::span(headers, count)) out.emplace_back(text(header.name), text(header.value));
  return out;
}

}  // namespace

Alert from_abi(const picket_alert& from) { return read<Alert>(alert_members, read_struct(from)); }
Mapping from_abi(const picket_mapping& from) { return read<Mapping>(mapping_members, read_struct(from)); }
Asset from_abi(const picket_asset& from) { return read<Asset>(asset_members, read_struct(from)); }
TicketDraft from_abi(const picket_ticket_draft& from) { return read<TicketDraft>(draft_members, read_struct(from)); }
AssetLink from_abi(const picket_asset_link& from) { return read<AssetLink>(link_members, read_struct(from)); }

picket_alert to_abi(const Alert& a) { return written<picket_alert>(alert_members, a); }
picket_mapping to_abi(const Mapping& m) { return written<picket_mapping>(mapping_members, m); }
picket_asset to_abi(const Asset& a) { return written<picket_asset>(asset_members, a); }
picket_ticket_draft to_abi(const TicketDraft& d) { return written<picket_ticket_draft>(draft_members, d); }
picket_asset_link to_abi(const AssetLink& l) { return written<picket_asset_link>(link_members, l); }

ChangeSet from_abi(const picket_change_set& from) {
  const picket_change_set c = read_struct(from);
  ChangeSet out = read<ChangeSet>(change_members, c);
  if (c.mapping != nullptr) out.mapping = from_abi(*c.mapping);
  if (c.alert != nullptr) out.alert = from_abi(*c.alert);
  if (c.open_ticket != nullptr) out.open_ticket = from_abi(*c.open_ticket);
  if (c.notes != nullptr)
    for (const picket_str& note : std::span(c.notes, c.note_count)) out.notes.push_back(text(note));
  if (c.asset_link != nullptr) out.asset_link = from_abi(*c.asset_link);
  if (c.restated_ticket != nullptr) out.restated_ticket = from_abi(*c.restated_ticket);
  return out;
}

AbiChangeSets::AbiChangeSets(std::span<const ChangeSet> sets) {
  // Reserved in full, so that the addresses taken below stay valid.
  mappings_.reserve(sets.size());
  alerts_.reserve(sets.size());
  drafts_.reserve(2 * sets.size());
  links_.reserve(sets.size());
  notes_.reserve(sets.size());
  sets_.reserve(sets.size());
  pointers_.reserve(sets.size());
  for (const ChangeSet& c : sets) {
    picket_change_set& out = sets_.emplace_back();
    pointers_.push_back(&out);
    write(change_members, c, out);
    if (c.mapping) out.mapping = &mappings_.emplace_back(to_abi(*c.mapping));
    if (c.alert) out.alert = &alerts_.emplace_back(to_abi(*c.alert));
    if (c.open_ticket) out.open_ticket = &drafts_.emplace_back(to_abi(*c.open_ticket));
    const AbiTexts& notes = notes_.emplace_back(c.notes);
    out.notes = notes.data();
    out.note_count = notes.size();
    if (c.restated_ticket) out.restated_ticket = &drafts_.emplace_back(to_abi(*c.restated_ticket));
    if (c.asset_link) out.asset_link = &links_.emplace_back(to_abi(*c.asset_link));
  }
}

PollReport from_abi(const picket_poll_report& from) {
  const picket_poll_report r = read_struct(from);
  PollReport out = read<PollReport>(report_members, r);
  if (r.errors != nullptr)
    for (const picket_finding_error& e : std::span(r.errors, r.error_count)) out.errors.push_back({text(e.external_id), text(e.message)});
  return out;
}

AbiReport::AbiReport(const PollReport& r) : report_{} {
  errors_.reserve(r.errors.size());
  for (const FindingError& e : r.errors) errors_.push_back({present(e.external_id), present(e.message)});
  write(report_members, r, report_);
  report_.errors = errors_.data();
  report_.error_count = errors_.size();
}

TicketEvent from_abi(const picket_ticket_event& from) {
  TicketEvent out = read<TicketEvent>(event_members, read_struct(from));
  if (!reaches(from, &picket_ticket_event::at)) out.at.reset();
  return out;
}

AbiTicketEvents::AbiTicketEvents(std::span<const TicketEvent> events) {
  events_.reserve(events.size());
  pointers_.reserve(events.size());
  for (const TicketEvent& e : events) {
    picket_ticket_event& out = events_.emplace_back();
    pointers_.push_back(&out);
    write(event_members, e, out);
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
