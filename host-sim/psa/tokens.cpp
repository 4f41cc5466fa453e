#include "host-sim/psa/tokens.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "picket/error.hpp"

namespace picket::psa {
namespace {

constexpr std::string_view mark = "picket-";
constexpr std::size_t token_digits = 16;
constexpr std::string_view digits = "0123456789abcdef";

bool is_digit(char c) { return digits.find(c) != std::string_view::npos; }
bool is_of_a_word(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string_view last_line(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const auto end = text.find_last_not_of(blank);
  if (end == std::string_view::npos) return {};
  text = text.substr(0, end + 1);
  if (const auto line_end = text.rfind('\n'); line_end != std::string_view::npos) text.remove_prefix(line_end + 1);
  const auto begin = text.find_first_not_of(blank);
  return text.substr(begin);
}

}  // namespace

std::string ticket_token(std::string_view provider, std::string_view instance_url, std::string_view tenant_name,
                         std::string_view external_id) {
  std::string named;
  for (const auto part : {provider, instance_url, tenant_name, external_id}) named.append(part).append(1, '\0');
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (EVP_Digest(named.data(), named.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
    throw Error(Status::internal, "cannot compute a digest for a ticket's correlation token");
  std::string token;
  for (std::size_t i = 0; i < token_digits / 2; ++i) {
    token += digits[digest[i] >> 4];
    token += digits[digest[i] & 15];
  }
  return token;
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
    if (token.size() == token_digits && std::all_of(token.begin(), token.end(), is_digit) &&
        (after == line.size() || !is_of_a_word(line[after])))
      return token;
  }
  return {};
}

}  // namespace picket::PSA
