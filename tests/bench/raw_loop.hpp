// The rows that a backfill wrote, written again by a plain loop: one transaction per incident, prepared statements, no decisions.
#pragma once
#include <vector>

#include "tests/bench/raw_database.hpp"

namespace picket::bench {

struct IncidentRows {
  Row alert;
  Row ticket;
  Row thread;
  std::vector<Row> comments;
  std::vector<Row> asset_associations;
  std::vector<Row> entity_mappings;
};

// Every alert that has a ticket, with what belongs to it, in the order of the ticket numbers.
std::vector<IncidentRows> read_incident_rows(RawDatabase&);

// `db` holds what was there before the backfill.
void write_incident_rows(RawDatabase& db, const std::vector<IncidentRows>&);

}  // namespace picket::bench
