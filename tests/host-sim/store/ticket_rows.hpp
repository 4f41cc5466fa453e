// Inserts tickets and findings directly, for tests of the queues. Thread: one.
#pragma once
#include <string>

#include "host-sim/store/psa.hpp"
#include "host-sim/store/sequences.hpp"
#include "host-sim/store/uuid.hpp"
#include "sdk/common/time_text.hpp"
#include "tests/support/postgres/storages.hpp"

namespace picket::test {

// Inserts a ticket of the provider "huntress" without a finding and returns its id.
inline std::string insert_bare_ticket(store::Database& db, const SampleTenant& sample) {
  const std::string id = store::new_uuid();
  const std::string at = format_time(test_start());
  store::Transaction transaction(db);
  const std::string number = std::to_string(store::take_numbers(db, sample.tenant, "ticket", 1, 1001));
  db.execute(
      R"(INSERT INTO tickets (tenant, ticket_id, ticket_number, title, description, client_id, board_id, status_id, source, entered_at,
                              updated_at)
         VALUES (?, ?, ?, 'Title', 'Body', ?, ?, ?, 'huntress', ?, ?))",
      {sample.tenant, id, number, sample.id(db, "client", "Globex"), sample.id(db, "board", "Security"), sample.id(db, "status", "Sec New"),
       at, at});
  transaction.commit();
  return id;
}

// Inserts a ticket with its finding and returns the ticket's id.
inline std::string insert_ticket(store::Database& db, const SampleTenant& sample, const std::string& external_id) {
  const std::string id = insert_bare_ticket(db, sample);
  const std::string at = format_time(test_start());
  db.execute(
      R"(INSERT INTO rmm_alerts (tenant, alert_id, integration_id, external_alert_id, ticket_id, severity, status, message, created_at,
                                 updated_at, picket_revision)
         VALUES (?, ?, ?, ?, ?, 'high', 'sent', 'Malware', ?, ?, 1))",
      {sample.tenant, store::new_uuid(), sample.integration_id, external_id, id, at, at});
  return id;
}

}  // namespace picket::test
