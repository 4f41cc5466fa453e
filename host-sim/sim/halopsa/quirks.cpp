#include "host-sim/sim/halopsa/quirks.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "host-sim/sim/server/relative_time.hpp"
#include "sdk/common/ascii.hpp"
#include "sdk/common/list.hpp"
#include "sdk/common/text.hpp"

namespace picket::sim::halopsa {
namespace {

using V = QuirkValue;
constexpr std::array quirk_rows{
    QuirkRow{Quirk::silent_status, "silent-status", V::first_n, "A status that the API writes is answered with 201 and not changed"},
    QuirkRow{Quirk::silent_update, "silent-update", V::first_n, "No field of an update by the API is changed; the answer is 201"},
    QuirkRow{Quirk::late_status, "late-status", V::seconds, "A status that the API writes is answered as before and changes so much later"},
    QuirkRow{Quirk::late_list, "late-list", V::seconds, "Lists and searches show a new ticket only so much later"},
    QuirkRow{Quirk::late_changes, "late-changes", V::seconds, "Lists by lastupdatefromdate show a changed ticket only so much later"},
    QuirkRow{Quirk::late_actions, "late-actions", V::seconds, "The list of a ticket's actions shows a new one only so much later"},
    QuirkRow{Quirk::lost_create_answer, "lost-create-answer", V::each_nth, "The ticket is created, the connection ends without an answer"},
    QuirkRow{Quirk::lost_note_answer, "lost-note-answer", V::each_nth, "The action is added, the connection ends without an answer"},
    QuirkRow{Quirk::closed_rests_in, "closed-rests-in", V::status, "A ticket that the API closes comes to rest in another status"},
    QuirkRow{Quirk::note_reopens, "note-reopens", V::none, "A note of the API on a closed ticket is accepted and reopens it"},
    QuirkRow{Quirk::note_sets_status, "note-sets-status", V::status, "A note of the API moves its ticket to another status"},
    QuirkRow{Quirk::rule_sets_status, "rule-sets-status", V::status, "A rule moves each ticket that the API creates to another status"},
    QuirkRow{Quirk::rule_sets_priority, "rule-sets-priority", V::priority, "A rule overrides each priority that the API writes"},
    QuirkRow{Quirk::rule_assigns, "rule-assigns", V::agent, "A rule assigns each ticket that the API creates"},
    QuirkRow{Quirk::rewrites_html, "rewrites-html", V::none, "Bodies and notes come back in the site's own HTML"},
    QuirkRow{Quirk::sticky_closed, "sticky-closed", V::none, "hasbeenclosed, dateclosed and merged_into_id stay when a ticket is reopened"},
    QuirkRow{Quirk::assigned_hidden, "assigned-hidden", V::none, "Another agent's ticket is in no list; reading is a 404, changing a 403"},
    QuirkRow{Quirk::merged_hidden, "merged-hidden", V::none, "A merged ticket is in no list and can still be read by its id"},
    QuirkRow{Quirk::rights_in_token, "rights-in-token", V::none, "What the API may do is what it might when its token was issued"},
    QuirkRow{Quirk::right_missing, "right-missing", V::right, "The API's agent lacks a right: what needs it is a 403 (several)"},
    QuirkRow{Quirk::required_on_close, "required-on-close", V::field, "Closing is a 400 unless this field is filled in (several)"},
    QuirkRow{Quirk::required_on_create, "required-on-create", V::field, "A creation is a 400 unless it has this field (several)"},
    QuirkRow{Quirk::tenant_in_token_url, "tenant-in-token-url", V::optional_name, "No token without ?tenant=NAME in the token address"},
    QuirkRow{Quirk::system_entries, "system-entries", V::none, "Each status that the API writes makes the site add an action of its own"},
    QuirkRow{Quirk::excludesys_ignored, "excludesys-ignored", V::none, "excludesys=true leaves nothing out of the list of actions"},
    QuirkRow{Quirk::records_changes, "records-changes", V::none, "Each change by the API adds an action in its agent's name that says so"},
    QuirkRow{Quirk::who_ignored, "who-ignored", V::none, "An action of the API is by its agent, whatever \"who\" it gives"},
    QuirkRow{Quirk::application_named, "application-named", V::optional_name,
             "actionby_application_id has the application's name [Picket], not its client id"},
    QuirkRow{Quirk::web_application, "web-application", V::none, "A person's action names the site's own web application"},
    QuirkRow{Quirk::local_times, "local-times", V::offset, "The API gives and takes local times that do not name their zone"},
    QuirkRow{Quirk::clock_skew, "clock-skew", V::offset, "The site's clock is ahead (or, with -, behind), the Date header included"}};

constexpr std::string_view form_of(QuirkValue value) {
  switch (value) {
    case V::none: return "";
    case V::first_n: return "[=N]";
    case V::each_nth: return "[=N]";
    case V::seconds: return "=SECONDS";
    case V::offset: return "=OFFSET";
    case V::status: return "=STATUS";
    case V::priority: return "=PRIORITY";
    case V::agent: return "=AGENT";
    case V::right: return "=RIGHT";
    case V::field: return "=FIELD";
    case V::optional_name: return "[=NAME]";
  }
  return "";
}

bool has_several(QuirkValue value) { return value == V::right || value == V::field; }

template <class Row>
std::vector<std::string_view> names_in(std::span<const Row> table) {
  std::vector<std::string_view> out;
  for (const Row& row : table) out.push_back(row.name);
  return out;
}

template <class Names>
[[noreturn]] void refuse_name(const std::string& what, std::string_view name, const Names& known) {
  const std::string near = text::nearest(name, known);
  const std::string hint = near.empty() ? "expected one of " + joined(known) : "did you mean " + near + "?";
  throw Error(Status::invalid, "There is no " + what + " " + std::string(name) + " (" + hint + ")", "quirk");
}

const QuirkRow& row_of(Quirk quirk) {
  return *std::find_if(quirk_rows.begin(), quirk_rows.end(), [&](const QuirkRow& row) { return row.quirk == quirk; });
}

const QuirkRow& row_named(std::string_view name) {
  for (const QuirkRow& row : quirk_rows)
    if (row.name == name) return row;
  refuse_name("quirk", name, names_in(quirk_table()));
}

struct Given {
  const QuirkRow& row;
  std::optional<std::string> value;
};

Given split(std::string_view text) {
  const std::size_t equals = text.find('=');
  const QuirkRow& row = row_named(text.substr(0, equals));
  if (equals == std::string_view::npos) return {row, std::nullopt};
  return {row, std::string(text.substr(equals + 1))};
}

[[noreturn]] void refuse_value(const QuirkRow& row, const std::string& expected) {
  throw Error(Status::invalid, "The quirk " + quirk_form(row) + ": expected " + expected, "quirk");
}

std::int64_t counted(const QuirkRow& row, const std::string& value) {
  std::int64_t n = 0;
  const auto [end, ec] = std::from_chars(value.data(), value.data() + value.size(), n);
  if (ec != std::errc{} || end != value.data() + value.size() || n < 1) refuse_value(row, "a whole number of at least 1");
  return n;
}

// "30" (seconds), "2m", "-5h".
std::int64_t duration(const QuirkRow& row, const std::string& value) {
  const bool has_sign = value.starts_with('-') || value.starts_with('+');
  const bool has_unit = !value.empty() && !ascii::is_digit(value.back());
  const auto time = relative_time((has_sign ? "" : "+") + value + (has_unit ? "" : "s"), Time{});
  if (!time || (row.value == V::seconds && value.starts_with('-'))) refuse_value(row, "a duration such as 30, 90s, 5m or 2h");
  return time->time_since_epoch().count();
}

void check_listed(const std::string& what, const std::string& value, const Directory& directory, List list) {
  std::vector<std::string> known;
  for (const auto& listed : directory.rows(list)) known.push_back(json::text_at(listed.get_object(), "name").value_or(""));
  for (const std::string& name : known)
    if (text::fold(name) == text::fold(value)) return;
  refuse_name(what, value, known);
}

void check_value(const QuirkRow& row, const std::string& value, const Directory& directory) {
  if (row.value == V::none) refuse_value(row, "no value");
  if (value.empty()) refuse_value(row, "a value after =");
  if (row.value == V::status) check_listed("status", value, directory, List::status);
  if (row.value == V::priority) check_listed("priority", value, directory, List::priority);
  if (row.value == V::agent) check_listed("agent", value, directory, List::agent);
  if (const auto known = names_in(rights_table()); row.value == V::right && !contains(known, value)) refuse_name("right", value, known);
}

}  // namespace

std::span<const QuirkRow> quirk_table() { return quirk_rows; }

std::string quirk_form(const QuirkRow& row) { return std::string(row.name) + std::string(form_of(row.value)); }

void Quirks::set(std::string_view text, const Directory& directory) {
  const Given given = split(text);
  const QuirkRow& row = given.row;
  const std::string_view form = form_of(row.value);
  if (!given.value) {
    if (form.starts_with('=')) refuse_value(row, "a value after =");
    on_[row.quirk] = {};
    return;
  }
  check_value(row, *given.value, directory);
  Setting changed;
  if (has_several(row.value) && has(row.quirk)) changed = on_.at(row.quirk);
  if (!contains(changed.values, *given.value)) changed.values.push_back(*given.value);
  if (row.value == V::first_n || row.value == V::each_nth) changed.number = counted(row, *given.value);
  if (row.value == V::seconds || row.value == V::offset) changed.number = duration(row, *given.value);
  on_[row.quirk] = std::move(changed);
}

void Quirks::clear(std::string_view text) {
  const Given given = split(text);
  const auto found = on_.find(given.row.quirk);
  if (found == on_.end()) return;
  const bool one_of_several = given.value && has_several(given.row.value);
  if (one_of_several) std::erase(found->second.values, *given.value);
  if (!one_of_several || found->second.values.empty()) on_.erase(found);
}

std::string Quirks::name(Quirk quirk) const {
  const auto& all = names(quirk);
  return all.empty() ? std::string{} : all.front();
}

const std::vector<std::string>& Quirks::names(Quirk quirk) const {
  static const std::vector<std::string> none;
  const auto found = on_.find(quirk);
  return found == on_.end() ? none : found->second.values;
}

std::chrono::microseconds Quirks::time(Quirk quirk) const {
  const auto found = on_.find(quirk);
  return std::chrono::microseconds{found == on_.end() ? 0 : found->second.number};
}

Rights Quirks::missing_rights() const {
  Rights missing;
  for (const RightRow& row : rights_table())
    if (contains(names(Quirk::right_missing), row.name)) missing.insert(row.right);
  if (has(Quirk::assigned_hidden)) missing.insert(Right::view_assigned);
  return missing;
}

bool Quirks::take(Quirk quirk) {
  const auto found = on_.find(quirk);
  if (found == on_.end()) return false;
  Setting& setting = found->second;
  if (setting.number == 0) return true;
  ++setting.seen;
  if (row_of(quirk).value == V::each_nth) return setting.seen % setting.number == 0;
  if (setting.seen == setting.number)
    on_.erase(found);
  else
    setting.values = {std::to_string(setting.number - setting.seen)};
  return true;
}

std::vector<std::string> Quirks::active() const {
  std::vector<std::string> out;
  for (const auto& [quirk, setting] : on_) {
    const std::string name(row_of(quirk).name);
    if (setting.values.empty()) out.push_back(name);
    for (const std::string& value : setting.values) out.push_back(name + "=" + value);
  }
  return out;
}

}  // namespace picket::sim::halopsa
