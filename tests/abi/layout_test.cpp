// The layout that was published. A struct may grow at its end: then its new lines are added to layout.txt, and nothing else changes.
// Any other difference breaks every provider and host out there: it needs a new major number, or a service id ending in the next one.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <type_traits>

#include "picket/abi.h"

namespace {

std::string actual_layout() {
  std::ostringstream out;
#define STRUCT(type) out << #type << " size " << sizeof(type) << " align " << alignof(type) << "\n"
#define MEMBER(type, member) out << "  " << #member << " at " << offsetof(type, member) << " size " << sizeof(type::member) << "\n"
  STRUCT(picket_str);
  MEMBER(picket_str, ptr);
  MEMBER(picket_str, len);
  STRUCT(picket_call);
  MEMBER(picket_call, size);
  MEMBER(picket_call, ctx);
  MEMBER(picket_call, deadline_ns);
  MEMBER(picket_call, cancelled);
  MEMBER(picket_call, progress);
  MEMBER(picket_call, fail);
  STRUCT(picket_host);
  MEMBER(picket_host, size);
  MEMBER(picket_host, ctx);
  MEMBER(picket_host, service);
  STRUCT(picket_connection);
  MEMBER(picket_connection, size);
  MEMBER(picket_connection, tenant);
  MEMBER(picket_connection, integration_id);
  MEMBER(picket_connection, base_url);
  STRUCT(picket_log_1);
  MEMBER(picket_log_1, size);
  MEMBER(picket_log_1, ctx);
  MEMBER(picket_log_1, write);
  STRUCT(picket_clock_1);
  MEMBER(picket_clock_1, size);
  MEMBER(picket_clock_1, ctx);
  MEMBER(picket_clock_1, now);
  MEMBER(picket_clock_1, monotonic);
  MEMBER(picket_clock_1, sleep_until);
  STRUCT(picket_header);
  MEMBER(picket_header, name);
  MEMBER(picket_header, value);
  STRUCT(picket_http_request);
  MEMBER(picket_http_request, size);
  MEMBER(picket_http_request, method);
  MEMBER(picket_http_request, url);
  MEMBER(picket_http_request, headers);
  MEMBER(picket_http_request, header_count);
  MEMBER(picket_http_request, body);
  MEMBER(picket_http_request, repeatable);
  MEMBER(picket_http_request, patience_ms);
  STRUCT(picket_http_answer);
  MEMBER(picket_http_answer, size);
  MEMBER(picket_http_answer, index);
  MEMBER(picket_http_answer, status);
  MEMBER(picket_http_answer, code);
  MEMBER(picket_http_answer, headers);
  MEMBER(picket_http_answer, header_count);
  MEMBER(picket_http_answer, body);
  MEMBER(picket_http_answer, message);
  MEMBER(picket_http_answer, retry_after_ms);
  STRUCT(picket_http_1);
  MEMBER(picket_http_1, size);
  MEMBER(picket_http_1, ctx);
  MEMBER(picket_http_1, exchange);
  MEMBER(picket_http_1, sent);
  MEMBER(picket_http_1, limit);
  STRUCT(picket_secrets_1);
  MEMBER(picket_secrets_1, size);
  MEMBER(picket_secrets_1, ctx);
  MEMBER(picket_secrets_1, get);
  STRUCT(picket_alert);
  MEMBER(picket_alert, size);
  MEMBER(picket_alert, failures);
  MEMBER(picket_alert, revision);
  MEMBER(picket_alert, external_id);
  MEMBER(picket_alert, severity);
  MEMBER(picket_alert, status);
  MEMBER(picket_alert, message);
  MEMBER(picket_alert, device_name);
  MEMBER(picket_alert, external_device_id);
  MEMBER(picket_alert, asset_id);
  MEMBER(picket_alert, ticket_id);
  MEMBER(picket_alert, fingerprint);
  MEMBER(picket_alert, metadata_json);
  MEMBER(picket_alert, triggered_at);
  MEMBER(picket_alert, resolved_at);
  MEMBER(picket_alert, incomplete);
  STRUCT(picket_mapping);
  MEMBER(picket_mapping, size);
  MEMBER(picket_mapping, external_id);
  MEMBER(picket_mapping, external_name);
  MEMBER(picket_mapping, client_id);
  MEMBER(picket_mapping, contact_id);
  MEMBER(picket_mapping, client_usable);
  MEMBER(picket_mapping, auto_create_tickets);
  STRUCT(picket_storage_1);
  MEMBER(picket_storage_1, size);
  MEMBER(picket_storage_1, ctx);
  MEMBER(picket_storage_1, settings);
  MEMBER(picket_storage_1, cursor);
  MEMBER(picket_storage_1, find_alerts);
  MEMBER(picket_storage_1, list_alerts);
  MEMBER(picket_storage_1, find_mappings);
  STRUCT(picket_asset);
  MEMBER(picket_asset, size);
  MEMBER(picket_asset, asset_id);
  MEMBER(picket_asset, client_id);
  MEMBER(picket_asset, name);
  MEMBER(picket_asset, serial_number);
  STRUCT(picket_directory_1);
  MEMBER(picket_directory_1, size);
  MEMBER(picket_directory_1, ctx);
  MEMBER(picket_directory_1, assets);
  STRUCT(picket_ticket_draft);
  MEMBER(picket_ticket_draft, size);
  MEMBER(picket_ticket_draft, title);
  MEMBER(picket_ticket_draft, body_markdown);
  MEMBER(picket_ticket_draft, client_id);
  MEMBER(picket_ticket_draft, contact_id);
  MEMBER(picket_ticket_draft, board_id);
  MEMBER(picket_ticket_draft, priority_id);
  MEMBER(picket_ticket_draft, category_id);
  MEMBER(picket_ticket_draft, subcategory_id);
  MEMBER(picket_ticket_draft, source_reference);
  MEMBER(picket_ticket_draft, url);
  MEMBER(picket_ticket_draft, attributes_json);
  MEMBER(picket_ticket_draft, may_exist);
  STRUCT(picket_asset_link);
  MEMBER(picket_asset_link, size);
  MEMBER(picket_asset_link, asset_id);
  MEMBER(picket_asset_link, external_id);
  MEMBER(picket_asset_link, external_realm_id);
  STRUCT(picket_change_set);
  MEMBER(picket_change_set, size);
  MEMBER(picket_change_set, mapping);
  MEMBER(picket_change_set, alert);
  MEMBER(picket_change_set, open_ticket);
  MEMBER(picket_change_set, notes);
  MEMBER(picket_change_set, note_count);
  MEMBER(picket_change_set, ticket_action);
  MEMBER(picket_change_set, status_id);
  MEMBER(picket_change_set, priority_id);
  MEMBER(picket_change_set, body_markdown);
  MEMBER(picket_change_set, asset_link);
  MEMBER(picket_change_set, cursor_stream);
  MEMBER(picket_change_set, cursor_value);
  MEMBER(picket_change_set, restated_ticket);
  STRUCT(picket_tickets_1);
  MEMBER(picket_tickets_1, size);
  MEMBER(picket_tickets_1, ctx);
  MEMBER(picket_tickets_1, apply);
  STRUCT(picket_poll_request);
  MEMBER(picket_poll_request, size);
  MEMBER(picket_poll_request, flags);
  STRUCT(picket_finding_error);
  MEMBER(picket_finding_error, external_id);
  MEMBER(picket_finding_error, message);
  STRUCT(picket_poll_report);
  MEMBER(picket_poll_report, size);
  MEMBER(picket_poll_report, collected);
  MEMBER(picket_poll_report, created);
  MEMBER(picket_poll_report, noted);
  MEMBER(picket_poll_report, closed);
  MEMBER(picket_poll_report, recorded);
  MEMBER(picket_poll_report, unchanged);
  MEMBER(picket_poll_report, healed);
  MEMBER(picket_poll_report, failed);
  MEMBER(picket_poll_report, cursor);
  MEMBER(picket_poll_report, errors);
  MEMBER(picket_poll_report, error_count);
  STRUCT(picket_ticket_event);
  MEMBER(picket_ticket_event, size);
  MEMBER(picket_ticket_event, kind);
  MEMBER(picket_ticket_event, event_id);
  MEMBER(picket_ticket_event, external_id);
  MEMBER(picket_ticket_event, ticket_id);
  MEMBER(picket_ticket_event, ticket_number);
  MEMBER(picket_ticket_event, ticket_url);
  MEMBER(picket_ticket_event, desk);
  MEMBER(picket_ticket_event, author);
  MEMBER(picket_ticket_event, text);
  MEMBER(picket_ticket_event, before);
  MEMBER(picket_ticket_event, after);
  MEMBER(picket_ticket_event, at);
  MEMBER(picket_ticket_event, repeated);
  STRUCT(picket_provider);
  MEMBER(picket_provider, size);
  MEMBER(picket_provider, self);
  MEMBER(picket_provider, check);
  MEMBER(picket_provider, organizations);
  MEMBER(picket_provider, poll);
  MEMBER(picket_provider, extension);
  MEMBER(picket_provider, destroy);
  MEMBER(picket_provider, ticket_events);
  STRUCT(picket_entry_point);
  MEMBER(picket_entry_point, size);
  MEMBER(picket_entry_point, abi_major);
  MEMBER(picket_entry_point, abi_minor);
  MEMBER(picket_entry_point, id);
  MEMBER(picket_entry_point, version);
  MEMBER(picket_entry_point, category);
  MEMBER(picket_entry_point, open);
#undef STRUCT
#undef MEMBER
  return out.str();
}

}  // namespace

TEST_CASE("the structs of the contract are laid out as published (64 bit)") {
  static_assert(sizeof(void*) == 8 && sizeof(std::size_t) == 8);
  std::ifstream file(PICKET_LAYOUT);
  std::stringstream published;
  published << file.rdbuf();
  REQUIRE(file);
  CHECK(published.str() == actual_layout());
}

TEST_CASE("what stands in arrays is frozen, and what grows is passed by pointers") {
  static_assert(sizeof(picket_str) == 16 && sizeof(picket_header) == 32 && sizeof(picket_finding_error) == 32);
  using Exchange = picket_status (*)(void*, const picket_call*, const picket_http_request* const*, size_t,
                                     void (*)(void*, const picket_http_answer*), void*);
  using Apply = picket_status (*)(void*, const picket_call*, const picket_change_set* const*, size_t,
                                  void (*)(void*, size_t, picket_status, picket_str, picket_str), void*);
  CHECK(std::is_same_v<decltype(picket_http_1::exchange), Exchange>);
  CHECK(std::is_same_v<decltype(picket_tickets_1::apply), Apply>);
  using TicketEvents = picket_status (*)(void*, const picket_call*, const picket_ticket_event* const*, size_t,
                                         void (*)(void*, size_t, picket_status, picket_str), void*);
  CHECK(std::is_same_v<decltype(picket_provider::ticket_events), TicketEvents>);
}

TEST_CASE("the numbers of the contract are those that were published") {
  CHECK(PICKET_ABI_MAJOR == 1u);
  CHECK(PICKET_ABI_MINOR == 2u);
  CHECK(PICKET_OK == 0);
  CHECK(PICKET_INVALID == 1);
  CHECK(PICKET_AUTH == 2);
  CHECK(PICKET_NOT_FOUND == 3);
  CHECK(PICKET_CONFLICT == 4);
  CHECK(PICKET_RATE_LIMITED == 5);
  CHECK(PICKET_UNAVAILABLE == 6);
  CHECK(PICKET_UNKNOWN_OUTCOME == 7);
  CHECK(PICKET_CANCELLED == 8);
  CHECK(PICKET_DEADLINE == 9);
  CHECK(PICKET_UNSUPPORTED == 10);
  CHECK(PICKET_INTERNAL == 11);
  CHECK(PICKET_LOG_DEBUG == 0);
  CHECK(PICKET_LOG_ERROR == 3);
  CHECK(PICKET_ALERTS_OPEN == 1);
  CHECK(PICKET_ALERTS_FAILING == 2);
  CHECK(PICKET_ALERTS_INCOMPLETE == 3);
  CHECK(PICKET_TICKET_KEEP == 0);
  CHECK(PICKET_TICKET_CLOSE == 1);
  CHECK(PICKET_TICKET_REOPEN == 2);
  CHECK(PICKET_POLL_SWEEP == 1);
  CHECK(PICKET_EVENT_CREATED == 1);
  CHECK(PICKET_EVENT_NOTE == 2);
  CHECK(PICKET_EVENT_PRIORITY == 3);
  CHECK(PICKET_EVENT_ASSIGNEE == 4);
  CHECK(PICKET_EVENT_CLOSED == 5);
  CHECK(PICKET_EVENT_REOPENED == 6);
  CHECK(std::string(PICKET_STORAGE_1) == "picket.storage/1");
}
