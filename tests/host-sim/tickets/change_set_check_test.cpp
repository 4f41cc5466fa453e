#include "host-sim/tickets/change_set_check.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace picket;
using tickets::what_is_wrong;

namespace {

const std::string some_id = "6f1c2b3a-0d4e-4f5a-8b6c-7d8e9f0a1b2c";

ChangeSet good() {
  ChangeSet set;
  set.alert.emplace();
  set.alert->external_id = "1";
  set.alert->metadata = R"({"a":"\u00fc","b":[{"c":null}]})";
  set.open_ticket.emplace();
  set.open_ticket->title = "T";
  set.open_ticket->client_id = some_id;
  set.open_ticket->board_id = some_id;
  set.notes = {"one\ntwo"};
  return set;
}

}  // namespace

TEST_CASE("a good change set is accepted") {
  CHECK(what_is_wrong(good()).empty());
  CHECK(what_is_wrong(ChangeSet{}).empty());
  ChangeSet cursor;
  cursor.cursor_stream = "incidents";
  CHECK(what_is_wrong(cursor).empty());
}

TEST_CASE("what no database can hold, or what makes no sense, is reported") {
  const std::pair<std::function<void(ChangeSet&)>, std::string> cases[] = {
      {[](ChangeSet& s) { s.alert->external_id = ""; }, "the finding's id is missing"},
      {[](ChangeSet& s) { s.alert->message = std::string("a\0b", 3); }, "the finding's subject contains a NUL character"},
      {[](ChangeSet& s) { s.notes.emplace_back("\xff"); }, "a note is not valid UTF-8"},
      {[](ChangeSet& s) { s.alert->metadata = "[1]"; }, "the finding's metadata is not a JSON object"},
      {[](ChangeSet& s) { s.alert->metadata = "{} x"; }, "the finding's metadata is not a JSON object"},
      {[](ChangeSet& s) { s.alert->metadata = "{\"a\":"; }, "the finding's metadata is not a JSON object"},
      {[](ChangeSet& s) { s.alert->metadata = R"({"a":"\u0000"})"; }, "the finding's metadata contains a NUL character"},
      {[](ChangeSet& s) { s.alert->metadata = R"({"a":"\ud800"})"; }, "the finding's metadata is not a JSON object"},
      {[](ChangeSet& s) { s.open_ticket->attributes = "7"; }, "the ticket's attributes is not a JSON object"},
      {[](ChangeSet& s) { s.open_ticket->title = "a\nb"; }, "the ticket's title must be one line"},
      {[](ChangeSet& s) { s.open_ticket->client_id = ""; }, "the ticket's client is missing"},
      {[](ChangeSet& s) { s.open_ticket->board_id = "7"; },
       "the ticket's board is not the id of an existing row: \"7\" is not a UUID in lower case"},
      {[](ChangeSet& s) { s.alert.reset(); }, "a ticket is changed without the finding that it belongs to"},
      {[](ChangeSet& s) { s.ticket_action = static_cast<TicketAction>(9); }, "the ticket action 9 is not known"},
      {[](ChangeSet& s) {
         s.asset_link = AssetLink{some_id, "", ""};
       },
       "the linked device's id is missing"},
      {[](ChangeSet& s) { s.mapping = Mapping{}; }, "the organization's id is missing"},
  };
  for (const auto& [spoil, message] : cases) {
    ChangeSet set = good();
    spoil(set);
    CHECK(what_is_wrong(set) == message);
  }
  ChangeSet escaped = good();
  escaped.alert->metadata = R"({"a":"\\u0000"})";
  CHECK(what_is_wrong(escaped).empty());
}
