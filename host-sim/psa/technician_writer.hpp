// What technicians did on remote tickets -> our tables and the queue of ticket events. Reads what it needs from the PSA.
// Thread: that of the Database.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host-sim/psa/entity_ids.hpp"
#include "host-sim/psa/sync_context.hpp"
#include "host-sim/psa/technician_acts.hpp"
#include "host-sim/store/psa.hpp"

namespace picket::psa {

// One of our tickets, and its row of the PSA's list, if it was listed.
struct TicketToRead {
  store::RemoteLink link;
  std::optional<RemoteTicket> row;
  bool may_grow = true;  // it changed so lately that the list of its notes may lack one: the next pull reads it again
};

class TechnicianWriter {
 public:
  explicit TechnicianWriter(const SyncContext& work) : work_(work) {}

  struct Result {
    std::uint64_t changed = 0;  // tickets on which technicians did something
    std::uint64_t events = 0;
    std::vector<std::string> failures;  // a sentence for each ticket that could not be read or written; of these, nothing was written
  };
  // For few enough tickets to be read at once. One transaction per ticket.
  [[nodiscard]] Result read(std::vector<TicketToRead> tickets);
  // By our own statuses, which hold what the PSA's directory says.
  [[nodiscard]] StatusKind kind_of(const std::string& remote_status_id);
  // Our id of a priority; one that the directory does not offer is added.
  std::string priority_id(const std::string& name);

 private:
  // Reads tickets whose row of the list is not enough; drops those that cannot be read.
  void complete_rows(std::vector<TicketToRead>& tickets, std::vector<std::string>& failures);
  void write_acts(const Comparison&, const store::RemoteLink& before, const RemoteTicket&, Result&);
  // Returns how many events it queued.
  std::uint64_t write(const store::RemoteLink& before, const RemoteTicket& ticket, const TechnicianAct& act, Time now);
  // Uses the remote ticket's status if we have it as a closed one.
  std::uint64_t close(const std::string& ticket_id, const RemoteTicket& ticket, const TechnicianAct& act, Time now);
  std::map<std::string, SentByPicket, std::less<>> sent_by_picket(const std::vector<TicketToRead>& tickets);
  void follow_merge(const store::RemoteLink& merged, const std::string& remote_id, Time now);
  std::string closed_status_id(const std::string& remote_status_id);
  void load();

  const SyncContext& work_;
  bool loaded_ = false;
  EntityIds ids_;
  std::vector<store::Entity> statuses_, priorities_;
};

}  // namespace picket::psa
