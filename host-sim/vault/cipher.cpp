#include "host-sim/vault/cipher.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "picket/error.hpp"
#include "sdk/common/base64.hpp"

namespace picket::vault {
namespace {

constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

void require(bool ok) {
  if (!ok) throw Error(Status::internal, "the cryptographic library failed");
}

int length_of(std::string_view text) {
  require(text.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
  return static_cast<int>(text.size());
}

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Context new_context() {
  Context context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  require(context != nullptr);
  return context;
}

std::string random_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  require(RAND_bytes(bytes_of(bytes), length_of(bytes)) == 1);
  return bytes;
}

}  // namespace

Key::Key(std::string_view bytes) {
  if (bytes.size() != size) throw Error(Status::invalid, "a vault key has 32 bytes");
  std::copy(bytes.begin(), bytes.end(), bytes_.begin());
}

Key Key::random() {
  std::string bytes = random_bytes(size);
  Key key(bytes);
  wipe(bytes);
  return key;
}

Key::~Key() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

std::string Key::id() const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  std::string named = "picket vault key id:" + std::string(bytes());
  require(EVP_Digest(named.data(), named.size(), digest.data(), &length, EVP_sha256(), nullptr) == 1);
  wipe(named);
  return base64_encode({reinterpret_cast<const char*>(digest.data()), 9});
}

Sealed seal(const Key& key, std::string_view context_text, std::string_view secret) {
  Sealed sealed{random_bytes(nonce_size), std::string(secret.size(), '\0'), std::string(tag_size, '\0')};
  const auto context = new_context();
  int length = 0;
  require(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), bytes_of(std::string_view(sealed.nonce))) == 1);
  require(EVP_EncryptUpdate(context.get(), nullptr, &length, bytes_of(context_text), length_of(context_text)) == 1);
  require(EVP_EncryptUpdate(context.get(), bytes_of(sealed.ciphertext), &length, bytes_of(secret), length_of(secret)) == 1);
  std::array<unsigned char, 16> rest{};
  require(EVP_EncryptFinal_ex(context.get(), rest.data(), &length) == 1 && length == 0);
  require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(tag_size), sealed.tag.data()) == 1);
  return sealed;
}

std::optional<std::string> open(const Key& key, std::string_view context_text, const Sealed& sealed) {
  if (sealed.nonce.size() != nonce_size || sealed.tag.size() != tag_size) return std::nullopt;
  std::string secret(sealed.ciphertext.size(), '\0');
  std::string tag = sealed.tag;
  const auto context = new_context();
  int length = 0;
  require(EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), bytes_of(std::string_view(sealed.nonce))) == 1);
  require(EVP_DecryptUpdate(context.get(), nullptr, &length, bytes_of(context_text), length_of(context_text)) == 1);
  require(EVP_DecryptUpdate(context.get(), bytes_of(secret), &length, bytes_of(std::string_view(sealed.ciphertext)),
                            length_of(sealed.ciphertext)) == 1);
  require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(tag_size), tag.data()) == 1);
  std::array<unsigned char, 16> rest{};
  if (EVP_DecryptFinal_ex(context.get(), rest.data(), &length) != 1) {
    wipe(secret);
    return std::nullopt;
  }
  return secret;
}

void wipe(std::string& text) {
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

}  // namespace picket::vault
