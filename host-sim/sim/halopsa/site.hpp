// The site's tickets and the rules by which they change, whoever changes them: a client of the API, a person, or a control. One thread.
//
// Errors are picket::Error: invalid for what the site refuses (400), not_found for a ticket that does not exist (404), auth for an action
// that the client may not take or a right that it lacks (403), conflict for a ticket number that is taken (500, as the site answers).
#pragma once
#include <map>
#include <set>

#include "host-sim/sim/halopsa/quirks.hpp"
#include "host-sim/sim/halopsa/ticket.hpp"

namespace picket::sim::halopsa {

struct Rules {
  bool refuse_notes_on_closed = true;
  bool auto_increment = false;                  // else two creations that overlap collide
  std::set<std::string> refused_outcomes = {};  // that the client may not use; folded (sdk/common/text.hpp)
};

inline constexpr std::string_view api_agent = "Picket API";

// Who sends a request of the API.
struct Caller {
  std::string application;  // as actions name it
  Rights lacking = {};
};

// Throws Error(auth) that names the right if the caller lacks it.
void require(Right right, const Caller& caller);

class Site {
 public:
  explicit Site(Rules rules) : rules_(std::move(rules)) {}

  Rules& rules() { return rules_; }
  const Rules& rules() const { return rules_; }
  Quirks& quirks() { return quirks_; }
  const Quirks& quirks() const { return quirks_; }
  Directory& directory() { return directory_; }
  const Directory& directory() const { return directory_; }
  const std::map<std::int64_t, Ticket>& tickets() const { return tickets_; }
  const Ticket* find(std::int64_t id) const;
  std::uint64_t collisions() const { return collisions_; }

  // What a client posts: each of `objects` is created, or updated if it has an "id"; all or none. Creating takes until `done`.
  std::vector<std::int64_t> post_tickets(const json::array& objects, const Caller& caller, Time now, Time done);
  // The same for actions: (ticket, index of its action).
  std::vector<std::pair<std::int64_t, std::size_t>> post_actions(const json::array& objects, const Caller& caller, Time now);

  const Ticket* visible(std::int64_t id, const Caller& caller) const;  // null if there is none that the caller may see
  bool is_listed(const Ticket& ticket, const Caller& caller, bool by_last_update, Time now) const;
  bool is_listed(const Action& action, bool without_system, Time now) const;

  // The quirks once `change`, {"set": ["late-list=30"], "clear": ["silent-status"]}, has happened. Throws Error(invalid), whose message
  // begins with `where`.
  [[nodiscard]] Quirks quirks_after(const json::object& change, const std::string& where) const;

  // Makes the changes that a quirk has put off until now.
  void time_is(Time now);

  // What a person, a rule or another application does in the site (technicians.hpp has the form). Returns the ticket.
  std::int64_t act(const json::object& act, Time now);

  // The row as it is from now on, rules or not: members of another type than the site's, or unknown ones, are served as they are given.
  // Times may be relative ("-2h"). "_delete": true removes it. Returns its id.
  std::int64_t put(const json::object& row, Time now, const std::string& where);

 private:
  struct LateStatus {
    Time due;
    std::int64_t ticket;
    std::int64_t status;
  };

  Ticket& existing(std::int64_t id);
  Ticket& addressed(const json::object& act);
  void check_ticket(const json::object& o, const Ticket* current) const;
  void check_action(const Action& action, const Ticket& ticket, bool stays_closed) const;
  Action action_of(const json::object& o) const;
  void assign(Ticket& ticket, const json::object& o, Time now);
  void set_status(Ticket& ticket, std::int64_t status, Time now);
  Action& add_action(Ticket& ticket, Action action, Time now);
  void touch(Ticket& ticket, Time now);
  Ticket& create(const json::object& o, const std::string& application, Time now);
  void update(Ticket& ticket, const json::object& o, const Caller& caller, Time now);
  void add_note(Ticket& ticket, const json::object& o, const Caller& caller, Time now);
  std::int64_t reopened_status() const;
  void add_persons_action(Ticket& ticket, const json::object& act, Time now);
  void correct_action(Ticket& ticket, const json::object& act, Time now);
  void merge(Ticket& from, std::int64_t into, const std::string& who, Time now);

  // What quirks make of it (effects.cpp).
  Time site_time(Time now) const { return now + quirks_.time(Quirk::clock_skew); }
  bool is_hidden(const Ticket& ticket, const Caller& caller) const;
  void check_rights(const json::object& o, const Ticket* current, const Caller& caller) const;
  void check_change_of(const Ticket& ticket, const Caller& caller) const;
  void check_required(const json::object& o, const Ticket* current) const;
  static bool sets_fields(const json::object& o);
  json::object heeded(const json::object& o, const Ticket& ticket, Time now);
  std::int64_t resting(std::int64_t status) const;
  void note_moves(Ticket& ticket, bool was_closed, Time now);
  void apply_rules(Ticket& ticket, const json::object& o, bool is_new, Time now);
  std::string site_html(const std::string& html) const;
  void record(const Ticket& before, Ticket& ticket, const Caller& caller, Time now);
  Action system_entry(const std::string& note) const;

  Rules rules_;
  Quirks quirks_;
  Directory directory_;
  std::map<std::int64_t, Ticket> tickets_;
  std::int64_t last_ticket_ = 1000;
  std::int64_t last_action_ = 0;
  Time creating_until_ = {};
  std::vector<LateStatus> late_statuses_;
  std::uint64_t collisions_ = 0;
};

}  // namespace picket::sim::halopsa
