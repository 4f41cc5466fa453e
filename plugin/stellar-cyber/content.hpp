// What a person reads: titles, ticket bodies and notes in CommonMark, and comments on cases in plain text. Pure; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "picket/model.hpp"
#include "plugin/stellar-cyber/snapshot.hpp"
#include "plugin/stellar-cyber/stellar_case.hpp"

namespace stellar {

// Pages of the user interface; `host_url` is "https://yourdomain.stellarcyber.cloud".
std::string case_url(const std::string& host_url, const std::string& case_id);
std::string alert_url(const std::string& host_url, bool saas, const CaseAlert&);

struct Links {
  std::string host_url;
  bool saas = false;
};

// "[Stellar Cyber #1234] Critical — Name", with "[Unmapped Org] " before it on a fallback ticket. One line of plain text, at most 250
// characters.
std::string title(const Case&, bool unmapped);

std::string body(const Case&, const Parts&, const Links&);

// Why a ticket is on the fallback client, and what to do about it.
std::string unmapped_note(const Case&, bool client_unusable);

// What changed between two states of a case, apart from what is our own doing; empty if nothing that a ticket shows changed.
struct Own {
  bool severity = false, status = false;
  std::string tag;  // the one that we set
};
// `last_by`: who modified it last; empty if that was nobody known.
std::string change_note(const Case& before, const Case& now, const Own&, const std::string& last_by = {});

// Whether nothing but scores and counts differs.
bool is_minor_change(const Case& before, const Case& now, const Own&);

std::string comment_note(const Comment&);
// A comment that was changed after it was carried to the ticket.
std::string correction_note(const Comment&);

// Stellar Cyber does not know the case any more.
std::string gone_note(const std::string& case_id);

// A ticket for a case that could not be processed.
std::string minimal_title(const std::string& case_id);
std::string minimal_body(const std::string& case_id, unsigned failures, const std::string& error, const std::string& url);

// The comment that carries an event to the case; ends with the event's mark.
std::string comment_text(const picket::TicketEvent&);

// The last line of a comment of ours. It says which event the comment carries, so that none is written twice or comes back as a note.
std::string mark_of(std::string_view event_id);
bool has_mark(const Comment&);                             // any event's
bool has_mark(const Comment&, std::string_view event_id);  // this one's

}  // namespace stellar
