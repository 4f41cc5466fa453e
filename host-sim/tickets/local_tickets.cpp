#include <algorithm>
#include <set>

#include "host-sim/tickets/batch.hpp"
#include "host-sim/tickets/change_set_check.hpp"
#include "host-sim/tickets/local_services.hpp"

namespace picket::tickets {
namespace {

constexpr std::size_t batch_size = 512;  // a multiple of the largest INSERT of Database::insert_many

// Whether a failure was caused by the data, so that other change sets may still succeed.
bool is_of_the_data(Status status) { return status == Status::invalid || status == Status::conflict; }

// How many of the first change sets make a batch: no finding twice, because the second one depends on what the first one writes.
std::size_t next_batch(std::span<const ChangeSet> sets) {
  std::set<std::string_view> findings;
  std::size_t count = 0;
  for (; count < std::min(sets.size(), batch_size); ++count)
    if (sets[count].alert && !findings.insert(sets[count].alert->external_id).second) break;
  return count;
}

// Applies them in one transaction. Throws what is no fault of the data. Nothing: the data was refused, and `fault` (may be null) says why.
std::optional<std::vector<BatchResult>> apply_once(store::Database& db, const LocalConnection& connection, Time now, store::Lease* lease,
                                                   std::span<const ChangeSet> sets, BatchResult* fault) {
  store::FencedTransaction transaction(db, lease);
  try {
    auto results = apply_batch(db, connection, now, sets);
    transaction.commit();
    return results;
  } catch (const Error& e) {
    if (!is_of_the_data(e.status())) throw;
    if (fault != nullptr) *fault = {e.status(), {}, e.what()};
    return std::nullopt;
  }
}

}  // namespace

LocalTickets::LocalTickets(store::Database& db, LocalConnection connection, const host::Clock& clock, store::Lease* lease)
    : db_(db), connection_(std::move(connection)), clock_(clock), lease_(lease) {}

void LocalTickets::apply(const host::Call& call, std::span<const ChangeSet> change_sets, const Outcome& outcome) {
  std::size_t index = 0;
  const auto report = [&](const BatchResult& result) { outcome(index++, result.status, result.ticket_id, result.message); };
  while (!change_sets.empty()) {
    call.check();
    if (const std::string wrong = what_is_wrong(change_sets[0]); !wrong.empty()) {
      report({Status::invalid, {}, wrong});
      change_sets = change_sets.subspan(1);
      continue;
    }
    auto sets = change_sets.first(next_batch(change_sets));
    const auto bad = std::find_if(sets.begin() + 1, sets.end(), [](const ChangeSet& set) { return !what_is_wrong(set).empty(); });
    sets = sets.first(static_cast<std::size_t>(bad - sets.begin()));
    change_sets = change_sets.subspan(sets.size());
    if (const auto results = apply_once(db_, connection_, clock_.now(), lease_, sets, nullptr)) {
      std::for_each(results->begin(), results->end(), report);
      continue;
    }
    for (const auto& set : sets) {
      call.check();
      BatchResult result;
      if (auto results = apply_once(db_, connection_, clock_.now(), lease_, {&set, 1}, &result)) result = std::move(results->at(0));
      report(result);
    }
  }
}

}  // namespace picket::tickets
