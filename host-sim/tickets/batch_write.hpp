// Writes what was decided for a batch of change sets, table by table, within the caller's transaction. Thread: that of the Database.
#pragma once
#include <deque>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/tickets/batch_decide.hpp"

namespace picket::tickets {

class BatchWriter {
 public:
  BatchWriter(store::Database& db, const LocalConnection& connection, Time now);

  void write(std::vector<Decision> decisions, const BatchFacts& facts);

 private:
  using Decisions = std::vector<Decision>;

  void write_mappings(const Decisions& decisions, const BatchFacts& facts);
  void write_new_tickets(const Decisions& decisions);
  void write_changed_tickets(const Decisions& decisions);
  void write_restated(const Decision& d);
  void write_alerts(const Decisions& decisions);
  void update_alert(const Decision& decision);
  void write_notes(Decisions& decisions);
  void write_outbox(const Decisions& decisions);
  void write_events(const Decisions& decisions);
  void write_asset_links(const Decisions& decisions);
  void write_cursors(const Decisions& decisions);

  // Keeps a text until the writer ends, for parameters that point to it.
  std::string_view keep(std::string text);
  store::Param time_param(const std::optional<Time>& time);

  store::Database& db_;
  const LocalConnection& connection_;
  const Time time_;
  const std::string now_;  // the same, as text
  std::deque<std::string> texts_;
  std::vector<std::vector<std::string_view>> comment_ids_;  // of the notes of each decision
};

}  // namespace picket::tickets
