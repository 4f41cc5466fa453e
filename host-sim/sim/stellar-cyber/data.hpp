// The simulated installation: cases with their parts, users and tenants, and the product's habits when something is changed. One thread.
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "host-sim/sim/stellar-cyber/case_change.hpp"
#include "host-sim/sim/stellar-cyber/directory.hpp"
#include "picket/time.hpp"
#include "sdk/common/json.hpp"

namespace picket::sim::stellar_cyber {

struct Case {
  std::string key;   // the id as text, whatever became of the row's
  json::object row;  // as it is served
  json::value summary = "";
  json::value observables = json::object();
  json::array alerts = {};
  json::array comments = {};
  std::int64_t changed_ms = 0;  // the last change; modified_at, unless that was given with another type

  std::int64_t number() const { return json::integer_at(row, "ticket_id").value_or(0); }
  std::int64_t modified_ms() const { return json::integer_at(row, "modified_at").value_or(changed_ms); }
};

// Behaviour that is undocumented or differs between installations.
struct Quirks {
  bool comments_touch_case = true;  // a comment changes version, modified_at and modified_by of its case
  std::int64_t limit_max = 250;     // rows of a page, however many are asked for
};

// What an analyst does in the product's own pages.
struct Act {
  json::value which = nullptr;  // the case's id or number
  std::string user;
  std::optional<std::string> comment = std::nullopt;
  CaseChange change = {};
};

// Throws Error(invalid) as case_change_from.
Act act_from(const json::object& o, const std::string& prefix);

// Applies the given members to `quirks`. Throws Error(invalid), with `prefix` before the member's name.
void change_quirks(Quirks& quirks, const json::object& given, const std::string& prefix);
json::object to_json(const Quirks& quirks);

class Data {
 public:
  const std::map<std::string, Case>& cases() const { return cases_; }
  Case* find(const std::string& key);

  Users& users() { return users_; }
  Tenants& tenants() { return tenants_; }
  Quirks& quirks() { return quirks_; }
  const Quirks& quirks() const { return quirks_; }

  // Creates the case, or updates that of this "_id" or, without one, this "ticket_id". Members given replace the row's; any type is kept as
  // it is. "summary", "observables", "alerts" and "comments" are the parts; an alert may be {"name", "score"}, a comment {"user",
  // "comment"}. Relative times are seen from `now`. "_delete": true removes the case; "_absent": ["name"] removes members. What is not
  // given follows: modified_at is now, modified_by the product itself, version one more. Returns the id as text; throws Error(invalid),
  // with `where` in its message.
  std::string apply(json::object given, Time now, const std::string& where);

  // One modification by the user of this id. The assignee must be a user; throws Error(invalid) otherwise.
  void change(Case& c, const CaseChange& change, const std::string& user, Time now);

  // Adds a comment by the user of this id and returns it.
  json::object comment(Case& c, const std::string& text, const std::string& user, Time now);

  // Applies an analyst's comment, then the changes. Unknown analysts become users. Returns the case's id; throws Error(invalid), with
  // `where` in its message, if there is no such case.
  std::string act(const Act& act, Time now, const std::string& where);

 private:
  Case* find_by(const json::value& id_or_number);
  Case* find_given(const json::object& given);
  Case new_case(json::object& given, Time now);
  void take_parts(Case& c, json::object& given, Time now);
  json::object given_comment(const std::string& key, const json::object& given, Time now);
  void complete_tenant(json::object& row, const json::object& given, bool is_new);
  void modified(Case& c, const std::string& user, Time now);
  json::object new_comment(const std::string& key, const std::string& text, const std::string& user, std::int64_t at);

  std::map<std::string, Case> cases_;
  Users users_;
  Tenants tenants_;
  Quirks quirks_;
  std::int64_t highest_number_ = 1000;
  std::uint64_t made_ = 0;  // ids given out
};

}  // namespace picket::sim::stellar_cyber
