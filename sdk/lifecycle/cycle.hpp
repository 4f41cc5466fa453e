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
#include "sdk/lifecycle/routing.hpp"

namespace picket::lifecycle {

struct Finding {
  std::string external_id;      // never empty
  std::string organization_id;  // the vendor's; empty = none
  FindingState state = FindingState::open;
  std::optional<Time> updated_at;  // absent = not readable or not plausible
  Alert alert;                     // the vendor's side of the alert: all but revision, failures, ticket_id
  std::string error;               // not empty: the finding could not be read, and why
  std::size_t source = 0;          // the provider's own number for it
};

// What the cycle reads and writes; the calls mirror the host's services.
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
  // Tells each change set's outcome once. If it throws, those not told of did not happen.
  using Told = std::function<void(std::size_t index, Outcome&&)>;
  virtual void apply(std::span<const ChangeSet>, const Told&) = 0;
  virtual void progress(std::uint64_t done, std::uint64_t total) = 0;  // throws to end the cycle when the host wants that
};

// What only the provider knows: its words, and the look-ups that it makes for a page of new tickets.
class Vendor {
 public:
  struct Opening {
    std::string title;
    std::string body_markdown;
    std::string url;
    std::string attributes;
    std::vector<std::string> notes;
    std::optional<AssetLink> asset_link;
    bool may_exist = false;  // as TicketDraft::may_exist
  };

  virtual ~Vendor() = default;

  // Called once per page before the tickets of `opening` are built. A look-up that fails may not throw: the ticket opens with what there
  // is.
  virtual void prepare(std::span<const Finding* const> opening, std::span<const Mapping* const> mappings,
                       std::span<const std::string> unknown_organizations) = 0;
  // The name of an organization that prepare() was told about; its id where it could not be read.
  virtual std::string organization_name(const std::string& organization_id) = 0;

  // `alert` holds the finding's alert and may be completed (device, asset, metadata, incomplete); `before` is what was stored, if anything.
  virtual Opening open_ticket(const Finding&, Target, const std::optional<Mapping>&, Alert& alert) = 0;
  struct Update {
    std::vector<std::string> notes;
    std::string body_markdown;  // empty = the body stays
    // The change of state or severity is our own doing at the vendor (ticket events), so the ticket does not follow it.
    bool own_state = false;
    bool own_severity = false;
  };
  virtual Update update_ticket(const Finding&, const Alert& before, Alert& alert) = 0;
  virtual void record(const Finding&, const Alert* before, Alert& alert) = 0;

  // A finding that failed `failures` times in a row: the ticket that at least says that it exists, and the error inside the metadata.
  virtual Opening minimal_ticket(const std::string& external_id, std::uint32_t failures, const std::string& error) = 0;
  virtual std::string metadata_with_error(const std::string& metadata, std::uint32_t failures, const std::string& error,
                                          bool minimal_ticket) = 0;
};

struct CursorRule {
  std::string stream;
  bool may_move = false;        // false: there is a gap in what was listed
  std::optional<Time> current;  // never moves back
  Time now;                     // never moves past the present
};

class Cycle {
 public:
  static constexpr std::size_t page_size = 512;
  static constexpr std::uint32_t failures_until_minimal_ticket = 3;

  Cycle(Ledger&, Vendor&, const Routing&, PollReport&);

  // Processes the findings in the order given (ascending by updated_at). Counts into the report. False if one could not even be recorded:
  // the cursor stays before it, and may not be moved past it by a later run either. Throws only when the whole cycle has to end (cancelled,
  // deadline, the store is gone); then everything applied so far stands.
  bool run(std::vector<Finding> findings, const CursorRule&);

 private:
  struct Known;
  struct Planned;

  // Applies the page; `handled[i]` tells for each finding whether it was applied or recorded.
  std::vector<bool> run_page(std::span<const Finding> findings, bool again_after_conflict);
  Known read(std::span<const Finding> findings);
  Planned plan(const Finding&, const Known&);
  ChangeSet build(const Finding&, const Known&, Step, Target, const std::optional<Mapping>&, const Alert* before);
  ChangeSet failure(const Finding&, const Known&, const std::string& error, bool& opens_ticket);
  bool record_failure(const Finding&, const std::string& error);
  Ledger::Outcome apply_one(const ChangeSet&);
  void count(Step, const ChangeSet&);
  void move_cursor(const CursorRule&, Time to);

  Ledger& ledger_;
  Vendor& vendor_;
  const Routing& routing_;
  PollReport& report_;
  std::optional<Time> cursor_;
};

// Adds the report of a pass that looked again at what the walk had passed: only what it changed counts.
void add_healing(PollReport& report, PollReport&& healing);

}  // namespace picket::lifecycle
