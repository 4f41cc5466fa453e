#include "sdk/provider/vendor_answer.hpp"

#include "sdk/common/text.hpp"

namespace picket {
namespace {

std::string without_query(const std::string& path) { return path.substr(0, path.find('?')); }

json::object parsed(const VendorApi& api, const std::string& path, const std::string& body) {
  json::value document;
  try {
    document = json::parse(body, path);
  } catch (const Error&) {
    throw api.unexpected(path, is_html(body) ? "JSON, got an HTML page" : "JSON");
  }
  if (!document.is_object()) throw api.unexpected(path, "a JSON object");
  return std::move(document.as_object());
}

}  // namespace

bool is_html(std::string_view body) { return text::clean_line(body.substr(0, 64), 64).text.starts_with('<'); }

Error VendorApi::unexpected(const std::string& path, const std::string& expected) const {
  const std::string where = without_query(path);
  return {Status::unavailable,
          std::string(name) + " answered " + where + " with something that its API does not document: expected " + expected +
              "; if this lasts, check " + std::string(address) + " and any proxy on the way",
          where};
}

json::object VendorApi::object(const std::string& path, const HttpAnswer& answer) const {
  const std::string vendor(name);
  const std::string where = without_query(path);
  const std::string code = " (" + std::to_string(answer.code) + ")";
  if (answer.status == Status::unknown_outcome)
    throw Error(Status::unknown_outcome, "whether " + vendor + " took " + where + " is not known: " + answer.message);
  if (answer.status != Status::ok)
    throw Error(answer.status, vendor + " could not be asked for " + where + ": " + answer.message, {}, answer.retry_after);
  if (answer.code == 401 || answer.code == 403) throw Error(Status::auth, refusal(where, answer.code));
  if (answer.code == 404) {
    // Only the vendor itself can say so, and it speaks JSON: a proxy's page does not make a finding disappear.
    if (!answer.body.empty()) (void)parsed(*this, path, answer.body);
    throw Error(Status::not_found, vendor + " does not know " + where + code + "; check " + std::string(address));
  }
  if (answer.code == 429) throw Error(Status::rate_limited, vendor + "'s rate limit is used up" + code, {}, answer.retry_after);
  if (may_have_failed(answer.code))
    throw Error(Status::unavailable, vendor + " failed on " + where + code + "; it is tried again later", {}, answer.retry_after);
  if (answer.code >= 400) throw Error(Status::invalid, vendor + " refused " + where + code);
  if (answer.code < 200 || answer.code > 299) throw unexpected(path, "an answer of its own, got the code " + std::to_string(answer.code));
  return parsed(*this, path, answer.body);
}

void VendorApi::expect_written(const std::string& path, const HttpAnswer& answer) const {
  const bool answered = answer.status == Status::ok;
  if (answered && answer.code >= 200 && answer.code <= 299 && !is_html(answer.body)) return;
  try {
    (void)object(path, answer);
  } catch (const Error& e) {
    if (answered && (answer.code < 400 || may_have_failed(answer.code))) throw Error(Status::unknown_outcome, e.what());
    throw;
  }
}

json::array& VendorApi::list(json::object& document, std::string_view key, const std::string& path) const {
  json::value* list = document.if_contains(key);
  if (list == nullptr || !list->is_array()) throw unexpected(path, "a list under \"" + std::string(key) + "\"");
  return list->get_array();
}

}  // namespace picket
