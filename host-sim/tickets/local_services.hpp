// Storage, directory and tickets for one connection, on the host's own database.
//
// Thread: that of the Database, one call at a time, as host::Storage and its siblings say.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/store/database.hpp"
#include "host-sim/store/leases.hpp"
#include "host-sim/tickets/closed_ticket.hpp"
#include "sdk/common/json.hpp"
#include "sdk/host/clock.hpp"
#include "sdk/host/services.hpp"

namespace picket::tickets {

struct LocalConnection {
  std::string tenant;
  std::string integration_id;
  std::string provider;  // its id: the source of its tickets and the type of its entity mappings
  // Streams whose cursor is a member of the connection's settings: stream -> member. Others are rows of picket_cursors.
  std::map<std::string, std::string, std::less<>> cursor_settings;
  // Fills in what the stored settings leave out; empty: they are used as they are.
  std::function<json::object(json::object)> complete_settings = {};
  // The tickets live in a remote PSA, so changes are queued for it (store/outbox.hpp).
  bool has_outbox = false;
  // The provider takes ticket events. A new ticket's number is reported to it at once, but with an outbox only once the remote PSA has
  // given it one.
  bool takes_ticket_events = false;
  ClosedTicketRules closed_tickets = {};
};

class LocalStorage final : public host::Storage {
 public:
  LocalStorage(store::Database& db, LocalConnection connection);
  std::string settings() override;
  std::optional<std::string> cursor(std::string_view stream) override;
  void find_alerts(std::span<const std::string_view> external_ids, const std::function<void(const Alert&)>& visit) override;
  void list_alerts(std::int32_t state, std::size_t limit, const std::function<void(const Alert&)>& visit) override;
  void find_mappings(std::span<const std::string_view> external_ids, const std::function<void(const Mapping&)>& visit) override;

 private:
  json::object stored_settings();

  store::Database& db_;
  LocalConnection connection_;
};

class LocalDirectory final : public host::Directory {
 public:
  LocalDirectory(store::Database& db, std::string tenant);
  void assets(std::span<const std::string_view> client_ids, const std::function<void(const Asset&)>& visit) override;

 private:
  store::Database& db_;
  std::string tenant_;
};

// Applies up to 512 change sets per transaction. If the database refuses one of them, those of that batch are applied one by one, so that
// only the bad one fails. What is no fault of a change set (the lease or the connection to the database is lost, the disk is full) is
// thrown: then the change sets without an outcome were not applied.
class LocalTickets final : public host::Tickets {
 public:
  // `lease` may be null where nobody else can be at work (tests, a single process that knows).
  LocalTickets(store::Database& db, LocalConnection connection, const host::Clock& clock, store::Lease* lease);
  void apply(const host::Call& call, std::span<const ChangeSet> change_sets, const Outcome& outcome) override;

 private:
  store::Database& db_;
  LocalConnection connection_;
  const host::Clock& clock_;
  store::Lease* lease_;
};

}  // namespace picket::tickets
