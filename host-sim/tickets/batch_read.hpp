// The rows that a batch of change sets refers to, read in a few queries. Thread: that of the Database.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "host-sim/tickets/closed_ticket.hpp"
#include "host-sim/tickets/local_services.hpp"
#include "host-sim/tickets/reference_data.hpp"

namespace picket::tickets {

struct KnownAlert {
  std::string alert_id;
  std::uint64_t revision = 0;
  std::string ticket_id;
};

// As it is wanted: with a remote PSA, what the outbox holds for it included.
struct KnownTicket {
  std::string board_id, status_id, priority_id, thread_id;
  bool is_follow_up = false;
  std::string body;  // read only if it may change, and there is an outbox or the ticket is a follow-up
  std::optional<Time> closed_at;
};

// A closed ticket, as a follow-up of it begins.
struct ClosedTicket {
  FollowedTicket followed;
  std::string client_id, contact_id, priority_id, category_id, subcategory_id, source_reference, url;
  bool closing_is_on_its_way = false;
};

struct KnownClient {
  std::string primary_contact;
};

struct BatchFacts {
  std::map<std::string, KnownAlert, std::less<>> alerts;     // by the vendor's id
  std::map<std::string, KnownTicket, std::less<>> tickets;   // by id
  std::map<std::string, ClosedTicket, std::less<>> closed;   // of these, by id
  std::map<std::string, KnownClient, std::less<>> clients;   // by id
  std::set<std::string, std::less<>> contacts, assets;       // ids that exist
  std::map<std::string, std::string, std::less<>> mappings;  // the vendor's id -> name
  ReferenceData reference;
  ClosedTicketRules closed_ticket_rules;
  Time now;
};

BatchFacts read_facts(store::Database& db, const LocalConnection& connection, Time now, std::span<const ChangeSet> change_sets);

// Whether a change set changes the ticket of its finding.
bool touches_ticket(const ChangeSet& change_set);

}  // namespace picket::tickets
