// A PSA in memory: technicians can work in it, and any of its operations can fail in any way.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "host-sim/psa/psa.hpp"
#include "sdk/host/clock.hpp"

namespace picket::test {

// The end of a process.
struct Crash {};

enum class Fault {
  none,
  not_done,       // no effect, and it says so
  not_permitted,  // no effect, because who asks lacks a right
  lost_request,   // no effect, and nobody knows
  lost_answer,    // an effect, and nobody knows
  crash_before,   // the process ends before the effect
  crash_after     // ... after it
};

class FakePsa final : public psa::Psa {
 public:
  struct Ticket {
    psa::RemoteTicket row;
    psa::NewRemoteTicket made_of;
    std::vector<psa::RemoteNote> notes;
    Time created_at, changed_at;
  };

  explicit FakePsa(host::SimulatedClock& clock, std::string id = "fakepsa");

  // ---- for tests
  psa::RemoteDirectory directory_now;
  std::map<std::string, Ticket> all;  // by id
  bool closed_refuse_notes = true;
  bool notes_reopen = false;           // a note on a closed ticket that is taken reopens it
  bool exact = true;                   // updated_at changes with everything that happens
  bool creation_says_all = true;       // the answer to a creation has priority and assignee
  bool list_says_all = true;           // the list has priority, assignee and closure note
  bool closing_leaves_a_note = false;  // a closure note is also a note
  std::set<std::string> unreadable;    // ids of tickets whose notes cannot be read
  std::set<std::string> refused_titles;
  std::string default_priority = "Medium";
  bool ignores_status = false;       // an update is answered and its status not changed
  bool creates_at_once = false;      // all tickets of a call are made before the first is reported, and all are reported
  std::map<std::string, int> calls;  // by function
  int total_calls() const;

  // The `at`-th operation from now on (the first is 1) has the fault. Each ticket, note, update and answer within a call is one.
  void fail_operation(int at, Fault fault);
  // All operations from now on, until it is called with Fault::none.
  void fail_all(Fault fault, Status status = Status::unavailable);
  int operations() const { return operations_; }  // since fail_operation or fail_all
  bool has_failed() const { return has_failed_; }

  Ticket& only();                            // the one ticket
  Ticket& titled(const std::string& title);  // the one with this title
  std::vector<Ticket*> with_token(const std::string& token);
  std::vector<Ticket*> in_order();  // as created
  void technician_writes(Ticket&, const std::string& author, const std::string& text);
  void technician_closes(Ticket&, const std::string& closure_note);
  void technician_reopens(Ticket&);
  void technician_sets_priority(Ticket&, const std::string& name);
  void technician_assigns(Ticket&, const std::string& name);
  void technician_merges(Ticket&, const std::string& into);
  void show_again(const Ticket&, const std::string& id);  // a second ticket with the same token

  // ---- Psa
  std::string name() const override { return "FakePSA"; }
  std::string id() const override { return id_; }
  psa::RemoteDirectory directory(const host::Call&) override;
  void create(const host::Call&, std::span<const psa::NewRemoteTicket>, const psa::CreationListener&) override;
  std::optional<psa::RemoteTicket> find_ticket(const host::Call&, const std::string& token, const std::string& title,
                                               std::optional<Time> since) override;
  std::vector<psa::Reply<std::string>> add_notes(const host::Call&, std::span<const psa::NewRemoteNote>) override;
  std::string digest_of_body(const std::string&, const std::string&) const override { return {}; }
  std::vector<psa::Reply<psa::RemoteTicket>> update(const host::Call&, std::span<const psa::RemoteUpdate>) override;
  Time changed_since(const host::Call&, Time since, const std::function<void(const psa::RemoteTicket&)>& visit) override;
  std::vector<psa::Reply<psa::RemoteTicket>> tickets(const host::Call&, std::span<const std::string> ids) override;
  std::vector<psa::Reply<std::vector<psa::RemoteNote>>> notes(const host::Call&, std::span<const std::string> ticket_ids) override;
  std::uint64_t requests_sent() const override { return static_cast<std::uint64_t>(total_calls()); }

 private:
  template <class Value, class Effect>
  psa::Reply<Value> operate(Effect&& effect);
  template <class Value, class Effect>
  Value read(Effect&& effect);
  Fault next_fault();
  psa::Reply<psa::RemoteTicket> create(const psa::NewRemoteTicket&);
  void touch(Ticket&);
  std::string priority_name(const std::string& id) const;

  host::SimulatedClock& clock_;
  std::string id_;
  int next_id_ = 1, changes_ = 0;
  int operations_ = 0, fail_at_ = 0;
  Fault fault_ = Fault::none, fault_of_all_ = Fault::none;
  Status status_of_all_ = Status::unavailable;
  bool has_failed_ = false;
};

}  // namespace picket::test
