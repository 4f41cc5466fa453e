// The cycle over a ledger in memory that can be made to refuse.
#include "sdk/lifecycle/cycle.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <map>

#include "sdk/common/time_text.hpp"

using namespace picket;
using namespace picket::lifecycle;
using namespace std::chrono_literals;

namespace {

const Time now = Time{} + std::chrono::days{20'000};

class MemoryLedger final : public Ledger {
 public:
  std::vector<Alert> find_alerts(std::span<const std::string> ids) override {
    ++reads;
    std::vector<Alert> found;
    for (const std::string& id : ids)
      if (const auto a = alerts.find(id); a != alerts.end()) found.push_back(a->second);
    return found;
  }
  std::vector<Mapping> find_mappings(std::span<const std::string> ids) override {
    std::vector<Mapping> found;
    for (const std::string& id : ids)
      if (const auto m = mappings.find(id); m != mappings.end()) found.push_back(m->second);
    return found;
  }
  void apply(std::span<const ChangeSet> sets, const OnOutcome& on_outcome) override {
    ++applies;
    for (std::size_t i = 0; i < sets.size(); ++i) on_outcome(i, apply_one(sets[i]));
  }
  void progress(std::uint64_t, std::uint64_t) override {}

  std::function<std::string(const ChangeSet&)> refuse = [](const ChangeSet&) { return std::string{}; };
  std::function<void(const ChangeSet&)> before_apply = [](const ChangeSet&) {};
  std::map<std::string, Alert> alerts;
  std::map<std::string, Mapping> mappings;
  std::vector<ChangeSet> applied;
  std::string cursor;
  int tickets = 0;
  int notes = 0;
  int reads = 0;
  int applies = 0;

 private:
  Outcome apply_one(const ChangeSet& set) {
    before_apply(set);
    if (std::string reason = refuse(set); !reason.empty()) return {Status::invalid, "", reason};
    std::string ticket_id;
    if (set.alert) {
      const auto stored = alerts.find(set.alert->external_id);
      if ((stored == alerts.end() ? 0 : stored->second.revision) != set.alert->revision) return {Status::conflict, "", "stale"};
      Alert next = *set.alert;
      ++next.revision;
      next.ticket_id = stored == alerts.end() ? "" : stored->second.ticket_id;
      if (set.open_ticket) next.ticket_id = "T" + std::to_string(++tickets);
      ticket_id = next.ticket_id;
      alerts[next.external_id] = std::move(next);
    }
    if (set.mapping) mappings.try_emplace(set.mapping->external_id, *set.mapping);
    notes += static_cast<int>(set.notes.size());
    if (!set.cursor_value.empty()) cursor = set.cursor_value;
    applied.push_back(set);
    return {Status::ok, ticket_id, ""};
  }
};

class TestVendor final : public Vendor {
 public:
  void prepare(std::span<const Finding* const> opening, std::span<const Mapping* const>, std::span<const std::string> unknown) override {
    prepared += opening.size();
    unknown_organizations.insert(unknown_organizations.end(), unknown.begin(), unknown.end());
  }
  std::string organization_name(const std::string& id) override { return "Organization " + id; }
  Opening open_ticket(const Finding& f, Target, const std::optional<Mapping>&, Alert&) override {
    if (f.external_id == throws) throw std::runtime_error("cannot be rendered");
    Opening o;
    o.title = "ticket of " + f.external_id;
    o.notes = {"audit"};
    return o;
  }
  Update update_ticket(const Finding&, const Alert& before, Alert&) override {
    Update update;
    if (!own_doing) update.notes = {before.severity + " changed"};
    update.own_state = update.own_severity = own_doing;
    return update;
  }
  bool own_doing = false;
  Opening minimal_ticket(const std::string& id, std::uint32_t failures, const std::string& error) override {
    Opening o;
    o.title = "minimal " + id + " after " + std::to_string(failures) + ": " + error;
    return o;
  }

  void review(std::span<Finding> findings, const Known& known) override {
    reviewed_known.clear();
    for (Finding& f : findings) {
      if (known.alert(f.external_id) != nullptr) reviewed_known.push_back(f.external_id);
      if (f.external_id == leaves_out) f.state = FindingState::ignored;
    }
  }

  std::string throws;
  std::string leaves_out;
  std::vector<std::string> reviewed_known;
  std::size_t prepared = 0;
  std::vector<std::string> unknown_organizations;
};

struct Bench {
  Bench() {
    routing.severities = {"low", "high", "critical"};
    routing.priority_ids = {{"low", "P3"}, {"high", "P2"}, {"critical", "P1"}};
    routing.board_id = "security";
    routing.fallback_client_id = "internal";
    routing.fallback_board_id = "triage";
    Mapping m;
    m.external_id = "7";
    m.client_id = "contoso";
    ledger.mappings["7"] = m;
  }

  PollReport run(std::vector<Finding> findings, bool may_move = true) {
    PollReport report;
    all_handled = Cycle(ledger, vendor, routing, report, now).run(std::move(findings), {"incidents", may_move, parse_time(ledger.cursor)});
    return report;
  }

  MemoryLedger ledger;
  TestVendor vendor;
  bool all_handled = false;  // by the last run
  Routing routing;
};

Finding finding(const std::string& id, std::chrono::seconds age = 1h, const std::string& organization = "7") {
  Finding f;
  f.external_id = id;
  f.organization_id = organization;
  f.updated_at = now - age;
  f.alert.external_id = id;
  f.alert.severity = "high";
  f.alert.status = "sent";
  f.alert.fingerprint = format_time(*f.updated_at) + "/1";
  return f;
}

Finding changed(Finding f, const std::string& fingerprint, std::chrono::seconds age = 30min) {
  f.updated_at = now - age;
  f.alert.fingerprint = format_time(*f.updated_at) + "/" + fingerprint;
  return f;
}

}  // namespace

TEST_CASE("new findings open tickets, once") {
  Bench b;
  const PollReport first = b.run({finding("1", 2h), finding("2", 1h)});
  CHECK(first.created == 2);
  CHECK(b.ledger.cursor == format_time(now - 1h));
  CHECK(first.cursor == b.ledger.cursor);
  const PollReport second = b.run({finding("1", 2h), finding("2", 1h)});
  CHECK(second.created == 0);
  CHECK(second.unchanged == 2);
  CHECK(b.ledger.tickets == 2);
}

TEST_CASE("the vendor reviews a page with what is stored before anything is decided") {
  Bench b;
  b.run({finding("1", 2h)});
  b.vendor.leaves_out = "2";
  const PollReport report = b.run({finding("1", 2h), finding("2", 1h)});
  CHECK(b.vendor.reviewed_known == std::vector<std::string>{"1"});
  CHECK(report.created == 0);
  CHECK(report.unchanged == 2);
}

TEST_CASE("a page is read and applied as one") {
  Bench b;
  std::vector<Finding> many;
  for (int i = 0; i < 1200; ++i) many.push_back(finding(std::to_string(i), std::chrono::seconds{3600 - i}));
  CHECK(b.run(std::move(many)).created == 1200);
  CHECK(b.ledger.reads == 3);
  CHECK(b.ledger.applies == 6);  // each page, and the cursor behind it
  CHECK(b.vendor.prepared == 1200);
}

TEST_CASE("what is our own doing at the vendor changes nothing on the ticket") {
  Bench b;
  b.routing.auto_close = true;
  b.routing.closed_status_id = "done";
  b.run({finding("1")});
  b.vendor.own_doing = true;
  Finding resolved = changed(finding("1"), "2");
  resolved.state = FindingState::closed;
  resolved.alert.severity = "critical";
  resolved.alert.resolved_at = now;
  const PollReport report = b.run({resolved});
  CHECK(report.unchanged == 1);
  CHECK(report.noted + report.closed == 0);
  const ChangeSet& set = b.ledger.applied.at(b.ledger.applied.size() - 2);  // the cursor comes last
  CHECK(set.notes.empty());
  CHECK(set.ticket_action == TicketAction::keep);
  CHECK(set.priority_id.empty());
  CHECK(b.ledger.alerts.at("1").resolved_at.has_value());
  CHECK(b.run({resolved}).unchanged == 1);
}

TEST_CASE("changes become notes; closing closes; reopening reopens; raising raises") {
  Bench b;
  b.routing.auto_close = true;
  b.routing.closed_status_id = "done";
  b.run({finding("1")});
  Finding raised = changed(finding("1"), "2");
  raised.alert.severity = "critical";
  CHECK(b.run({raised}).noted == 1);
  CHECK(b.ledger.applied.at(b.ledger.applied.size() - 2).priority_id == "P1");

  Finding closes = changed(raised, "3", 20min);
  closes.state = FindingState::closed;
  closes.alert.resolved_at = now - 20min;
  const PollReport closing = b.run({closes});
  CHECK(closing.closed == 1);
  CHECK(closing.noted == 1);
  CHECK(b.ledger.applied.at(b.ledger.applied.size() - 2).ticket_action == TicketAction::close);
  CHECK(b.ledger.applied.at(b.ledger.applied.size() - 2).status_id == "done");

  Finding reopens = changed(raised, "4", 10min);
  CHECK(b.run({reopens}).noted == 1);
  CHECK(b.ledger.applied.at(b.ledger.applied.size() - 2).ticket_action == TicketAction::reopen);
  CHECK(b.ledger.tickets == 1);
}

TEST_CASE("an older version of a finding, as a lagging copy serves it, changes nothing") {
  Bench b;
  b.run({changed(finding("1"), "2", 10min)});
  CHECK(b.run({changed(finding("1"), "1", 20min)}).unchanged == 1);
}

TEST_CASE("an unknown organization gets a mapping row and its tickets go to the fallback") {
  Bench b;
  CHECK(b.run({finding("1", 1h, "99"), finding("2", 1h, "")}).created == 2);
  CHECK(b.vendor.unknown_organizations == std::vector<std::string>{"99"});
  CHECK(b.ledger.mappings.at("99").external_name == "Organization 99");
  for (const ChangeSet& set : b.ledger.applied)
    if (set.open_ticket) CHECK(set.open_ticket->client_id == "internal");
}

TEST_CASE("an opted-out finding is recorded, and gets its ticket once it is eligible") {
  Bench b;
  b.ledger.mappings["7"].auto_create_tickets = false;
  CHECK(b.run({finding("1")}).recorded == 1);
  CHECK(b.run({finding("1")}).unchanged == 1);
  b.ledger.mappings["7"].auto_create_tickets = true;
  CHECK(b.run({finding("1")}).created == 1);
}

TEST_CASE("a finding that fails is recorded and retried; the others flow and the cursor passes it") {
  Bench b;
  b.vendor.throws = "2";
  const PollReport report = b.run({finding("1", 3h), finding("2", 2h), finding("3", 1h)});
  CHECK(report.created == 2);
  CHECK(report.failed == 1);
  REQUIRE(report.errors.size() == 1);
  CHECK(report.errors[0] == FindingError{"2", "cannot be rendered"});
  CHECK(b.ledger.cursor == format_time(now - 1h));
  CHECK(b.ledger.alerts.at("2").failures == 1);
  CHECK(b.ledger.alerts.at("2").metadata ==
        R"({"processing_error":{"message":"cannot be rendered","attempts":1,"at":")" + format_time(now) + "\"}}");

  b.vendor.throws.clear();
  CHECK(b.run({finding("2", 2h)}).created == 1);
  CHECK(b.ledger.alerts.at("2").failures == 0);
}

TEST_CASE("a finding that could not be read is a failure too") {
  Bench b;
  CHECK(b.run({unread_finding(finding("1").alert, "not readable")}).failed == 1);
  CHECK(b.ledger.alerts.at("1").failures == 1);
}

TEST_CASE("after repeated failure a minimal ticket opens on the triage board") {
  Bench b;
  b.ledger.refuse = [](const ChangeSet& set) {
    return set.open_ticket && set.open_ticket->board_id == "security" ? std::string("the board is gone") : std::string{};
  };
  CHECK(b.run({finding("1")}).failed == 1);
  CHECK(b.run({finding("1")}).failed == 1);
  const PollReport third = b.run({finding("1")});
  CHECK(third.failed == 1);
  CHECK(third.created == 1);
  CHECK(b.ledger.tickets == 1);
  const ChangeSet* minimal = nullptr;
  for (const ChangeSet& set : b.ledger.applied)
    if (set.open_ticket) minimal = &set;
  REQUIRE(minimal != nullptr);
  CHECK(minimal->open_ticket->title == "minimal 1 after 3: the board is gone");
  CHECK(minimal->open_ticket->client_id == "internal");
  CHECK(minimal->open_ticket->board_id == "triage");

  b.ledger.refuse = [](const ChangeSet&) { return std::string{}; };
  CHECK(b.run({finding("1")}).noted == 1);
  CHECK(b.ledger.tickets == 1);
  CHECK(b.ledger.alerts.at("1").failures == 0);
}

TEST_CASE("what cannot even be recorded holds the cursor, and nothing else") {
  Bench b;
  b.ledger.refuse = [](const ChangeSet& set) {
    return set.alert && set.alert->external_id == "2" ? std::string("refused") : std::string{};
  };
  const PollReport report = b.run({finding("1", 3h), finding("2", 2h), finding("3", 1h)});
  CHECK(report.created == 2);
  CHECK(report.failed == 1);
  CHECK(b.ledger.cursor == format_time(now - 3h));
  CHECK_FALSE(b.all_handled);
  b.ledger.refuse = [](const ChangeSet&) { return std::string{}; };
  b.run({finding("2", 2h), finding("3", 1h)});
  CHECK(b.all_handled);
}

TEST_CASE("a conflict is planned again against what is stored now") {
  Bench b;
  b.run({finding("1")});
  bool once = true;
  b.ledger.before_apply = [&](const ChangeSet& set) {
    if (set.alert && once) {
      once = false;
      ++b.ledger.alerts["1"].revision;
    }
  };
  const PollReport report = b.run({changed(finding("1"), "2")});
  CHECK(report.noted == 1);
  CHECK(report.failed == 0);
}

TEST_CASE("the cursor neither moves back, nor past the present, nor over a gap in the list") {
  Bench b;
  b.run({finding("1", 1h)});
  const std::string reached = b.ledger.cursor;
  b.run({finding("2", 2h)});
  CHECK(b.ledger.cursor == reached);
  b.run({finding("3", -4min)});
  CHECK(b.ledger.cursor == format_time(now));
  Bench gap;
  gap.run({finding("1")}, false);
  CHECK(gap.ledger.cursor.empty());
  CHECK(gap.ledger.tickets == 1);
  Bench unknown_time;
  Finding f = finding("1");
  f.updated_at.reset();
  CHECK(unknown_time.run({f}).created == 1);
  CHECK(unknown_time.ledger.cursor.empty());
}

TEST_CASE("an older version is stale only to a version that is not from the future") {
  Bench b;
  Finding f = finding("1");
  f.alert.fingerprint = format_time(now + 24h) + "/1";  // whoever's clock it was
  b.run({f});
  CHECK(b.run({changed(finding("1"), "2")}).noted == 1);
}

TEST_CASE("a minimal ticket that recovers is what it would be if it had opened well, but for its client") {
  Bench b;
  b.routing.category_id = "phishing";
  b.ledger.refuse = [](const ChangeSet& set) {
    return set.open_ticket && set.open_ticket->board_id == "security" ? std::string("no") : std::string{};
  };
  for (int poll = 0; poll < 3; ++poll) CHECK(b.run({finding("1")}).failed == 1);
  CHECK(b.ledger.tickets == 1);
  b.ledger.refuse = [](const ChangeSet&) { return std::string{}; };
  b.vendor.prepared = 0;
  CHECK(b.run({finding("1")}).noted == 1);
  CHECK(b.vendor.prepared == 1);  // so that all look-ups are made
  const ChangeSet* set = nullptr;
  for (const ChangeSet& applied : b.ledger.applied)
    if (applied.restated_ticket) set = &applied;
  REQUIRE(set != nullptr);
  CHECK(set->restated_ticket->title == "ticket of 1");
  CHECK(set->restated_ticket->board_id == "security");
  CHECK(set->restated_ticket->priority_id == "P2");
  CHECK(set->restated_ticket->category_id == "phishing");
  CHECK(set->notes.back() == "audit");
  const std::size_t applied = b.ledger.applied.size();
  CHECK(b.run({finding("1")}).unchanged == 1);
  CHECK(b.ledger.applied.size() == applied);
}
