#include "host-sim/serve/serve.hpp"

#include <filesystem>
#include <map>
#include <memory>

#include "host-sim/migration/old_database.hpp"
#include "host-sim/serve/connection_cycle.hpp"
#include "host-sim/serve/cycle_log.hpp"
#include "host-sim/serve/health.hpp"
#include "host-sim/serve/health_server.hpp"
#include "host-sim/serve/known_pairs.hpp"
#include "host-sim/serve/pair_cycle.hpp"
#include "host-sim/serve/schedule.hpp"
#include "host-sim/store/schema.hpp"
#include "host-sim/store/tenant_psa.hpp"
#include "host-sim/vault/files.hpp"
#include "sdk/common/text.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::serve {
namespace {

using operations::HostContext;

void look_after_file(HostContext& context, const config::Configuration& configuration) {
  const std::filesystem::path file = configuration.runtime.sqlite_filename;
  // If another database is used, this file matters only if it may be the old container's.
  const bool is_used = context.database_url() == "sqlite:" + file.string();
  if (!is_used && !configuration.replaces_old_container) return;
  switch (migration::inspect_database_file(file)) {
    case migration::DatabaseFileKind::empty:
    case migration::DatabaseFileKind::picket: return;
    case migration::DatabaseFileKind::other:
      if (!is_used) return;
      throw Error(Status::invalid,
                  file.string() + " is a database, but neither Picket's nor the old container's; name another file by SQLITE_FILENAME",
                  "SQLITE_FILENAME");
    case migration::DatabaseFileKind::old_container: break;
  }
  if (!configuration.replaces_old_container)
    throw Error(Status::invalid,
                file.string() + " is the database of the old container" +
                    (configuration.old_container_provider.empty() ? "" : " for " + configuration.old_container_provider) +
                    "; with another provider name another file by SQLITE_FILENAME",
                "SQLITE_FILENAME");
  migration::set_aside(file);
  context.log().write(PICKET_LOG_WARNING, file.string() + " is the old container's database; it was renamed to " +
                                              migration::set_aside_name(file).string() +
                                              ", and its links are taken over as soon as the PSA's directory has been read");
}

constexpr std::string_view nothing_to_serve =
    "nothing is served: no key of a PSA or a provider is set, and the database has no active connection; name the file with the keys by "
    "--env-file, or give them in the environment";

// One cycle that is served, with its schedule and its log.
struct Worker {
  Worker(std::unique_ptr<Cycle> what, host::Log& to, const std::string& name, const LastPoll& last, Time now)
      : cycle(std::move(what)), schedule(cycle->interval()), log(to, name), due(schedule.first(last, now)) {}

  std::unique_ptr<Cycle> cycle;
  Schedule schedule;
  CycleLog log;
  Time due;
};

enum class Runs { once, until_stopped };

class Server {
 public:
  Server(HostContext& context, const config::Configuration& configuration, Runs runs)
      : context_(context), configuration_(configuration), runs_(runs) {
    prepare_database(context, configuration);
    const Time now = context.now();
    board_.set([&](Health& health) {
      health.started = now;
      health.warnings = config::lasting_warnings(configuration);
    });
    if (configuration.has_pair)
      for (const std::string& same : words_for_same_pairs(context.db(), configuration)) context.log().write(PICKET_LOG_WARNING, same);
    if (configuration.has_pair) add("pair", std::make_unique<PairCycle>(context, configuration), "");
    find_connections();
  }

  HealthBoard& board() { return board_; }
  std::map<std::string, Worker>& workers() { return workers_; }

  // Connections of the database come and go while this runs.
  void find_connections() {
    if (configuration_.has_pair) return;
    follow_connections();
    board_.set([&](Health& health) { health.idle = workers_.empty() ? std::string(nothing_to_serve) : std::string{}; });
  }

  const CycleReport& run(const std::string& key, Worker& worker) {
    last_ = run_cycle(*worker.cycle);
    worker.log.write(last_);
    Time measured_from = last_.begun;
    Queues queues;
    try {
      measured_from = std::max(measured_from, last_poll(*worker.cycle).completed.value_or(measured_from));
      queues = worker.cycle->queues();
    } catch (const Error&) {  // the database is away; the next cycle reports it
    }
    worker.due = worker.schedule.next(measured_from, last_.ended, last_.failed() || last_.failed_in_part(), last_.retry_after);
    board_.set([&](Health& health) {
      ConnectionHealth& c = health.connections[key];
      c.interval = worker.schedule.interval();
      c.next = worker.due;
      c.outbox = queues.outbox;
      c.events = queues.events;
      if (!last_.errors.empty()) {
        c.last_error = last_.errors.front().step + ": " + last_.errors.front().message;
        c.last_error_at = last_.ended;
      }
      c.last = last_;
    });
    return last_;
  }

 private:
  // Never throws: what a cycle throws goes into its report.
  CycleReport run_cycle(Cycle& cycle) {
    const Time begun = context_.now();
    std::string defect;
    try {
      CycleReport report = cycle.run();
      report.steps_done.push_back("the cycle");
      return report;
    } catch (const Error& e) {
      defect = e.what();
    } catch (const std::exception& e) {
      defect = std::string("a defect of picket: ") + e.what();
    }
    CycleReport report;
    report.provider = cycle.provider();
    report.tenant = cycle.tenant();
    report.psa = cycle.psa();
    report.begun = begun;
    report.ended = context_.now();
    report.errors.push_back({"the cycle", defect, false});
    return report;
  }

  LastPoll last_poll(const Cycle& cycle) {
    for (const store::Connection& c : store::list_connections(context_.db(), {}, cycle.provider()))
      if (text::fold(c.tenant_name) == text::fold(cycle.tenant()) || c.tenant == cycle.tenant())
        return {c.last_incremental_sync_at, c.sync_status != "completed" || c.sweep_requested_at.has_value()};
    return {};
  }

  void follow_connections() {
    std::map<std::string, store::Connection> active;
    for (store::Connection& c : store::list_connections(context_.db()))
      if (c.is_active) active.emplace(c.integration_id, std::move(c));
    for (auto worker = workers_.begin(); worker != workers_.end();) {
      const auto still = active.find(worker->first);
      if (still == active.end()) {
        board_.set([&](Health& health) { health.connections.erase(worker->first); });
        worker = workers_.erase(worker);
        continue;
      }
      worker->second.schedule.set_interval(ConnectionCycle(context_, still->second).interval());
      active.erase(still);
      ++worker;
    }
    for (const auto& [id, connection] : active) {
      if (const auto wrong = configuration_.transport_problems.find(connection.provider); wrong != configuration_.transport_problems.end())
        throw Error(Status::invalid, connection.provider + " for " + connection.tenant_name + ": " + wrong->second.text, wrong->second.key);
      if (store::find_tenant_psa(context_.db(), connection.tenant))
        context_.log().write(PICKET_LOG_WARNING, "the tickets of " + connection.tenant_name +
                                                     " live in another PSA: what goes to that PSA waits until it is served with its keys");
      add(id, std::make_unique<ConnectionCycle>(context_, connection), connection.provider + " for " + connection.tenant_name + ": ");
    }
  }

  void add(const std::string& key, std::unique_ptr<Cycle> cycle, const std::string& name) {
    ConnectionHealth c;
    c.provider = cycle->provider();
    c.tenant = cycle->tenant();
    c.psa = cycle->psa();
    c.since = context_.now();
    c.interval = cycle->interval();
    const LastPoll last = last_poll(*cycle);
    const Worker& worker = workers_.try_emplace(key, std::move(cycle), context_.log(), name, last, c.since).first->second;
    c.next = worker.due;
    if (runs_ == Runs::until_stopped && worker.due > c.since)
      context_.log().write(PICKET_LOG_INFO, name + "the last poll was " + format_duration_for_people(c.since - *last.completed) +
                                                " ago, so the first cycle begins in " + format_duration_for_people(worker.due - c.since));
    board_.set([&](Health& health) { health.connections[key] = std::move(c); });
  }

  HostContext& context_;
  const config::Configuration& configuration_;
  Runs runs_;
  HealthBoard board_;
  std::map<std::string, Worker> workers_;
  CycleReport last_;
};

}  // namespace

void prepare_database(HostContext& context, const config::Configuration& configuration) {
  if (configuration.has_pair) {
    look_after_file(context, configuration);
    const std::string url = context.database_url();
    if (url.starts_with("sqlite:")) {
      const std::filesystem::path folder = std::filesystem::path(url.substr(7)).parent_path();
      if (!folder.empty()) vault::make_private_folder(folder);
    }
  }
  for (const std::string& warning : config::lasting_warnings(configuration)) context.log().write(PICKET_LOG_WARNING, warning);
  store::Database& db = context.make_db();
  if (configuration.runtime.debug_db) {
    context.log().write(PICKET_LOG_WARNING, "DEBUG_DB is set: every SQL statement is logged, without its values");
    db.set_statement_hook([&log = context.log()](std::string_view sql) { log.write(PICKET_LOG_INFO, "SQL: " + std::string(sql)); });
  }
  if (configuration.runtime.wipe_db_on_startup) {
    context.log().write(PICKET_LOG_WARNING, "everything in " + db.url_for_people() + " is deleted now");
    store::wipe(db);
    store::migrate(db, context.now());
    context.warn_of_lost_database();
  }
}

std::vector<CycleReport> serve_once(HostContext& context, const config::Configuration& configuration) {
  Server server(context, configuration, Runs::once);
  if (server.workers().empty()) throw Error(Status::invalid, std::string(nothing_to_serve), "--env-file");
  std::vector<CycleReport> reports;
  for (auto& [key, worker] : server.workers())
    if (!context.cancel()) reports.push_back(server.run(key, worker));
  return reports;
}

void serve(HostContext& context, const config::Configuration& configuration, const std::function<void(const std::string&)>& listening) {
  Server server(context, configuration, Runs::until_stopped);
  const auto health = [&board = server.board(), clock = host::SystemClock()] {
    const Health now = board.get();
    const Time at = clock.now();
    return HealthAnswer{now.state(at) != HealthState::failing, json::to_string(to_json(now, at))};
  };
  const HealthServer health_server(configuration.runtime.port, health);
  listening(health_server.url());
  if (server.workers().empty()) context.log().write(PICKET_LOG_WARNING, nothing_to_serve);
  const auto ending = [&] { return context.cancel().load(); };
  constexpr auto look_for_connections = std::chrono::seconds(30);
  while (!ending()) {
    try {
      server.find_connections();
      server.board().set([](Health& h) { h.failure.clear(); });
    } catch (const Error& e) {
      if (server.board().get().failure != e.what()) context.log().write(PICKET_LOG_ERROR, e.what());
      server.board().set([&](Health& h) { h.failure = e.what(); });
    }
    Time next = context.now() + look_for_connections;
    for (auto& [key, worker] : server.workers()) {
      if (ending()) break;
      if (worker.due <= context.now()) server.run(key, worker);
      next = std::min(next, worker.due);
    }
    const auto pause = std::max(next - context.now(), std::chrono::microseconds(0));
    context.clock().sleep_until(context.clock().monotonic() + std::chrono::nanoseconds(pause).count(), ending);
  }
  context.log().write(PICKET_LOG_INFO, "the work in hand is done; ending");
}

}  // namespace picket::serve
