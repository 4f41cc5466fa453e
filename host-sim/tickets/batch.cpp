#include "host-sim/tickets/batch.hpp"

#include "host-sim/tickets/batch_decide.hpp"
#include "host-sim/tickets/batch_read.hpp"
#include "host-sim/tickets/batch_write.hpp"

namespace picket::tickets {

std::vector<BatchResult> apply_batch(store::Database& db, const LocalConnection& connection, Time now,
                                     std::span<const ChangeSet> change_sets) {
  const BatchFacts facts = read_facts(db, connection, now, change_sets);
  std::vector<Decision> decisions;
  std::vector<BatchResult> results;
  for (const auto& set : change_sets) {
    BatchResult& result = results.emplace_back();
    try {
      decisions.push_back(decide(set, facts));
      result.ticket_id = decisions.back().ticket_id;
    } catch (const Error& e) {
      result.status = e.status();
      result.message = e.what();
    }
  }
  BatchWriter(db, connection, now).write(std::move(decisions), facts);
  return results;
}

}  // namespace picket::tickets
