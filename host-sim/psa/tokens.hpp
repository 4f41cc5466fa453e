// The words by which what Picket wrote into a PSA is found and known again there. Pure; any thread.
#pragma once
#include <string>
#include <string_view>

namespace picket::psa {

// 16 hexadecimal digits that are the same for the same finding whatever became of the database: so a ticket is found again by an
// installation that has lost all it knew.
std::string ticket_token(std::string_view provider, std::string_view instance_url, std::string_view tenant_name,
                         std::string_view external_id);

// Whether a note found in the PSA holds this token.
bool holds_token(std::string_view note_text, std::string_view token);

// The token of the mark by which Picket, this one or another, signs what it writes: "picket-" and 16 hexadecimal digits in the last line.
// Empty if there is none. A quotation ("> ...") of such a line, at the end of a person's answer, does not count; whether the mark came
// there by another kind of quotation, only the ticket's other notes tell.
std::string_view signature_of(std::string_view note_text);

}  // namespace picket::psa
