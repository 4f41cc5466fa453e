// The site's tickets and the rules by which they change, whoever changes them: a client of the API, a person, or a control. One thread.
//
// Errors are picket::Error: invalid for what the site refuses (400), not_found for a ticket that does not exist (404), auth for an action
// that the client may not take (403), conflict for a ticket number that is taken (500, as the site answers).
#pragma once
#include <map>
#include <set>

#include "host-sim/sim/halopsa/ticket.hpp"

namespace picket::sim::halopsa {

struct Rules {
  bool refuse_notes_on_closed = true;
  bool auto_increment = false;                  // else two creations that overlap collide
  std::set<std::string> refused_outcomes = {};  // that the client may not use; folded (sdk/common/text.hpp)
};

class Site {
 public:
  explicit Site(Rules rules) : rules_(std::move(rules)) {}

  Rules& rules() { return rules_; }
  const Rules& rules() const { return rules_; }
  Directory& directory() { return directory_; }
  const Directory& directory() const { return directory_; }
  const std::map<std::int64_t, Ticket>& tickets() const { return tickets_; }
  const Ticket* find(std::int64_t id) const;
  std::uint64_t collisions() const { return collisions_; }

  // What a client posts: each of `objects` is created, or updated if it has an "id"; all or none. Creating takes until `done`.
  std::vector<std::int64_t> post_tickets(const json::array& objects, Time now, Time done);
  // The same for actions: (ticket, index of its action).
  std::vector<std::pair<std::int64_t, std::size_t>> post_actions(const json::array& objects, Time now);

  // What a person does in the site: {"ticket": 1001 or "summary": part of one, "who", and what: "note", "note_html", "outcome", "close",
  // "closure_note", "reopen", "status", "priority", "assign"}. The newest ticket with such a summary is meant. Returns the ticket.
  std::int64_t act(const json::object& act, Time now);

  // The row as it is from now on, rules or not: members of another type than the site's, or unknown ones, are served as they are given.
  // Times may be relative ("-2h"). "_delete": true removes it. Returns its id.
  std::int64_t put(const json::object& row, Time now, const std::string& where);

 private:
  struct NewAction {
    std::string who;
    std::string note;
    std::string note_html;
    std::string outcome;
    std::int64_t outcome_id = 0;
    bool hidden_from_user = false;
  };

  Ticket& existing(std::int64_t id);
  Ticket& addressed(const json::object& act);
  void check_ticket(const json::object& o, const Ticket* current) const;
  void check_action(const NewAction& action, const Ticket& ticket, bool stays_closed) const;
  NewAction action_of(const json::object& o) const;
  void assign(Ticket& ticket, const json::object& o, Time now);
  void set_status(Ticket& ticket, std::int64_t status, Time now);
  Action& add_action(Ticket& ticket, NewAction action, Time now);
  void touch(Ticket& ticket, Time now);
  Ticket& create(const json::object& o, Time now);
  std::int64_t reopened_status() const;

  Rules rules_;
  Directory directory_;
  std::map<std::int64_t, Ticket> tickets_;
  std::int64_t last_ticket_ = 1000;
  std::int64_t last_action_ = 0;
  Time creating_until_ = {};
  std::uint64_t collisions_ = 0;
};

}  // namespace picket::sim::halopsa
