#include "plugin/huntress/poll.hpp"

#include <algorithm>
#include <tuple>

#include "plugin/huntress/fill.hpp"
#include "sdk/common/time_text.hpp"

namespace huntress {

namespace json = picket::json;
namespace lifecycle = picket::lifecycle;
using lifecycle::Finding;
using lifecycle::FindingState;
using picket::Alert;
using picket::Call;
using picket::Error;
using picket::LogLevel;
using picket::PollReport;
using picket::Status;
using picket::Time;

namespace {

constexpr int idle_page = 10;                    // an idle poll reads a page of this size: about 30 kB
constexpr std::size_t max_failing_retries = 10;  // findings tried again by id in one poll
constexpr std::size_t max_missing_reads = 25;    // open alerts that the vendor's open set lacks, read one by one in one poll
constexpr std::size_t max_open_statuses = 6;     // words for "open" that one sweep asks for
constexpr std::size_t default_budget = 20;

bool ends_the_poll(const Error& e) {
  return e.status() == Status::cancelled || e.status() == Status::deadline || dynamic_cast<const picket::ServiceError*>(&e) != nullptr;
}

}  // namespace

Poll::Poll(const picket::Services& services, const Call& call, const picket::Connection& connection, PollReport& report)
    : services_(services),
      call_(call),
      report_(report),
      settings_(read_settings(services.settings(call))),
      api_(services, call, connection.base_url),
      now_(services.now()),
      tickets_(services, call, api_, settings_, now_),
      ledger_(services, call),
      horizon_(ledger_.time_cursor(started_stream).value_or(now_) - settings_.backfill),
      requests_before_(services.requests_sent()) {}

void Poll::run(bool sweep_now) {
  walk();
  retry_failing();
  if (sweep_is_due(sweep_now)) sweep();
  Fill(services_, call_, api_, tickets_, now_, [this] { return request_budget(); }).run();
}

bool Poll::process(std::vector<Finding> findings, PollReport& report, const lifecycle::CursorRule& rule) {
  for (const Finding& f : findings) {
    seen_.insert(f.external_id);
    if (f.state == FindingState::open) open_statuses_.insert(f.alert.status);
  }
  return lifecycle::Cycle(ledger_, tickets_, settings_.routing, report, now_).run(std::move(findings), rule);
}

void Poll::report_unreadable(const json::value& row) {
  const std::string subject = row.is_object() ? read_incident(row.get_object()).subject : std::string{};
  ++report_.failed;
  report_.errors.push_back(
      {"", "Huntress listed an incident report without a readable id, so no ticket can be kept for it; look for it in the portal" +
               (subject.empty() ? std::string{} : ": " + subject)});
}

// ---- walk -----------------------------------------------------------------------------------------------------------------------------

void Poll::walk() {
  const std::optional<Time> cursor = ledger_.time_cursor(incidents_stream);
  if (cursor) report_.cursor = picket::format_time(*cursor);
  Listing listing = list(cursor);
  several_pages_ = listing.several_pages;
  horizon_ = std::min(horizon_, listing.until);  // a cursor that was set back reaches back further
  if (listing.complete && !ledger_.time_cursor(started_stream)) ledger_.set_cursor(started_stream, picket::format_time(now_));

  std::erase_if(listing.findings, [this](const Finding& f) { return f.updated_at && *f.updated_at < horizon_; });
  report_.collected += listing.findings.size();
  // What was read is processed in any case, but the cursor may not pass what was not read. The cycle holds it before what it could not
  // record.
  (void)process(std::move(listing.findings), report_, {incidents_stream, listing.complete, cursor});
  if (listing.error) {
    if (listing.loops) sweep();  // another order reaches what lies behind the loop
    throw Error(*listing.error);
  }
  if (!cursor && report_.cursor.empty()) {
    report_.cursor = picket::format_time(listing.until);
    ledger_.set_cursor(incidents_stream, report_.cursor);
  }
}

Poll::Listing Poll::list(const std::optional<Time>& cursor) {
  const lifecycle::WalkStart start{now_, cursor, std::chrono::seconds{60}, settings_.backfill};
  Listing listing;
  try {
    if (cursor) {
      lifecycle::Walk idle(start);
      if (list_pages(idle, idle_page, listing)) return sorted(std::move(listing));
      if (are_old(listing.findings, *cursor)) {  // many changed in the cursor's last minute, and nothing since
        listing.complete = true;
        return sorted(std::move(listing));
      }
      // From the top again, by large pages: rows could hide at the edge of so small a one.
    }
    lifecycle::Walk whole(start);
    (void)list_pages(whole, Api::max_page, listing);  // only a small page can end too early
  } catch (const Error& e) {
    if (ends_the_poll(e)) throw;
    listing.complete = false;
    listing.error = e;
  }
  return sorted(std::move(listing));
}

// Whether each of them is within what the cursor has passed, and as it was last processed.
bool Poll::are_old(const std::vector<Finding>& findings, Time cursor) {
  std::vector<std::string> ids;
  for (const Finding& f : findings) ids.push_back(f.external_id);
  std::unordered_map<std::string, std::string> fingerprints;
  for (const Alert& a : services_.find_alerts(call_, ids)) fingerprints[a.external_id] = a.fingerprint;
  return std::all_of(findings.begin(), findings.end(), [&](const Finding& f) {
    const auto known = fingerprints.find(f.external_id);
    return f.updated_at && *f.updated_at <= cursor && known != fingerprints.end() && known->second == f.alert.fingerprint;
  });
}

// Unknown times come last: they have no place in the order and must not hold the cursor back. Of one time, by id.
Poll::Listing Poll::sorted(Listing&& listing) {
  const auto place = [](const Finding& f) {
    return std::tuple<Time, std::size_t, const std::string&>(f.updated_at.value_or(Time::max()), f.external_id.size(), f.external_id);
  };
  std::sort(listing.findings.begin(), listing.findings.end(), [&](const Finding& a, const Finding& b) { return place(a) < place(b); });
  return std::move(listing);
}

bool Poll::list_pages(lifecycle::Walk& walk, int page_size, Listing& listing) {
  listing.until = walk.until();
  std::string token;
  bool more = true;
  while (more) {
    call_.check();
    const Page page = api_.incidents("updated_at", {}, page_size, token);
    token = page.next_token;
    std::vector<std::optional<Time>> times;
    std::vector<Finding> found;
    std::vector<const json::value*> unreadable;
    for (const json::value& row : page.rows) {
      std::optional<Finding> finding = tickets_.to_finding(row);
      times.push_back(finding ? finding->updated_at : std::nullopt);
      if (finding)
        found.push_back(std::move(*finding));
      else
        unreadable.push_back(&row);
    }
    more = walk.page(times, token);
    for (Finding& finding : found) {
      const auto [place, is_new] = listing.by_id.try_emplace(finding.external_id, listing.findings.size());
      if (is_new)
        listing.findings.push_back(std::move(finding));
      else if (listing.findings[place->second].updated_at <= finding.updated_at)
        listing.findings[place->second] = std::move(finding);  // the row moved while the list was read: the later state counts
    }
    if (more && page_size == idle_page) return false;
    for (const json::value* row : unreadable) report_unreadable(*row);
    listing.several_pages = walk.pages() > 1;
  }
  listing.complete = walk.complete();
  listing.loops = walk.token_repeated();
  if (listing.loops)
    throw Error(Status::unavailable,
                "Huntress repeats one page of its incident list, so older incidents could not be reached; the cursor stays and the next "
                "poll tries again",
                "pagination.next_page_token");
  return true;
}

// ---- what failed before -----------------------------------------------------------------------------------------------------------------

void Poll::retry_failing() {
  std::vector<Alert> failing = services_.list_alerts(call_, picket::AlertState::failing, max_failing_retries);
  std::erase_if(failing, [this](const Alert& a) { return seen_.contains(a.external_id); });
  if (failing.empty()) return;
  std::vector<std::string> ids;
  for (const Alert& a : failing) ids.push_back(a.external_id);
  const auto results = api_.incidents_by_id(ids);
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    std::optional<Finding> finding;
    if (results[i].value) finding = tickets_.to_finding(json::value(*results[i].value));
    if (!finding && results[i].status == Status::not_found) finding = tickets_.to_gone(failing[i]);
    // Also a look-up that fails counts, so that the next poll begins with others.
    if (!finding)
      finding = tickets_.to_unread(failing[i],
                                   results[i].message.empty() ? "Huntress gave an incident without a readable id" : results[i].message);
    findings.push_back(std::move(*finding));
  }
  (void)process(std::move(findings), report_, {});  // what could not be recorded stays failing, and is read again by the next poll
}

// ---- sweep ----------------------------------------------------------------------------------------------------------

// A walk over several pages may have missed rows where the list shifted or times tied at a page's edge: then the sweep looks after it.
bool Poll::sweep_is_due(bool now) const {
  const std::optional<Time> last = ledger_.time_cursor(sweep_stream);
  return now || several_pages_ || !last || now_ - *last >= settings_.sweep_interval ||
         !services_.cursor(call_, position_stream).value_or("").empty();
}

void Poll::sweep() {
  std::unordered_set<std::string> listed;
  std::unordered_set<std::string> swept;
  std::unordered_set<std::string> statuses{"sent", "auto_remediating"};
  // A word that is new at the vendor counts as open, so its incidents belong to the open set too. A few words: each costs a request.
  const auto add = [&](const std::string& status) {
    if (!status.empty() && statuses.size() < max_open_statuses) statuses.insert(status);
  };
  for (const std::string& status : open_statuses_) add(status);
  services_.list_alerts(call_, picket::AlertState::open, 0, [&](Alert&& a) {
    if (state_of(a.status) == FindingState::open) add(a.status);
  });
  for (const std::string& status : statuses)
    if (sweep_status(status, listed)) swept.insert(status);
  if (heal_missing(listed, swept) && swept_all_) {
    ledger_.set_cursor(sweep_stream, picket::format_time(now_));
    if (!services_.cursor(call_, position_stream).value_or("").empty()) ledger_.set_cursor(position_stream, "");
  }
}

// False: the vendor does not list this status.
bool Poll::sweep_status(const std::string& status, std::unordered_set<std::string>& listed) {
  const bool documented = status == "sent" || status == "auto_remediating";
  try {
    // By id: an order that updates do not disturb, with other page edges than the walk's.
    each_page([&](const std::string& token) { return api_.incidents("id", status, Api::max_page, token); },
              "incidents with status " + status,
              [&](const Page& page) {
                call_.check();
                sweep_page(page, listed);
                return true;
              });
  } catch (const Error& e) {
    if (documented || e.status() != Status::invalid) throw;
    return false;  // it may be a word that is shown, but not one to ask for
  }
  return true;
}

void Poll::sweep_page(const Page& page, std::unordered_set<std::string>& listed) {
  std::vector<Finding> findings;
  std::vector<std::string> old_ids;
  const auto is_old = [this](const Finding& f) { return f.updated_at && *f.updated_at < horizon_; };
  for (const json::value& row : page.rows) {
    std::optional<Finding> finding = tickets_.to_finding(row);
    if (!finding || !listed.insert(finding->external_id).second || seen_.contains(finding->external_id)) continue;
    if (is_old(*finding)) old_ids.push_back(finding->external_id);
    findings.push_back(std::move(*finding));
  }
  // What is older than the backfill matters only if we know it.
  std::unordered_set<std::string> known;
  if (!old_ids.empty())
    for (const Alert& a : services_.find_alerts(call_, old_ids)) known.insert(a.external_id);
  std::erase_if(findings, [&](const Finding& f) { return is_old(f) && !known.contains(f.external_id); });
  process_healing(std::move(findings));
}

void Poll::process_healing(std::vector<Finding> findings) {
  PollReport healing;
  swept_all_ = process(std::move(findings), healing, {}) && swept_all_;
  lifecycle::add_healing(report_, std::move(healing));
}

// Alerts that are open here and not in the vendor's open set: their incidents were closed, or removed, without our seeing it. They are read
// by id, a few in each poll, in the order of their ids; true when all of them have been.
bool Poll::heal_missing(const std::unordered_set<std::string>& listed, const std::unordered_set<std::string>& swept_statuses) {
  std::vector<Alert> missing;
  const std::string position = services_.cursor(call_, position_stream).value_or("");
  services_.list_alerts(call_, picket::AlertState::open, 0, [&](Alert&& a) {
    const bool is_missing = swept_statuses.contains(a.status) && !listed.contains(a.external_id) && !seen_.contains(a.external_id);
    if (is_missing && a.external_id > position) missing.push_back(std::move(a));
  });
  std::sort(missing.begin(), missing.end(), [](const Alert& a, const Alert& b) { return a.external_id < b.external_id; });
  const bool all = missing.size() <= max_missing_reads;
  if (!all) missing.resize(max_missing_reads);
  if (missing.empty()) return true;

  std::vector<std::string> ids;
  for (const Alert& a : missing) ids.push_back(a.external_id);
  const auto results = api_.incidents_by_id(ids);
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (results[i].value) {
      if (std::optional<Finding> finding = tickets_.to_finding(json::value(*results[i].value))) findings.push_back(std::move(*finding));
    } else if (results[i].status == Status::not_found) {
      findings.push_back(tickets_.to_gone(missing[i]));
    } else {
      services_.log(call_, LogLevel::warning,
                    "incident " + ids[i] + " could not be read, the next sweep tries again: " + results[i].message);
    }
  }
  process_healing(std::move(findings));
  if (!all) ledger_.set_cursor(position_stream, ids.back());
  return all;
}

// ---- cursors and limits ---------------------------------------------------------------------------------------------

// Filling in keeps a poll within a third of the account's limit: the rest is for other users of the account and the next poll.
std::size_t Poll::request_budget() const {
  const std::size_t share = services_.request_limit() == 0 ? default_budget : services_.request_limit() / 3;
  const std::uint64_t used = services_.requests_sent() - requests_before_;
  return used >= share ? 0 : share - static_cast<std::size_t>(used);
}

}  // namespace huntress
