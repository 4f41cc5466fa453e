#include "tests/support/tls_certificate.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <stdexcept>

namespace picket::test {

namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Deleter<Free>>;

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(std::string{"test certificate: "} + what);
}

template <class Write>
std::string pem(Write write) {
  const Owned<BIO, BIO_free_all> out{BIO_new(BIO_s_mem())};
  require(write(out.get()) == 1, "PEM");
  std::string text(BIO_ctrl_pending(out.get()), '\0');
  require(BIO_read(out.get(), text.data(), static_cast<int>(text.size())) == static_cast<int>(text.size()), "PEM");
  return text;
}

bool is_address(const std::string& name) {
  return name.find_first_not_of("0123456789.") == std::string::npos || name.find(':') != std::string::npos;
}

void add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Owned<X509_EXTENSION, X509_EXTENSION_free> extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str())};
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "extension");
}

}  // namespace

TlsCertificate make_self_signed_certificate(const std::vector<std::string>& names, std::chrono::seconds valid_for) {
  const Owned<EVP_PKEY, EVP_PKEY_free> key{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
  const Owned<X509, X509_free> certificate{X509_new()};
  require(key && certificate && !names.empty(), "key");
  X509* x = certificate.get();

  X509_set_version(x, 2);
  long serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial / 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x), serial);
  X509_gmtime_adj(X509_getm_notBefore(x), valid_for.count() > 0 ? -3600 : valid_for.count() - 3600);
  X509_gmtime_adj(X509_getm_notAfter(x), valid_for.count());
  X509_set_pubkey(x, key.get());
  X509_NAME* subject = X509_get_subject_name(x);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(names.front().c_str()), -1, -1, 0);
  X509_set_issuer_name(x, subject);

  std::string alternatives;
  for (const std::string& name : names)
    alternatives += (alternatives.empty() ? "" : ",") + std::string{is_address(name) ? "IP:" : "DNS:"} + name;
  add_extension(x, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(x, NID_subject_alt_name, alternatives);
  require(X509_sign(x, key.get(), EVP_sha256()) > 0, "signature");

  return {.certificate_pem = pem([&](BIO* out) { return PEM_write_bio_X509(out, x); }),
          .key_pem = pem([&](BIO* out) { return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); })};
}

TemporaryFile::TemporaryFile(const std::string& content) {
  std::string name = (std::filesystem::temp_directory_path() / "picket-test-XXXXXX").string();
  const int fd = mkstemp(name.data());
  require(fd >= 0, "temporary file");
  close(fd);
  path_ = name;
  std::ofstream(path_, std::ios::binary) << content;
}

TemporaryFile::~TemporaryFile() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace picket::test
