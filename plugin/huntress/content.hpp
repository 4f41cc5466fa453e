// What a person reads: titles, ticket bodies and notes, in CommonMark. Pure; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "plugin/huntress/incident.hpp"

namespace huntress {

// The incident's page in the portal: the one place that knows its path. Empty without a subdomain.
std::string portal_url(const std::string& account_subdomain, const std::string& incident_id);

// What is known of the affected host.
struct Host {
  enum class State {
    none,     // no host is involved (cloud identities, for example)
    known,    // `agent` holds it
    pending,  // could not be read yet; a later poll fills it in
    gone,     // Huntress does not know the agent any more
  };
  State state = State::none;
  Agent agent;
};

struct Context {
  Host host;
  std::string organization_name;  // may be empty
  std::string url;                // the portal's page; may be empty
  bool severity_is_known = true;
  bool more_remediations_come = true;  // those beyond the inline ones are still to be read; false: that was given up
};

// "[Huntress] critical — Subject", with "[Unmapped Org] " before it on a fallback ticket. One line of plain text, at most 250 characters.
std::string title(const Incident&, bool unmapped);

std::string body(const Incident&, const Context&);

// The audit note of every ticket: the raw identifiers, and what had to be repaired.
std::string audit_note(const Incident&);

// Why a ticket is on the fallback client, and what to do about it.
enum class UnmappedReason { no_organization, not_mapped, client_unusable };
std::string unmapped_note(UnmappedReason, const std::string& organization_id, const std::string& organization_name);

// Huntress does not know the incident any more.
std::string gone_note(const std::string& incident_id);

// What Huntress changed between two states of an incident; empty if nothing that the ticket shows.
std::string update_note(const Incident& before, const Incident& now);

// Whether nothing but counts differs.
bool is_minor_change(const Incident& before, const Incident& now);

// A ticket for an incident that could not be processed.
std::string minimal_title(const std::string& incident_id);
std::string minimal_body(const std::string& incident_id, unsigned failures, const std::string& error, const std::string& url);

}  // namespace huntress
