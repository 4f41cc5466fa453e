#include "plugin/huntress/content.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "sdk/common/ascii.hpp"
#include "sdk/common/markdown.hpp"
#include "sdk/common/text.hpp"
#include "sdk/common/time_text.hpp"

namespace huntress {

namespace md = picket::markdown;

namespace {

constexpr std::size_t max_title = 250;

std::string or_dash(const std::string& s) { return s.empty() ? "—" : s; }

std::string field(std::string_view name, const std::string& markdown) { return "- **" + std::string(name) + ":** " + markdown + "\n"; }

std::string time_text(const std::optional<picket::Time>& t) { return t ? picket::format_time_for_people(*t) : "—"; }

// "footholds (2), ransomware_canaries": types with their counts where these are known.
std::string indicators(const Incident& i) {
  std::map<std::string, std::int64_t> all = i.indicator_counts;
  for (const std::string& type : i.indicator_types) all.try_emplace(type, 0);
  std::string out;
  for (const auto& [type, count] : all) {
    if (!out.empty()) out += ", ";
    out += md::line(type);
    if (count > 0) out += " (" + std::to_string(count) + ")";
  }
  return or_dash(out);
}

std::string incident_section(const Incident& i, const Context& context) {
  std::string out = "## Incident\n\n";
  out += field("Severity",
               or_dash(md::line(i.severity)) + (context.severity_is_known ? "" : " (a severity that is not known here; routed as high)"));
  out += field("Status", or_dash(md::line(i.status)));
  out += field("Platform", or_dash(md::line(i.platform)));
  out += field("Indicators", indicators(i));
  out += field("Sent", time_text(i.sent_at));
  out += field("Updated", time_text(i.updated_at));
  out += "\n### Summary by the SOC analyst\n\n";
  out += i.summary.empty() ? "Huntress gave no summary." : md::block(i.summary);
  return out + "\n\n";
}

std::string host_section(const Incident& i, const Context& context) {
  switch (context.host.state) {
    case Host::State::none: {
      std::string out = "## Affected organization\n\n";
      out += field("Organization", or_dash(md::line(context.organization_name)));
      if (!i.platform.empty()) out += field("Platform", md::line(i.platform));
      return out + "\nNo host is involved in this incident.\n\n";
    }
    case Host::State::pending:
      return "## Affected host\n\nThe host's details could not be read from Huntress yet; they are filled in here as soon as they can "
             "be.\n\n";
    case Host::State::gone:
      return "## Affected host\n\nHuntress gives no details of this host (agent " + i.agent_id + "); it may have been removed since.\n\n";
    case Host::State::known: break;
  }
  const Agent& a = context.host.agent;
  std::string out = "## Affected host\n\n";
  out += field("Hostname", or_dash(md::code(a.hostname)));
  out += field("Operating system", or_dash(md::line(a.os)));
  out += field("Internal IP", or_dash(md::code(a.ipv4_address)));
  out += field("External IP", or_dash(md::code(a.external_ip)));
  out += field("Serial number", or_dash(md::code(a.serial_number)));
  out += field("Last callback", time_text(a.last_callback_at));
  return out + "\n";
}

// `indent`: the width of the list marker that the item follows; its parameters are a list inside the item.
std::string remediation_item(const Remediation& r, std::size_t indent) {
  std::string out = md::line(r.action.empty() ? "(no action given)" : r.action);
  if (!r.status.empty()) out += " — " + md::line(r.status);
  if (!r.type.empty()) out += " (" + md::line(r.type) + ")";
  for (const std::string& parameter : r.parameters) out += "\n" + std::string(indent, ' ') + "- " + md::code(parameter);
  return out + "\n";
}

std::string remediations_section(const Incident& i, const Context& context) {
  constexpr std::size_t max_size = 60'000;  // a ticket is read by a person
  std::string out = "## Remediations\n\n";
  if (i.remediations.empty() && i.remediation_count == 0) return out + "Huntress lists none.\n\n";
  std::size_t number = 0;
  for (const Remediation& r : i.remediations) {
    if (out.size() > max_size) break;
    const std::string marker = std::to_string(++number) + ". ";
    out += marker + remediation_item(r, marker.size());
  }
  if (i.remediation_count > number) {
    const bool comes = context.more_remediations_come && number == i.remediations.size();
    out += "\n" + std::to_string(number) + " of " + std::to_string(i.remediation_count) + " are listed; " +
           (comes ? "the rest is filled in here as soon as it can be read.\n" : "look for the rest in Huntress.\n");
  }
  return out + "\n";
}

std::string links_section(const Incident& i, const Context& context) {
  std::string out = "## Links\n\n";
  if (context.url.empty())
    return out + "Huntress incident " + i.id + " (the account's subdomain is not known; connect again to get a link).\n";
  return out + "- [Huntress incident " + i.id + "](" + context.url + ")\n";
}

void describe_change(std::string& out, std::string_view name, const std::string& before, const std::string& now) {
  if (before != now) out += field(name, or_dash(md::line(before)) + " → " + or_dash(md::line(now)));
}

std::string remediation_key(const Remediation& r, std::size_t index) { return r.id.empty() ? "#" + std::to_string(index) : r.id; }

void describe_remediations(std::string& out, const Incident& before, const Incident& now) {
  std::map<std::string, const Remediation*> old;
  for (std::size_t i = 0; i < before.remediations.size(); ++i) old[remediation_key(before.remediations[i], i)] = &before.remediations[i];
  for (std::size_t i = 0; i < now.remediations.size(); ++i) {
    const Remediation& r = now.remediations[i];
    const auto found = old.find(remediation_key(r, i));
    if (found == old.end())
      out += "- **New remediation:** " + remediation_item(r, 2);
    else if (found->second->status != r.status)
      out +=
          field("Remediation “" + md::line(r.action) + "”", or_dash(md::line(found->second->status)) + " → " + or_dash(md::line(r.status)));
  }
  if (before.remediation_count != now.remediation_count)
    out += field("Number of remediations", std::to_string(before.remediation_count) + " → " + std::to_string(now.remediation_count));
}

}  // namespace

std::string portal_url(const std::string& account_subdomain, const std::string& incident_id) {
  if (account_subdomain.empty()) return {};
  const bool is_host_label =
      std::all_of(account_subdomain.begin(), account_subdomain.end(), [](char c) { return picket::ascii::is_alnum(c) || c == '-'; });
  if (!is_host_label) return {};
  return "https://" + account_subdomain + ".huntress.io/incident_reports/" + incident_id;
}

std::string title(const Incident& i, bool unmapped) {
  const std::string subject = i.subject.empty() ? "Incident " + i.id : i.subject;
  const std::string severity = i.severity.empty() ? "unknown severity" : i.severity;
  return picket::text::clean_line((unmapped ? "[Unmapped Org] [Huntress] " : "[Huntress] ") + severity + " — " + subject, max_title).text;
}

std::string body(const Incident& i, const Context& context) {
  return incident_section(i, context) + host_section(i, context) + remediations_section(i, context) + links_section(i, context);
}

std::string audit_note(const Incident& i) {
  std::string out = "Opened from a Huntress incident report.\n\n";
  out += field("Incident id", md::code(i.id));
  out += field("Organization id", or_dash(md::code(i.organization_id)));
  out += field("Agent id", or_dash(md::code(i.agent_id)));
  out += field("Status", or_dash(md::code(i.status)));
  out += field("Severity", or_dash(md::code(i.severity)));
  out += field("Updated at", or_dash(md::code(picket::text::clean_line(i.updated_at_text, 100).text)));
  if (!i.repairs.empty()) {
    out += "\nSome of what Huntress sent could not be taken as it was:\n\n";
    for (const std::string& repair : i.repairs) out += "- " + md::line(repair) + "\n";
  }
  return out;
}

std::string unmapped_note(UnmappedReason reason, const std::string& organization_id, const std::string& organization_name) {
  if (reason == UnmappedReason::no_organization)
    return "This incident names no Huntress organization, so the ticket is on the fallback client. Move it to the right client by hand.";
  const std::string name = organization_name.empty() ? "" : " (" + md::line(organization_name) + ")";
  const std::string which = "Huntress organization " + md::code(organization_id) + name;
  const std::string how =
      " Map the organization to a client; its next incidents then go to that client. This ticket stays: move it by hand.";
  if (reason == UnmappedReason::client_unusable)
    return "The client that " + which + " is mapped to is inactive or no longer exists, so the ticket is on the fallback client." + how;
  return which + " is not mapped to a client, so the ticket is on the fallback client." + how;
}

std::string gone_note(const std::string& incident_id) {
  return "Huntress does not know incident " + incident_id + " any more: it was removed there. Close this ticket if nothing is left to do.";
}

std::string update_note(const Incident& before, const Incident& now) {
  std::string changes;
  describe_change(changes, "Status", before.status, now.status);
  describe_change(changes, "Severity", before.severity, now.severity);
  describe_change(changes, "Subject", before.subject, now.subject);
  describe_change(changes, "Platform", before.platform, now.platform);
  if (before.indicator_types != now.indicator_types || before.indicator_counts != now.indicator_counts)
    changes += field("Indicators", indicators(before) + " → " + indicators(now));
  describe_change(changes, "Organization id", before.organization_id, now.organization_id);
  describe_change(changes, "Agent id", before.agent_id, now.agent_id);
  describe_remediations(changes, before, now);
  std::string out = "Huntress updated this incident" + (now.updated_at ? " on " + time_text(now.updated_at) : std::string{}) + ".\n\n";
  if (before.summary != now.summary)
    changes += "\nThe summary now reads:\n\n" + (now.summary.empty() ? "(empty)" : md::block(now.summary)) + "\n";
  return changes.empty() ? changes : out + changes;
}

bool is_minor_change(const Incident& before, const Incident& now) {
  Incident same = before;
  take_counts(same, now);
  return update_note(same, now).empty();
}

std::string minimal_title(const std::string& incident_id) { return "[Huntress] Incident " + incident_id + " could not be processed"; }

std::string minimal_body(const std::string& incident_id, unsigned failures, const std::string& error, const std::string& url) {
  std::string out = "Huntress published incident " + md::code(incident_id) + ", but it could not be made into a proper ticket after " +
                    std::to_string(failures) + " attempts. Look at it in Huntress.\n\n";
  out += field("Error", md::line(picket::text::clean_line(error, 1000).text));
  if (!url.empty()) out += "\n[Huntress incident " + incident_id + "](" + url + ")\n";
  return out;
}

}  // namespace huntress
