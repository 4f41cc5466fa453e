// What people did on remote tickets -> our tables and the queue of ticket events. Reads of the PSA what is needed for that.
// Thread: that of the Database.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host-sim/psa/technician_acts.hpp"
#include "host-sim/psa/entity_ids.hpp"
#include "host-sim/psa/sync_context.hpp"
#include "host-sim/store/psa.hpp"

namespace picket::psa {

// A ticket of ours to look at, and what the PSA's list said of it, if anything.
struct TicketToRead {
  store::RemoteLink link;
  std::optional<RemoteTicket> row;
};

class TechnicianWriter {
 public:
  explicit TechnicianWriter(const SyncContext& work) : work_(work) {}

  struct Result {
    std::uint64_t changed = 0;  // tickets on which people did something
    std::uint64_t events = 0;
    std::vector<std::string> failures;  // a sentence for each ticket that could not be read or written; nothing of it was
  };
  // Of tickets that are few enough to be read at once. One transaction per ticket.
  Result look(std::vector<TicketToRead> tickets);

 private:
  std::uint64_t write(const store::RemoteLink& before, const RemoteTicket& ticket, const TechnicianAct& act, Time now);
  // The status is that of the remote ticket where that is a closed one of ours.
  std::uint64_t close(const std::string& ticket_id, const RemoteTicket& ticket, const TechnicianAct& act, Time now);
  std::map<std::string, SentByPicket, std::less<>> sent_by_picket(const std::vector<TicketToRead>& tickets);
  std::string priority_id(const std::string& name);
  std::string closed_status_id(const std::string& remote_status_id);
  void load();

  const SyncContext& work_;
  bool loaded_ = false;
  EntityIds ids_;
  std::vector<store::Entity> statuses_, priorities_;
};

}  // namespace picket::psa
