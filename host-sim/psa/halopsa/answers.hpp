// What an answer of HaloPSA means. Messages are clean, short and free of secrets. Pure functions; any thread.
#pragma once
#include <string>
#include <string_view>

#include "host-sim/psa/psa.hpp"
#include "picket/http.hpp"
#include "sdk/common/json.hpp"
#include "sdk/host/http/redact.hpp"

namespace picket::psa::halopsa {

// The message in the body of an answer that is no success: one line of at most 200 characters; empty if there is none.
std::string words_of(const HttpAnswer&, const host::Redactor&);

// Why an answer is no success. `attempt` names what was tried: "the ticket could not be made".
std::string failure_of(const HttpAnswer&, std::string_view attempt, const host::Redactor&);

// The document of an answer that must be a success. Throws Error with a status and words that follow from the code.
json::value document_of(const HttpAnswer&, std::string_view attempt, const host::Redactor&);

// The outcome of a request that writes, by its code alone: a body that is `done` must still be read. `repeatable`: the client repeats it by
// itself, so that a failure does not show whether an earlier attempt had an effect.
Outcome outcome_of(const HttpAnswer&, bool repeatable);

}  // namespace picket::psa::halopsa
