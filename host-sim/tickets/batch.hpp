// A chunk of change sets within one transaction: everything that they need is read by the set, each is decided on, and what follows is
// written by the set. Thread: that of the Database.
#pragma once
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/tickets/local_services.hpp"
#include "host-sim/tickets/reference_data.hpp"

namespace picket::tickets {

struct BatchResult {
  Status status = Status::ok;
  std::string ticket_id;
  std::string message;
};

class Batch {
 public:
  Batch(store::Database& db, const LocalConnection& connection, Time now);

  // Applies them within the caller's transaction, in order. No two may concern the same finding. One that is refused leaves no trace; what
  // is thrown concerns the transaction as a whole.
  std::vector<BatchResult> apply(std::span<const ChangeSet> change_sets);

 private:
  struct KnownAlert {
    std::string alert_id;
    std::uint64_t revision = 0;
    std::string ticket_id;
  };
  struct KnownTicket {
    std::string board_id, status_id, priority_id, thread_id;
    std::string body;  // only where there is an outbox and the body may change
    bool has_closed_at = false;
  };
  struct KnownClient {
    std::string primary_contact;
  };
  // What one change set writes, decided before anything is written.
  struct Decision;

  void read(std::span<const ChangeSet> change_sets);
  void read_alerts(std::span<const ChangeSet> change_sets);
  void read_tickets(std::span<const ChangeSet> change_sets);
  void read_clients(std::span<const ChangeSet> change_sets);
  void read_assets(std::span<const ChangeSet> change_sets);
  void read_mappings(std::span<const ChangeSet> change_sets);

  Decision decide(const ChangeSet& change_set) const;
  void decide_ticket(const ChangeSet& change_set, Decision& decision) const;
  void decide_new_ticket(const TicketDraft& draft, Decision& decision) const;
  void require_asset(std::string_view asset_id) const;

  void write(std::vector<Decision>& decisions);
  void write_mappings(const std::vector<Decision>& decisions);
  void write_new_tickets(std::vector<Decision>& decisions);
  void write_changed_tickets(const std::vector<Decision>& decisions);
  void write_alerts(const std::vector<Decision>& decisions);
  void write_notes(std::vector<Decision>& decisions);
  void write_outbox(const std::vector<Decision>& decisions);
  void write_events(const std::vector<Decision>& decisions);
  void write_asset_links(const std::vector<Decision>& decisions);
  void write_cursors(const std::vector<Decision>& decisions);

  store::Database& db_;
  const LocalConnection& connection_;
  const Time time_;
  const std::string now_;  // the same, as text
  ReferenceData reference_;
  std::map<std::string, KnownAlert, std::less<>> alerts_;       // by the vendor's id
  std::map<std::string, KnownTicket, std::less<>> tickets_;     // by id
  std::map<std::string, KnownClient, std::less<>> clients_;     // by id
  std::map<std::string, bool, std::less<>> contacts_, assets_;  // ids that exist
  std::map<std::string, std::string, std::less<>> mappings_;    // the vendor's id -> name
  std::deque<std::string> texts_;                               // what parameters point to
};

}  // namespace picket::PSA
