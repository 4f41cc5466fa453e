// The simulated account: organizations, agents, incident reports and their remediations, with the vendor's habits when something is
// changed. One thread.
#pragma once
#include <string>
#include <unordered_map>

#include "host-sim/sim/huntress/table.hpp"
#include "sdk/common/json.hpp"

namespace picket::sim::huntress {

enum class Kind { organization, agent, incident };

class Data {
 public:
  Data();

  const Table& organizations() const { return organizations_; }
  const Table& agents() const { return agents_; }
  const Table& incidents() const { return incidents_; }
  const json::object& account() const { return account_; }
  std::int64_t account_id() const;

  // Members given replace those of the default account.
  void merge_account(const json::object& given);

  // Creates or updates the row of this id (a new one without "id"). Members given replace the row's; any type is kept as it is. Relative
  // times in members "..._at" are seen from `now`. "_delete": true removes the row; "_absent": ["name"] removes members. What is not given
  // follows: updated_at is now; of an incident whose status changed also status_updated_at and closed_at. An incident's remediations may be
  // a plain list. Returns the id as text; throws Error(invalid), with `where` in its message.
  std::string apply(Kind kind, json::object given, Time now, const std::string& where);

  // All remediations of an incident.
  json::array remediations(const Row& incident) const;

  // An organization's numbers of agents and incident reports, written into it unless it has them.
  void count_into_organizations();

  static Table remediation_table(const json::array& remediations, Time otherwise);

 private:
  Table& table(Kind kind);
  void put(Kind kind, const std::string& key, const json::object& row, Time now);
  void split_remediations(const std::string& key, json::object& incident, const json::object& given);

  Table organizations_;
  Table agents_;
  Table incidents_;
  json::object account_;
  std::unordered_map<std::string, std::string> more_remediations_;  // by incident: the full list where it is longer than the inline one
};

}  // namespace picket::sim::huntress
