#include "plugin/stellar-cyber/tickets.hpp"

#include <algorithm>

#include "sdk/common/list.hpp"
#include "sdk/lifecycle/minor_changes.hpp"
#include "sdk/lifecycle/walk.hpp"

namespace stellar {

namespace json = picket::json;
namespace lifecycle = picket::lifecycle;
using lifecycle::Finding;
using lifecycle::FindingState;
using lifecycle::Target;
using picket::Alert;
using picket::Mapping;
using picket::Time;

namespace {

const Case& case_of(const Finding& f) { return *static_cast<const Case*>(f.source.get()); }

// The finding of a case of which no more is known than what was stored.
Finding with_snapshot(Finding&& f, const Alert& before) {
  auto known = std::make_shared<Case>(read_snapshot(before).known);
  f.organization_id = known->tenant_id;
  f.source = std::move(known);
  return std::move(f);
}

}  // namespace

Tickets::Tickets(Api& api, const Settings& settings, std::string host_url, Time now)
    : api_(api), settings_(settings), links_{std::move(host_url), settings.saas}, now_(now) {}

// ---- rows to findings ---------------------------------------------------------------------------------------------------------------

std::optional<Finding> Tickets::to_finding(const json::value& row) {
  std::optional<Case> c = read_case(row);
  if (!c) return std::nullopt;
  return to_finding(std::move(*c));
}

Finding Tickets::to_finding(Case c) {
  Finding f;
  f.external_id = c.id;
  f.organization_id = c.tenant_id;
  f.state = state_of(c.status);
  f.updated_at = lifecycle::Walk::plausible(c.modified_at, now_);
  f.alert.external_id = c.id;
  f.alert.severity = c.severity;
  f.alert.status = c.status;
  f.alert.message = c.name;
  f.alert.triggered_at = c.created_at;
  if (f.state == FindingState::closed) f.alert.resolved_at = c.modified_at.value_or(now_);
  f.alert.fingerprint = fingerprint_of(c);  // before names are looked up, which sometimes fails
  if (c.assignee == c.assignee_id)
    if (std::string name = api_.name_of(c.assignee_id); !name.empty()) c.assignee = std::move(name);
  if (!c.tenant_id.empty() && !c.tenant_name.empty()) organization_names_[c.tenant_id] = c.tenant_name;
  f.source = std::make_shared<Case>(std::move(c));
  return f;
}

Finding Tickets::to_gone(const Alert& before) const { return with_snapshot(lifecycle::gone_finding(before, "Deleted", now_), before); }

Finding Tickets::to_unread(const Alert& before, const std::string& error) {
  return with_snapshot(lifecycle::unread_finding(before, error), before);
}

bool Tickets::is_wanted(const Case& c) const {
  if (!settings_.tenant_id.empty() && !c.tenant_id.empty() && c.tenant_id != settings_.tenant_id) return false;
  if (settings_.min_alert_count && c.size && *c.size < *settings_.min_alert_count) return false;
  const std::optional<double> score = score_of(c);
  return !score || *score >= settings_.min_score;
}

// ---- look-ups -------------------------------------------------------------------------------------------------------------------------

const std::string& Tickets::api_user_id() {
  if (api_user_id_) return *api_user_id_;
  api_user_id_ = settings_.api_user_id.empty() ? api_.user_id() : settings_.api_user_id;
  return *api_user_id_;
}

std::string Tickets::last_modifier(const Case& c) {
  if (c.modified_by.empty() || c.modified_by == settings_.api_user_id) return {};
  const std::string name = api_.name_of(c.modified_by);
  return name.empty() || c.modified_by == api_user_id() ? std::string() : name;
}

// Nobody but us has touched the case if it counts exactly our own writes since the snapshot, and we were the last. Whether comments count
// is not documented; where they do not, modified_at may still show that there are some.
bool Tickets::may_have_comments(const Case& c, const Snapshot& s) {
  if (s.comments_pending || s.imported || !c.version || !s.known.version) return true;
  if (*c.version == *s.known.version) return c.modified_at != s.known.modified_at;
  return *c.version != *s.known.version + s.own_writes || api_user_id().empty() || c.modified_by != api_user_id();
}

void Tickets::review(std::span<Finding> findings, const lifecycle::Known& known) {
  parts_.clear();
  comments_.clear();
  std::vector<std::string> commented;
  for (Finding& f : findings) {
    const Alert* before = known.alert(f.external_id);
    const bool changed = before == nullptr || before->fingerprint != f.alert.fingerprint;
    if (changed) changed_.insert(f.external_id);
    if (!f.error.empty() || f.state == FindingState::gone) continue;
    if (before == nullptr || before->ticket_id.empty()) {
      if (!is_wanted(case_of(f))) f.state = FindingState::ignored;
    } else if (changed && may_have_comments(case_of(f), read_snapshot(*before))) {
      commented.push_back(f.external_id);
    }
  }
  read_comments(commented);
}

void Tickets::read_comments(std::span<const std::string> ids) {
  const auto read = api_.comments(ids);
  for (std::size_t i = 0; i < ids.size(); ++i) comments_[ids[i]] = read[i].value;
}

void Tickets::read_parts(std::span<const std::string> ids, std::span<Parts* const> parts) {
  const auto read = [&](auto&& lacks, auto&& ask, auto&& put) {
    std::vector<std::string> wanted;
    std::vector<std::size_t> of;
    for (std::size_t i = 0; i < ids.size(); ++i)
      if (lacks(*parts[i])) {
        wanted.push_back(ids[i]);
        of.push_back(i);
      }
    if (wanted.empty()) return;
    auto results = ask(wanted);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      // A part that the vendor does not have is as good as an empty one: nothing better will come.
      if (!results[i].value && results[i].status == picket::Status::not_found) results[i].value.emplace();
      if (results[i].value) put(*parts[of[i]], std::move(*results[i].value));
    }
  };
  read([](const Parts& p) { return !p.summary; }, [&](const auto& w) { return api_.summaries(w); },
       [](Parts& p, std::string&& value) { p.summary = std::move(value); });
  read([](const Parts& p) { return !p.observables; }, [&](const auto& w) { return api_.observables(w); },
       [](Parts& p, std::vector<Observables>&& value) { p.observables = std::move(value); });
  read([](const Parts& p) { return !p.alerts; }, [&](const auto& w) { return api_.alerts(w); },
       [](Parts& p, std::vector<CaseAlert>&& value) { p.alerts = std::move(value); });
}

void Tickets::prepare(std::span<const Finding* const> opening, std::span<const Mapping* const>, std::span<const std::string>) {
  std::vector<std::string> ids;
  std::vector<Parts*> parts;
  std::vector<std::string> commented;
  for (const Finding* f : opening) {
    const Case& c = case_of(*f);
    Parts& p = parts_[c.id];
    p.summary = c.summary;
    ids.push_back(c.id);
    parts.push_back(&p);
    // Nobody can have commented on a case that was never modified.
    if (!c.created_at || c.created_at != c.modified_at) commented.push_back(c.id);
  }
  read_parts(ids, parts);
  read_comments(commented);
}

std::string Tickets::organization_name(const std::string& organization_id) {
  const auto found = organization_names_.find(organization_id);
  return found == organization_names_.end() ? "Stellar Cyber tenant " + organization_id : found->second;
}

// ---- tickets ----------------------------------------------------------------------------------------------------------------------------

std::string Tickets::body_of(const Snapshot& s) const { return body(s.known, s.parts, links_); }

bool Tickets::is_gathered(const Snapshot& s) const { return lifecycle::is_gathered(s.unnoted_since, settings_.gathering, now_); }

std::string Tickets::gathered_note(Snapshot& s) const {
  const Case noted = s.noted();
  s.unnoted_since.reset();
  return change_note(noted, s.known, {});
}

std::vector<std::string> Tickets::new_comments(Snapshot& s, const std::vector<Comment>& comments) {
  std::vector<Comment> news, corrected;
  for (const Comment& c : comments) {
    const bool is_new = s.seen_comments.insert(c.id).second && !s.all_comments_seen;
    if (has_mark(c)) continue;
    std::string& digest = s.comment_digests[c.id];
    if (is_new)
      news.push_back(c);
    else if (!digest.empty() && digest != c.digest)
      corrected.push_back(c);
    digest = c.digest;
  }
  s.all_comments_seen = false;
  s.comments_pending = false;
  const Time unknown = Time::max();
  std::sort(news.begin(), news.end(), [&](const Comment& a, const Comment& b) {
    return std::tuple(a.created_at.value_or(unknown), a.id) < std::tuple(b.created_at.value_or(unknown), b.id);
  });
  const auto with_name = [&](Comment& c) -> const Comment& {
    if (std::string name = api_.name_of(c.user_id); !name.empty()) c.user = std::move(name);
    return c;
  };
  std::vector<std::string> notes;
  for (Comment& c : news) notes.push_back(comment_note(with_name(c)));
  for (Comment& c : corrected) notes.push_back(correction_note(with_name(c)));
  return notes;
}

Tickets::Opening Tickets::open_ticket(const Finding& finding, Target target, const std::optional<Mapping>& mapping, Alert& alert) {
  Snapshot s;
  s.known = case_of(finding);
  s.url = case_url(links_.host_url, s.known.id);
  s.parts = parts_[s.known.id];
  s.parts_pending = !s.parts.complete();
  Opening opening;
  opening.title = title(s.known, target == Target::fallback);
  opening.body_markdown = body_of(s);
  opening.url = s.url;
  opening.may_exist = picket::contains(s.known.tags, settings_.case_tag);
  if (target == Target::fallback) opening.notes.push_back(unmapped_note(s.known, mapping && !mapping->client_id.empty()));
  if (const auto comments = comments_.find(s.known.id); comments != comments_.end()) {
    s.comments_pending = !comments->second;
    if (comments->second)
      for (std::string& note : new_comments(s, *comments->second)) opening.notes.push_back(std::move(note));
  }
  alert.incomplete = s.incomplete();
  alert.metadata = write_snapshot(s);
  return opening;
}

Tickets::Update Tickets::update_ticket(const Finding& finding, const Alert& before, Alert& alert) {
  Snapshot s = read_snapshot(before);
  const Case old = s.known;
  const Case noted = s.noted();
  Update update;
  if (finding.state == FindingState::gone) {
    s.comments_pending = s.parts_pending = false;
    s.unnoted_since.reset();
    update.notes.push_back(gone_note(finding.external_id));
    alert.metadata = write_snapshot(s);
    alert.incomplete = false;
    return update;
  }
  s.known = case_of(finding);
  s.own_writes = 0;
  Own own;
  own.tag = settings_.case_tag;
  if (old.severity != s.known.severity) own.severity = s.own_severities.shows(s.known.severity);
  if (old.status != s.known.status) own.status = s.own_statuses.shows(s.known.status);
  update.own_severity = own.severity || s.imported;
  // A state that we know already, perhaps because we wrote it, is followed once.
  update.own_state = own.status || old.status == s.known.status || s.imported;
  if (s.imported || change_note(noted, s.known, own).empty())
    s.unnoted_since.reset();
  else if (lifecycle::is_noted_now(s.unnoted_since, is_minor_change(noted, s.known, own), settings_.gathering, now_))
    update.notes.push_back(change_note(noted, s.known, own, last_modifier(s.known)));
  s.noted_score = noted.score;
  s.noted_size = noted.size;
  if (s.url.empty()) s.url = case_url(links_.host_url, s.known.id);
  s.imported = false;
  if (const auto comments = comments_.find(s.known.id); comments != comments_.end()) {
    if (comments->second)
      for (std::string& note : new_comments(s, *comments->second)) update.notes.push_back(std::move(note));
    else
      s.comments_pending = true;
  }
  alert.incomplete = s.incomplete();
  alert.metadata = write_snapshot(s);
  return update;
}

void Tickets::record(const Finding& finding, const Alert* before, Alert& alert) {
  Snapshot s;
  if (before != nullptr) s = read_snapshot(*before);
  s.known = case_of(finding);
  s.own_writes = 0;
  s.imported = false;
  s.parts_pending = s.comments_pending = false;
  s.unnoted_since.reset();
  if (s.url.empty()) s.url = case_url(links_.host_url, s.known.id);
  alert.incomplete = false;
  alert.metadata = write_snapshot(s);
}

Tickets::Opening Tickets::minimal_ticket(const std::string& external_id, std::uint32_t failures, const std::string& error) {
  Opening opening;
  opening.url = case_url(links_.host_url, external_id);
  opening.title = minimal_title(external_id);
  opening.body_markdown = minimal_body(external_id, failures, error, opening.url);
  return opening;
}

}  // namespace stellar
