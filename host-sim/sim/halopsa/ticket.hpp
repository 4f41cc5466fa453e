// A ticket and its actions, and which members of the API's objects are which of theirs. Plain values.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/sim/halopsa/directory.hpp"
#include "picket/time.hpp"

namespace picket::sim::halopsa {

struct Action {
  std::int64_t id = 0;
  std::string who;
  std::int64_t who_agentid = 0;
  Time at = {};
  std::string note;  // the text form of note_html
  std::string note_html;
  std::string outcome;
  std::int64_t outcome_id = 0;
  bool hidden_from_user = false;
  std::int64_t who_type = 0;     // 1: an agent
  std::int64_t system_id = 0;    // not 0: an entry of the site itself
  std::string application = {};  // that added it; empty: a person in the site
  std::string email_body = {};   // of a mail written from the ticket
  std::string email_body_html = {};
  std::int64_t merged_from = 0;  // the ticket whose merge it records
  Time updated = {};
};

struct Ticket {
  std::int64_t id = 0;
  std::string summary;
  std::string details;  // the text form of details_html
  std::string details_html;
  std::int64_t client_id = 0;
  std::int64_t site_id = 0;
  std::int64_t user_id = 0;
  std::string users_name;
  std::int64_t tickettype_id = 0;
  std::int64_t sla_id = 0;
  std::int64_t priority_id = 0;
  std::string team;
  std::int64_t agent_id = unassigned_agent;
  std::string category_1, category_2, category_3, category_4;
  std::int64_t impact = 0;
  std::int64_t urgency = 0;
  std::int64_t status_id = 0;
  json::value custom_fields = json::array();
  bool is_closed = false;        // by its status
  bool has_been_closed = false;  // what hasbeenclosed says
  std::int64_t merged_into = 0;
  bool is_deleted = false;  // by a person: in no list, read as deleted
  std::string closure_note;
  Time occurred = {};
  Time made = {};  // when the site got it, whatever dateoccurred says
  Time last_update = {};
  Time last_action = {};
  std::optional<Time> closed = std::nullopt;
  std::vector<Action> actions = {};  // oldest first
  json::object oddities = {};        // served instead of what the ticket has; only controls put them here
  std::string searched = {};         // what `search` looks into
};

struct NumberField {
  std::string_view name;
  std::int64_t Ticket::*member;
  std::optional<List> list;  // what it is an id of
  bool may_be_none;          // whether 0 is allowed
};
std::span<const NumberField> number_fields();

struct TextField {
  std::string_view name;
  std::string Ticket::*member;
  std::optional<List> list;  // what it is a name in
};
std::span<const TextField> text_fields();

}  // namespace picket::sim::halopsa
