#include "plugin/stellar-cyber/poll.hpp"

#include <algorithm>

#include "plugin/stellar-cyber/fill.hpp"
#include "sdk/common/time_text.hpp"
#include "sdk/lifecycle/walk.hpp"

namespace stellar {

namespace json = picket::json;
namespace lifecycle = picket::lifecycle;
using lifecycle::Finding;
using lifecycle::FindingState;
using picket::Alert;
using picket::Call;
using picket::Error;
using picket::PollReport;
using picket::Status;
using picket::Time;

namespace {

// Rows of the cursor's last minute are read again, since they may have come late; not for ever, though: there may be a thousand of them,
// which would be listed by every poll until something else changes. A list that was read so long after the cursor has all of them.
constexpr std::chrono::seconds overlap{60};
constexpr std::chrono::minutes settling{5};
constexpr std::size_t max_failing_retries = 10;  // cases tried again by id in one poll
constexpr std::size_t max_swept = 100;           // open cases that a sweep reads again by id
constexpr std::size_t max_imported = 250;        // cases of another program that are looked at in one poll

}  // namespace

Poll::Poll(const picket::Services& services, const Call& call, const picket::Connection& connection, Session& session, PollReport& report)
    : services_(services),
      call_(call),
      report_(report),
      settings_(read_settings(services.settings(call))),
      api_(services, call, connection.base_url, session),
      now_(services.now()),
      tickets_(api_, settings_, connection.base_url, now_),
      ledger_(services, call) {}

void Poll::run(bool sweep_now) {
  walk();
  retry_failing();
  if (sweep_now) sweep();
  std::vector<Alert> imported;
  services_.list_alerts(call_, picket::AlertState::incomplete, 0, [&](Alert&& a) {
    if (imported.size() < max_imported && !seen_.contains(a.external_id) && read_snapshot(a).imported) imported.push_back(std::move(a));
  });
  process_by_id(imported, report_);
  Fill(services_, call_, api_, tickets_, report_).run();
}

// Whether the list was read to its end so long after the cursor that nothing can come late.
bool Poll::is_settled(Time cursor) const {
  const std::optional<Time> listed = ledger_.time_cursor(listed_stream);
  return listed && *listed >= cursor + settling;
}

// ---- walk -----------------------------------------------------------------------------------------------------------------------------

void Poll::walk() {
  const std::optional<Time> known = ledger_.time_cursor(cases_stream);
  const bool settled = known && is_settled(*known);
  const Time since = settled ? *known : known ? *known - overlap : now_ - settings_.backfill;
  if (known) report_.cursor = picket::format_time(*known);
  walk_from(since, report_, true);
  if (!known && report_.cursor.empty()) {  // nothing was there: the look-back must not shrink until something is
    ledger_.set_cursor(cases_stream, picket::format_time(since));
    report_.cursor = picket::format_time(since);
  }
  if (!settled) ledger_.set_cursor(listed_stream, picket::format_time(now_));
}

// A page begins where the last one ended, at its last modified_at, and not at a count of rows: a case that is modified while the list is
// read moves to its end, and everything behind it moves up by one. Rows are counted only where more share one moment than a page holds.
void Poll::walk_from(Time since, PollReport& report, bool moves_cursor) {
  // A sweep leaves alone what the walk has just processed: a dry run, which stores nothing, would take it for new once more.
  const std::unordered_set<std::string> processed = moves_cursor ? std::unordered_set<std::string>() : seen_;
  std::unordered_map<std::string, std::optional<Time>> listed;
  std::size_t repeated = 0;  // rows since the last one that was new
  CaseQuery query{since, settings_.tenant_id, settings_.page_size, 0};
  for (;;) {
    call_.check();
    const CasePage page = api_.cases(query);
    std::vector<const json::value*> news;
    Time last = query.modified_since;
    bool begins_with_new = false;
    bool brought_news = false;
    for (const json::value& row : page.rows) {
      const std::optional<Case> c = read_case(row);
      if (!c) {
        ++report.failed;
        report.errors.push_back({"", "Stellar Cyber listed a case without a readable _id, so no ticket can be kept for it"});
        continue;
      }
      const auto [place, is_new] = listed.try_emplace(c->id, c->modified_at);
      if (is_new && &row == &page.rows.front()) begins_with_new = true;
      const bool is_news = is_new || place->second != c->modified_at;
      brought_news = brought_news || is_news;
      if (is_news && !processed.contains(c->id)) news.push_back(&row);
      place->second = c->modified_at;
      if (const auto at = lifecycle::Walk::plausible(c->modified_at, now_)) last = std::max(last, *at);
    }
    // What was not even recorded holds the cursor back, on this page and all that follow.
    moves_cursor = process_page(news, report, moves_cursor) && moves_cursor;
    repeated = brought_news ? 0 : repeated + page.rows.size();
    const std::size_t end = query.skip + page.rows.size();
    const bool is_last = page.rows.empty() ||
                         (page.total ? end >= static_cast<std::size_t>(std::max<std::int64_t>(*page.total, 0))
                                     : !brought_news && page.rows.size() < static_cast<std::size_t>(query.limit)) ||
                         repeated > 2 * listed.size() + page.rows.size();  // the list goes round
    if (is_last) return;
    if (last > query.modified_since) {
      query.modified_since = last;
      query.skip = 0;
    } else if (query.skip > 0 && begins_with_new) {
      query.skip = 0;  // rows before it have left this moment, so rows were passed unseen
    } else {
      query.skip = page.rows.size() > 1 ? end - 1 : end;  // one row twice, which shows whether the count still holds
    }
  }
}

bool Poll::process_page(const std::vector<const json::value*>& rows, PollReport& report, bool moves_cursor) {
  std::vector<Finding> findings;
  for (const json::value* row : rows)
    if (auto finding = tickets_.to_finding(*row)) findings.push_back(std::move(*finding));
  report.collected += findings.size();
  lifecycle::CursorRule rule;
  if (moves_cursor) rule = {cases_stream, true, ledger_.time_cursor(cases_stream)};
  return process(std::move(findings), report, rule);
}

bool Poll::process(std::vector<Finding> findings, PollReport& report, const lifecycle::CursorRule& rule) {
  if (findings.empty()) return true;
  for (const Finding& f : findings) seen_.insert(f.external_id);
  return lifecycle::Cycle(ledger_, tickets_, settings_.routing, report, now_).run(std::move(findings), rule);
}

// ---- by id ------------------------------------------------------------------------------------------------------------------------------

void Poll::process_by_id(const std::vector<Alert>& alerts, PollReport& report) {
  std::vector<std::string> ids;
  for (const Alert& a : alerts) ids.push_back(a.external_id);
  const auto results = api_.cases_by_id(ids);
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (results[i].value && results[i].value->id == ids[i])
      findings.push_back(tickets_.to_finding(*results[i].value));
    else if (results[i].status == Status::not_found)
      findings.push_back(tickets_.to_gone(alerts[i]));
    else  // also a look-up that fails counts, so that the next poll begins with others
      findings.push_back(tickets_.to_unread(
          alerts[i], results[i].message.empty() ? "Stellar Cyber gave another case than was asked for" : results[i].message));
  }
  // No cursor depends on these: one that could not even be recorded stays as it was and is read again by the next poll.
  (void)process(std::move(findings), report, {});
}

void Poll::retry_failing() {
  std::vector<Alert> failing = services_.list_alerts(call_, picket::AlertState::failing, max_failing_retries);
  std::erase_if(failing, [this](const Alert& a) { return seen_.contains(a.external_id); });
  process_by_id(failing, report_);
}

// What mappings and settings have changed may concern cases that were passed: the look-back is read again, and what is open beyond it by
// id.
void Poll::sweep() {
  PollReport healing;
  walk_from(now_ - settings_.backfill, healing, false);
  std::vector<Alert> open;
  services_.list_alerts(call_, picket::AlertState::open, 0, [&](Alert&& a) {
    if (open.size() < max_swept && !seen_.contains(a.external_id)) open.push_back(std::move(a));
  });
  process_by_id(open, healing);
  lifecycle::add_healing(report_, std::move(healing));
}

}  // namespace stellar
