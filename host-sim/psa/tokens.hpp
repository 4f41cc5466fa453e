// The tokens by which Picket finds and recognises what it wrote into a PSA. Pure; any thread.
#pragma once
#include <string>
#include <string_view>

namespace picket::psa {

// 16 hexadecimal digits that depend on the finding alone, so that an installation that has lost its database finds the ticket again.
std::string ticket_token(std::string_view provider, std::string_view instance_url, std::string_view tenant_name,
                         std::string_view external_id);

// Whether a note in the PSA holds this token.
bool holds_token(std::string_view note_text, std::string_view token);

// The token with which some Picket signed the text: "picket-" and 16 hexadecimal digits in the last line. Empty if there is none. A quoted
// last line ("> ...") does not count; a quotation of another kind can only be recognised by comparing the ticket's other notes.
std::string_view signature_of(std::string_view note_text);

// A digest of a text's letters and digits: the same whatever a site makes of white space and markup.
[[nodiscard]] std::string digest_of_words(std::string_view text);

}  // namespace picket::psa
