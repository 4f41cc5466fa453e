#include "host-sim/psa/tokens.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <span>

#include "picket/error.hpp"
#include "sdk/common/ascii.hpp"

namespace picket::psa {
namespace {

constexpr std::string_view mark = "picket-";
constexpr std::size_t token_digits = 16;

bool is_token_digit(char c) { return ascii::lower_hex_digits.find(c) != std::string_view::npos; }

std::string digest(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned length = 0;
  if (EVP_Digest(text.data(), text.size(), bytes.data(), &length, EVP_sha256(), nullptr) != 1)
    throw Error(Status::internal, "cannot compute a digest");
  return ascii::hex(std::span(bytes).first(token_digits / 2));
}

std::string_view last_line(std::string_view text) {
  text = ascii::trimmed(text);
  const auto line_end = text.rfind('\n');
  return line_end == std::string_view::npos ? text : ascii::trimmed(text.substr(line_end + 1));
}

}  // namespace

std::string digest_of_words(std::string_view text) {
  std::string words;
  for (const char c : text)
    if (ascii::is_alnum(c) || static_cast<unsigned char>(c) >= 0x80) words += c;
  return digest(words);
}

std::string ticket_token(std::string_view provider, std::string_view instance_url, std::string_view tenant_name,
                         std::string_view external_id) {
  std::string named;
  for (const auto part : {provider, instance_url, tenant_name, external_id}) named.append(part).append(1, '\0');
  return digest(named);
}

bool holds_token(std::string_view note_text, std::string_view token) {
  return !token.empty() && note_text.find(token) != std::string_view::npos;
}

std::string_view signature_of(std::string_view note_text) {
  const std::string_view line = last_line(note_text);
  if (line.starts_with('>')) return {};
  for (auto at = line.find(mark); at != std::string_view::npos; at = line.find(mark, at + 1)) {
    const std::string_view token = line.substr(at + mark.size(), token_digits);
    const std::size_t after = at + mark.size() + token_digits;
    if (token.size() == token_digits && std::all_of(token.begin(), token.end(), is_token_digit) &&
        (after == line.size() || !ascii::is_alnum(line[after])))
      return token;
  }
  return {};
}

}  // namespace picket::psa
