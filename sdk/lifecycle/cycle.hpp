// Findings -> change sets -> outcomes: the part of a poll that all providers share.
//
// For each page of findings: read what we know, decide, let the provider prepare what it needs for the tickets that will be opened, build
// the change sets, apply them, and see to the outcomes. A finding that fails is recorded with its error and does not stop the others;
// after `failures_until_minimal_ticket` failures in a row it becomes a minimal ticket on the triage board, with no more than client and
// board, so that what made the real one fail does not make this one fail too. The cursor moves only past findings that were applied or
// recorded, without a gap.
//
// No I/O of its own: it works on the Ledger and the Vendor that the caller passes in. Thread: one thread.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "picket/error.hpp"
#include "picket/model.hpp"
#include "sdk/lifecycle/decide.hpp"
#include "sdk/lifecycle/finding.hpp"
#include "sdk/lifecycle/routing.hpp"

namespace picket::lifecycle {

// What the cycle reads and writes; the calls are those of the host's services.
class Ledger {
 public:
  struct Outcome {
    Status status = Status::internal;
    std::string ticket_id;
    std::string message;
  };

  virtual ~Ledger() = default;
  virtual std::vector<Alert> find_alerts(std::span<const std::string> external_ids) = 0;
  virtual std::vector<Mapping> find_mappings(std::span<const std::string> external_ids) = 0;
  // Reports each change set's outcome once. If it throws, those without an outcome did not happen.
  using OnOutcome = std::function<void(std::size_t index, Outcome&&)>;
  virtual void apply(std::span<const ChangeSet>, const OnOutcome&) = 0;
  virtual void progress(std::uint64_t done, std::uint64_t total) = 0;  // throws to end the cycle when the host wants that
};

// What is stored about a page of findings.
struct Known {
  std::unordered_map<std::string, Alert> alerts;      // by external id
  std::unordered_map<std::string, Mapping> mappings;  // by organization

  [[nodiscard]] const Alert* alert(const std::string& external_id) const;  // null if there is none
  [[nodiscard]] std::optional<Mapping> mapping(const std::string& organization_id) const;
};

// What only the provider knows: its words, and the look-ups that it makes for a page of findings.
class Vendor {
 public:
  struct Opening {
    std::string title = {};
    std::string body_markdown = {};
    std::string url = {};
    std::string attributes = {};
    std::vector<std::string> notes = {};
    std::optional<AssetLink> asset_link = std::nullopt;
    bool may_exist = false;  // as TicketDraft::may_exist
  };

  virtual ~Vendor() = default;

  // Called once per page before anything is decided: the provider may read what it needs for findings that have a ticket, and may set the
  // state of one that its settings leave out to `ignored`.
  virtual void review(std::span<Finding>, const Known&) {}
  // Called once per page before the tickets of `opening` are built. A look-up that fails may not throw: the ticket opens with what could
  // be read.
  virtual void prepare(std::span<const Finding* const> /*opening*/, std::span<const Mapping* const> /*mappings*/,
                       std::span<const std::string> /*unknown_organizations*/) {}
  // The name of an organization of which prepare() learned, or its id where the name could not be read.
  virtual std::string organization_name(const std::string& organization_id) { return organization_id; }

  // `alert` holds the finding's alert and may be completed (device, asset, metadata, incomplete); `before` is what was stored, if anything.
  // open_ticket is also called for a minimal ticket whose finding can be processed now: the ticket is restated by what it returns.
  virtual Opening open_ticket(const Finding&, Target, const std::optional<Mapping>&, Alert& alert) = 0;
  struct Update {
    std::vector<std::string> notes = {};
    std::string body_markdown = {};  // empty = the body stays
    // The change of state or severity is our own doing at the vendor (ticket events), so the ticket does not follow it.
    bool own_state = false;
    bool own_severity = false;
  };
  virtual Update update_ticket(const Finding&, const Alert& before, Alert& alert) = 0;
  virtual void record(const Finding&, const Alert* /*before*/, Alert& /*alert*/) {}

  // The ticket of a finding that failed `failures` times in a row: it says at least that the finding exists.
  virtual Opening minimal_ticket(const std::string& external_id, std::uint32_t failures, const std::string& error) = 0;
};

struct CursorRule {
  std::string stream;
  bool may_move = false;        // false: there is a gap in what was listed
  std::optional<Time> current;  // never moves back
};

class Cycle {
 public:
  static constexpr std::size_t page_size = 512;
  static constexpr std::uint32_t failures_until_minimal_ticket = 3;

  // `now`: the host's time. The cursor never moves past it.
  Cycle(Ledger&, Vendor&, const Routing&, PollReport&, Time now);

  // Processes the findings in the order given (ascending by updated_at). Counts into the report. False if one could not even be recorded:
  // the cursor stays before it, and may not be moved past it by a later run either. Throws only when the whole cycle has to end (cancelled,
  // deadline, the store is gone); then everything applied so far stands.
  [[nodiscard]] bool run(std::vector<Finding> findings, const CursorRule&);

 private:
  struct Plan;
  struct Page;

  // Applies the page: read, plan, prepare, build, apply, settle. For each finding: whether it was applied or recorded.
  std::vector<bool> run_page(std::span<Finding> findings, bool again_after_conflict);
  Known read(std::span<const Finding> findings);
  Plan plan(const Finding&, const Known&) const;
  void prepare(const Page&);
  void build(Page&);
  std::vector<Ledger::Outcome> apply(const Page&);
  void settle(Page&, std::vector<Ledger::Outcome>, bool again_after_conflict);

  ChangeSet change_set(const Finding&, const Known&, const Plan&);
  Vendor::Update restate(const Finding&, const Plan&, Alert&, ChangeSet&);
  ChangeSet failure(const Finding&, const Known&, const std::string& error, bool& opens_ticket);
  bool record_failure(const Finding&, const std::string& error);
  Ledger::Outcome apply_one(const ChangeSet&);
  void count(Step, const ChangeSet&);
  void move_cursor(const CursorRule&, Time to);

  Ledger& ledger_;
  Vendor& vendor_;
  const Routing& routing_;
  PollReport& report_;
  Time now_;
  std::optional<Time> cursor_;
};

// Adds the report of a pass that looked again at what the walk had passed: only what it changed counts.
void add_healing(PollReport& report, PollReport&& healing);

}  // namespace picket::lifecycle
