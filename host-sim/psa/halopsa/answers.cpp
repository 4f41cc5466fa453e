#include "host-sim/psa/halopsa/answers.hpp"

#include <algorithm>

#include "host-sim/psa/halopsa/html.hpp"
#include "sdk/common/text.hpp"

namespace picket::psa::halopsa {
namespace {

constexpr std::size_t max_words = 200;
constexpr std::size_t max_body = 20'000;

bool is_html(std::string_view body) {
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && body[first] == '<';
}

// The sentence in an error document, which is text, or an object that bears it under one of several names, or a list of either.
std::string sentence_in(const json::value& v, int depth = 0) {
  constexpr int deepest = 4;
  if (depth > deepest) return {};
  if (v.is_string()) return std::string(v.get_string());
  if (const json::array* rows = v.if_array()) return rows->empty() ? std::string{} : sentence_in(rows->front(), depth + 1);
  const json::object* o = v.if_object();
  if (o == nullptr) return {};
  for (const std::string_view key : {"error_description", "message", "Message", "error", "title", "detail", "ExceptionMessage", "errors"})
    if (const json::value* inner = o->if_contains(key))
      if (std::string sentence = sentence_in(*inner, depth + 1); !sentence.empty()) return sentence;
  return {};
}

std::string reason_of(int code) {
  if (code == 401)
    return "HaloPSA does not accept the access token; check HALOPSA_OIDC_CLIENT_ID, HALOPSA_OIDC_CLIENT_SECRET and "
           "HALOPSA_AUTHORIZATION_SERVER_URL";
  if (code == 403) return "give it one in HaloPSA, or another HALOPSA_OIDC_CLIENT_SCOPE";
  if (code == 404) return "HaloPSA does not know it";
  if (code == 429) return "the site's request limit is used up";
  if (code >= 500) return "HaloPSA failed";
  return "HaloPSA answered with a status that its API does not use here";
}

Status status_of(int code) {
  if (code == 401 || code == 403) return Status::auth;
  if (code == 404) return Status::not_found;
  if (code == 429) return Status::rate_limited;
  if (code >= 400 && code < 500 && code != 408) return Status::invalid;
  return Status::unavailable;
}

bool is_success(const HttpAnswer& answer) { return answer.status == Status::ok && answer.code >= 200 && answer.code < 300; }

}  // namespace

std::string words_of(const HttpAnswer& answer, const host::Redactor& redactor) {
  const std::string_view body = std::string_view(answer.body).substr(0, max_body);
  if (is_html(body)) return "an HTML page came instead of the API's answer; check the URLs and any proxy on the way";
  std::string said;
  try {
    said = sentence_in(json::parse(body, "the answer"));
  } catch (const Error&) {
    said = body;
  }
  // Secrets are removed before the text is cut, or else half of one could stay, and again where only markup hid them.
  return text::clean_line(redactor.redact(plain_text(redactor.redact(said))), max_words).text;
}

std::string failure_of(const HttpAnswer& answer, std::string_view attempt, const host::Redactor& redactor) {
  if (answer.status != Status::ok) return std::string(attempt) + ": " + redactor.redact(answer.message);
  const std::string code = " (" + std::to_string(answer.code) + ")";
  if (is_success(answer)) return std::string(attempt) + ": HaloPSA's answer" + code + " cannot be read";
  std::string words = words_of(answer, redactor);
  const bool own_words = words.empty() || answer.code == 401 || answer.code == 429;
  const std::string whose_fault = answer.code == 403 ? "the API application has no permission for it; " : "";
  return std::string(attempt) + ": " + whose_fault + (own_words ? reason_of(answer.code) : "HaloPSA says: " + words) + code;
}

json::value document_of(const HttpAnswer& answer, std::string_view attempt, const host::Redactor& redactor) {
  if (answer.status != Status::ok) throw Error(answer.status, failure_of(answer, attempt, redactor), {}, answer.retry_after);
  if (!is_success(answer)) throw Error(status_of(answer.code), failure_of(answer, attempt, redactor), {}, answer.retry_after);
  try {
    return json::parse(answer.body, "the answer");
  } catch (const Error&) {
    throw Error(
        Status::unavailable,
        std::string(attempt) + (is_html(answer.body) ? ": an HTML page came instead of the API's answer; check the URLs and any proxy "
                                                       "on the way"
                                                     : ": HaloPSA's answer is not JSON; if this lasts, check HALOPSA_RESOURCE_SERVER_URL"));
  }
}

Outcome outcome_of(const HttpAnswer& answer, bool repeatable) {
  switch (answer.status) {
    case Status::ok: break;
    case Status::unknown_outcome: return Outcome::unknown;
    case Status::unavailable: return repeatable ? Outcome::unknown : Outcome::not_done;
    default: return Outcome::not_done;
  }
  if (answer.code >= 200 && answer.code < 300) return Outcome::done;
  // These refuse the caller, not the request.
  if (answer.code == 403) return Outcome::not_permitted;
  if (answer.code == 401 || answer.code == 407 || answer.code == 429) return Outcome::not_done;
  if (answer.code >= 400 && answer.code < 500 && answer.code != 408) return Outcome::refused;
  return Outcome::unknown;
}

}  // namespace picket::psa::halopsa
