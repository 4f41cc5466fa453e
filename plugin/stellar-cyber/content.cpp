#include "plugin/stellar-cyber/content.hpp"

#include <algorithm>

#include "sdk/common/ascii.hpp"
#include "sdk/common/markdown.hpp"
#include "sdk/common/text.hpp"
#include "sdk/common/time_text.hpp"
#include "sdk/common/url_escape.hpp"

namespace stellar {

namespace md = picket::markdown;

namespace {

constexpr std::size_t max_title = 250;
constexpr std::size_t max_section = 20'000;  // bytes of each part of a body, and of a comment in a note: they are read by a person
constexpr std::size_t max_comment = 15'000;  // characters of a comment of ours before its mark; fewer than read_comment keeps
constexpr std::string_view mark_begin = "[picket:";

std::string or_dash(const std::string& s) { return s.empty() ? "—" : s; }

std::string field(std::string_view name, const std::string& markdown) { return "- **" + std::string(name) + ":** " + markdown + "\n"; }

std::string time_text(const std::optional<picket::Time>& t) { return t ? picket::format_time_for_people(*t) : "—"; }

std::string listed(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + md::line(word);
  return or_dash(out);
}

std::vector<std::string> without(std::vector<std::string> tags, const std::string& tag) {
  std::erase(tags, tag);
  return tags;
}

// Escaping makes text longer, so how much of it fits shows only then. `is_cut`: something of the text is missing already.
std::string fitting_block(const std::string& text, bool is_cut = false) {
  std::string out = md::block(text);
  for (std::size_t chars = max_section; out.size() > max_section; chars -= chars / 4) {
    out = md::block(picket::text::clean_block(text, chars).text);
    is_cut = true;
  }
  return is_cut ? out + " (cut; the rest is in Stellar Cyber)" : out;
}

constexpr std::string_view still_missing = "These could not be read yet; they are filled in here as soon as they can be.\n\n";

std::string summary_section(const Parts& parts) {
  std::string out = "## Summary\n\n";
  if (!parts.summary) return out + std::string(still_missing);
  return out + (parts.summary->empty() ? "Stellar Cyber gave no summary." : fitting_block(*parts.summary)) + "\n\n";
}

std::string observables_section(const Parts& parts) {
  std::string out = "## Observables\n\n";
  if (!parts.observables) return out + std::string(still_missing);
  if (parts.observables->empty()) return out + "None.\n\n";
  for (const Observables& o : *parts.observables) {
    out += "- **" + md::line(o.kind) + ":** ";
    bool first = true;
    for (const std::string& value : o.values) {
      if (out.size() > max_section) return out + " … (the rest is in Stellar Cyber)\n\n";
      out += (first ? "" : ", ") + md::code(value);
      first = false;
    }
    out += "\n";
  }
  return out + "\n";
}

std::string alerts_section(const Case& c, const Parts& parts, const Links& links) {
  std::string out = "## Alerts\n\n";
  if (!parts.alerts) return out + std::string(still_missing);
  if (parts.alerts->empty()) return out + "None.\n\n";
  std::size_t number = 0;
  for (const CaseAlert& a : *parts.alerts) {
    if (out.size() > max_section) break;
    ++number;
    const std::string name = a.name.empty() ? "(an alert without a name)" : md::line(a.name);
    const std::string url = alert_url(links.host_url, links.saas, a);
    out += "- " + (url.empty() ? name : "[" + name + "](" + url + ")") + (a.score.empty() ? "" : " — score " + md::line(a.score)) + "\n";
  }
  const std::size_t all = static_cast<std::size_t>(std::max<std::int64_t>(c.size.value_or(0), 0));
  if (number < std::max(all, parts.alerts->size()))
    out += "\n" + std::to_string(number) + " of " + std::to_string(std::max(all, parts.alerts->size())) +
           " are listed; look for the rest in Stellar Cyber.\n";
  return out + "\n";
}

std::string changed(std::string_view name, const std::string& before, const std::string& now) {
  return before == now ? std::string{} : field(name, or_dash(md::line(before)) + " → " + or_dash(md::line(now)));
}

std::string comment_words(const Comment& c) {
  std::string who = c.user.empty() ? "Somebody" : md::line(c.user);
  if (c.created_at) who += " (" + picket::format_time_for_people(*c.created_at) + ")";
  return who + ":**\n\n" + (c.text.empty() ? "(no text)" : fitting_block(c.text, c.is_cut));
}

std::string person(const std::string& name) { return name.empty() ? "Somebody" : name; }

std::string ticket_name(const picket::TicketEvent& e) {
  return (e.desk.empty() ? std::string() : e.desk + " ") + "ticket " + e.ticket_number;
}

std::string event_words(const picket::TicketEvent& e) {
  using Kind = picket::TicketEventKind;
  const std::string ticket = ticket_name(e);
  switch (e.kind) {
    case Kind::created: return "Opened for this case: " + ticket + (e.ticket_url.empty() ? "" : ": " + e.ticket_url);
    case Kind::note: return person(e.author) + " wrote on " + ticket + ":\n\n" + e.text;
    case Kind::assignee:
      return e.after.empty() ? "Nobody is assigned to " + ticket + " any more." : "Now assigned to " + ticket + ": " + e.after;
    case Kind::closed: return person(e.author) + " closed " + ticket + (e.text.empty() ? "." : " with this note:\n\n" + e.text);
    case Kind::reopened: return person(e.author) + " reopened " + ticket + ".";
    case Kind::priority: break;
  }
  return "The priority of " + ticket + " is now " + e.after + ".";
}

// The event id if the last line is a mark, or empty. Analysts quote our comments: a mark with anything beside it on its line is theirs.
std::string_view marked(const std::string& text) {
  std::string_view rest = text;
  while (!rest.empty() && (rest.back() == '\n' || rest.back() == ' ' || rest.back() == '\r')) rest.remove_suffix(1);
  if (const std::size_t line = rest.rfind('\n'); line != std::string_view::npos) rest.remove_prefix(line + 1);
  if (!rest.starts_with(mark_begin) || !rest.ends_with(']')) return {};
  rest.remove_prefix(mark_begin.size());
  rest.remove_suffix(1);
  const bool plain =
      std::all_of(rest.begin(), rest.end(), [](char c) { return picket::ascii::is_lower(c) || picket::ascii::is_digit(c) || c == '-'; });
  return plain ? rest : std::string_view{};
}

}  // namespace

std::string case_url(const std::string& host_url, const std::string& case_id) {
  return host_url + "/cases/case-detail/" + picket::url_escaped(case_id);
}

std::string alert_url(const std::string& host_url, bool saas, const CaseAlert& a) {
  if (a.id.empty() || a.index.empty()) return {};
  const std::string index = picket::url_escaped(a.index);
  const std::string id = picket::url_escaped(a.id);
  return host_url + (saas ? "/alerts/alert/" + index + "/_doc/" + id : "/detect/event/" + index + "/amsg/" + id);
}

std::string title(const Case& c, bool unmapped) {
  const std::string number = c.number.empty() ? "" : " #" + c.number;
  const std::string severity = c.severity.empty() ? "" : c.severity + " — ";
  const std::string name = c.name.empty() ? "case " + c.id : c.name;
  return picket::text::clean_line((unmapped ? "[Unmapped Org] " : "") + ("[Stellar Cyber" + number + "] ") + severity + name, max_title)
      .text;
}

std::string body(const Case& c, const Parts& parts, const Links& links) {
  std::string out = "## Case\n\n";
  out += field("Name", or_dash(md::line(c.name)));
  out += field("Tenant", or_dash(md::line(c.tenant_name.empty() ? c.tenant_id : c.tenant_name)));
  out += field("Score", or_dash(md::line(c.score)));
  out += field("Severity", or_dash(md::line(c.severity)));
  out += field("Status", or_dash(md::line(c.status)));
  if (!c.assignee.empty()) out += field("Assigned to", md::line(c.assignee));
  out += field("Created", time_text(c.created_at));
  out += "\n" + summary_section(parts) + observables_section(parts) + alerts_section(c, parts, links);
  return out + "## Links\n\n- [Stellar Cyber case " + md::line(c.number.empty() ? c.id : c.number) + "](" + case_url(links.host_url, c.id) +
         ")\n";
}

std::string unmapped_note(const Case& c, bool client_unusable) {
  const std::string tenant = c.tenant_name.empty() ? c.tenant_id : c.tenant_name;
  if (tenant.empty()) return "This case belongs to no Stellar Cyber tenant, so its ticket is on the fallback client.";
  const std::string who = "The Stellar Cyber tenant " + md::line(tenant) + " (" + md::code(c.tenant_id) + ")";
  return (client_unusable ? who + " is mapped to a client that is inactive or no longer exists" : who + " is not mapped to a client") +
         ", so this ticket is on the fallback client. Map the tenant, and its next cases get their tickets on that client.";
}

std::string change_note(const Case& before, const Case& now, const Own& own, const std::string& last_by) {
  std::string out;
  if (!own.status) out += changed("Status", before.status, now.status);
  if (!own.severity) out += changed("Severity", before.severity, now.severity);
  out += changed("Score", before.score, now.score);
  out += changed("Name", before.name, now.name);
  if (!same_assignee(before, now)) out += changed("Assigned to", before.assignee, now.assignee);
  out += changed("Tenant", before.tenant_name, now.tenant_name);
  if (before.size != now.size)
    out += changed("Alerts", before.size ? std::to_string(*before.size) : "", now.size ? std::to_string(*now.size) : "");
  const std::vector<std::string> old_tags = without(before.tags, own.tag);
  const std::vector<std::string> new_tags = without(now.tags, own.tag);
  if (old_tags != new_tags) out += field("Tags", listed(old_tags) + " → " + listed(new_tags));
  if (out.empty()) return out;
  return "The case changed in Stellar Cyber" + (last_by.empty() ? "" : " (last by " + md::line(last_by) + ")") + ":\n\n" + out;
}

bool is_minor_change(const Case& before, const Case& now, const Own& own) {
  Case same = before;
  same.score = now.score;
  same.size = now.size;
  return change_note(same, now, own).empty();
}

std::string comment_note(const Comment& c) { return "**Comment in Stellar Cyber by " + comment_words(c); }

std::string correction_note(const Comment& c) { return "**Correction of the comment in Stellar Cyber by " + comment_words(c); }

std::string gone_note(const std::string& case_id) {
  return "Stellar Cyber does not know the case " + md::code(case_id) +
         " any more. This ticket stays as it is; close it if nothing is left to do.";
}

std::string minimal_title(const std::string& case_id) { return "[Stellar Cyber] Case " + case_id + " needs a look by hand"; }

std::string minimal_body(const std::string& case_id, unsigned failures, const std::string& error, const std::string& url) {
  return "The Stellar Cyber case " + md::code(case_id) + " could not be processed " + std::to_string(failures) +
         " times in a row. Look at it in Stellar Cyber: [case](" + url +
         "). This ticket gets its details as soon as they can be read.\n\n" + field("Last error", md::line(error));
}

std::string mark_of(std::string_view event_id) { return std::string(mark_begin) + std::string(event_id) + "]"; }

std::string comment_text(const picket::TicketEvent& e) {
  picket::text::Cleaned words = picket::text::clean_block(event_words(e), max_comment);
  if (words.shortened) words.text += " (cut; the rest is in " + (e.desk.empty() ? "the ticket" : e.desk) + ")";
  return words.text + "\n\n" + mark_of(e.event_id);
}

bool has_mark(const Comment& c) { return !marked(c.text).empty(); }

bool has_mark(const Comment& c, std::string_view event_id) { return !event_id.empty() && marked(c.text) == event_id; }

}  // namespace stellar
