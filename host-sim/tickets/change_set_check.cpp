#include "host-sim/tickets/change_set_check.hpp"

#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <string_view>

#include "host-sim/store/uuid.hpp"
#include "host-sim/tickets/batch_read.hpp"
#include "sdk/common/text.hpp"

namespace picket::tickets {
namespace {

// Parses without building a value: is it a JSON object, and is none of its strings with a NUL, which no database's text can hold?
struct JsonLook {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  using Code = boost::json::error_code;
  using Text = boost::json::string_view;

  bool has_nul = false;
  std::size_t depth = 0;
  bool is_object = false;

  bool look(Text text) {
    if (text.find('\0') != Text::npos) has_nul = true;
    return true;
  }
  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) {
    if (depth++ == 0) is_object = true;
    return true;
  }
  bool on_object_end(std::size_t, Code&) {
    --depth;
    return true;
  }
  bool on_array_begin(Code&) {
    ++depth;
    return true;
  }
  bool on_array_end(std::size_t, Code&) {
    --depth;
    return true;
  }
  bool on_key_part(Text text, std::size_t, Code&) { return look(text); }
  bool on_key(Text text, std::size_t, Code&) { return look(text); }
  bool on_string_part(Text text, std::size_t, Code&) { return look(text); }
  bool on_string(Text text, std::size_t, Code&) { return look(text); }
  bool on_number_part(Text, Code&) { return true; }
  bool on_int64(std::int64_t, Text, Code&) { return true; }
  bool on_uint64(std::uint64_t, Text, Code&) { return true; }
  bool on_double(double, Text, Code&) { return true; }
  bool on_bool(bool, Code&) { return true; }
  bool on_null(Code&) { return true; }
  bool on_comment_part(Text, Code&) { return true; }
  bool on_comment(Text, Code&) { return true; }
};

class Check {
 public:
  std::string problem;

  void text(std::string_view value, std::string_view what) {
    if (!problem.empty()) return;
    if (value.find('\0') != std::string_view::npos)
      problem = std::string(what) + " contains a NUL character";
    else if (!text::is_valid_utf8(value))
      problem = std::string(what) + " is not valid UTF-8";
  }

  void line(std::string_view value, std::string_view what) {
    text(value, what);
    if (problem.empty() && value.find('\n') != std::string_view::npos) problem = std::string(what) + " must be one line";
  }

  void id(std::string_view value, std::string_view what) {
    if (problem.empty() && !value.empty() && store::canonical_uuid(value) != value)
      problem =
          std::string(what) + " is not the id of an existing row: \"" + text::clean_line(value, 60).text + "\" is not a UUID in lower case";
  }

  void object(std::string_view value, std::string_view what) {
    text(value, what);
    if (!problem.empty() || value.empty()) return;
    boost::json::parse_options options;
    options.max_depth = 64;
    boost::json::basic_parser<JsonLook> parser(options);
    boost::json::error_code error;
    const std::size_t read = parser.write_some(false, value.data(), value.size(), error);
    if (error || read != value.size() || !parser.handler().is_object)
      problem = std::string(what) + " is not a JSON object";
    else if (parser.handler().has_nul)
      problem = std::string(what) + " contains a NUL character";
  }

  void present(std::string_view value, std::string_view what) {
    if (problem.empty() && value.empty()) problem = std::string(what) + " is missing";
  }
};

void check_mapping(Check& check, const Mapping& mapping) {
  check.present(mapping.external_id, "the organization's id");
  check.text(mapping.external_id, "the organization's id");
  check.text(mapping.external_name, "the organization's name");
  check.id(mapping.client_id, "the organization's client");
}

void check_alert(Check& check, const Alert& alert) {
  check.present(alert.external_id, "the finding's id");
  check.text(alert.external_id, "the finding's id");
  check.text(alert.severity, "the finding's severity");
  check.text(alert.status, "the finding's status");
  check.text(alert.message, "the finding's subject");
  check.text(alert.device_name, "the device's name");
  check.text(alert.external_device_id, "the device's id");
  check.text(alert.fingerprint, "the fingerprint");
  check.id(alert.asset_id, "the asset");
  check.object(alert.metadata, "the finding's metadata");
}

void check_draft(Check& check, const TicketDraft& draft) {
  check.line(draft.title, "the ticket's title");
  check.text(draft.body_markdown, "the ticket's body");
  const std::array<std::pair<std::string_view, std::string_view>, 6> ids{{{draft.client_id, "the ticket's client"},
                                                                          {draft.contact_id, "the ticket's contact"},
                                                                          {draft.board_id, "the ticket's board"},
                                                                          {draft.priority_id, "the ticket's priority"},
                                                                          {draft.category_id, "the ticket's category"},
                                                                          {draft.subcategory_id, "the ticket's subcategory"}}};
  for (const auto& [id, what] : ids) check.id(id, what);
  check.text(draft.source_reference, "the ticket's source reference");
  check.text(draft.url, "the ticket's link");
  check.object(draft.attributes, "the ticket's attributes");
}

}  // namespace

std::string what_is_wrong(const ChangeSet& set) {
  Check check;
  if (set.mapping) check_mapping(check, *set.mapping);
  if (set.alert) check_alert(check, *set.alert);
  if (set.open_ticket) {
    check.present(set.open_ticket->title, "the ticket's title");
    check.present(set.open_ticket->client_id, "the ticket's client");
    check.present(set.open_ticket->board_id, "the ticket's board");
    check_draft(check, *set.open_ticket);
  }
  if (set.restated_ticket) check_draft(check, *set.restated_ticket);
  for (const auto& note : set.notes) check.text(note, "a note");
  check.id(set.status_id, "the status");
  check.id(set.priority_id, "the priority");
  check.text(set.body_markdown, "the ticket's new body");
  if (set.asset_link) {
    check.present(set.asset_link->asset_id, "the linked asset");
    check.id(set.asset_link->asset_id, "the linked asset");
    check.present(set.asset_link->external_id, "the linked device's id");
    check.text(set.asset_link->external_id, "the linked device's id");
    check.text(set.asset_link->external_realm_id, "the linked device's organization");
  }
  check.text(set.cursor_stream, "the cursor's stream");
  check.text(set.cursor_value, "the cursor's value");
  if (check.problem.empty() && (set.open_ticket || touches_ticket(set)) && !set.alert)
    check.problem = "a ticket is changed without the finding that it belongs to";
  const auto action = static_cast<std::int32_t>(set.ticket_action);
  if (check.problem.empty() && (action < PICKET_TICKET_KEEP || action > PICKET_TICKET_REOPEN))
    check.problem = "the ticket action " + std::to_string(action) + " is not known";
  return check.problem;
}

}  // namespace picket::tickets
