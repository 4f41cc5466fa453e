// What an answer of HaloPSA means. Messages are clean, short and free of secrets. Pure functions; any thread.
#pragma once
#include <string>
#include <string_view>

#include "host-sim/psa/psa.hpp"
#include "picket/http.hpp"
#include "sdk/common/json.hpp"
#include "sdk/host/http/redact.hpp"

namespace picket::psa::halopsa {

// What HaloPSA says in a body that is no success: one line of at most 200 characters; empty if it says nothing readable.
std::string words_of(const HttpAnswer&, const host::Redactor&);

// Why an answer is no success: `deed` says what was tried ("the ticket could not be made").
std::string failure_of(const HttpAnswer&, std::string_view attempt, const host::Redactor&);

// The document of an answer, which must be a success. Throws Error whose status and words follow from the code.
json::value document_of(const HttpAnswer&, std::string_view attempt, const host::Redactor&);

// What became of a request that writes. `done` says only that HaloPSA says so: what it says must still be read.
// `repeatable`: the client repeated it by itself, so that no answer says nothing about an effect.
Outcome outcome_of(const HttpAnswer&, bool repeatable);

}  // namespace picket::psa::halopsa
