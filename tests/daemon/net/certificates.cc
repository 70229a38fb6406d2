#include "tests/daemon/net/certificates.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <stdexcept>

namespace fortnight::tests {
namespace {

void require(bool done) {
  if (!done) throw std::runtime_error("OpenSSL can't make a certificate");
}

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  require(extension != nullptr);
  require(X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

}  // namespace

Certificate::Certificate(const Terms& terms)
    : key_(EVP_EC_gen("P-256"), EVP_PKEY_free), certificate_(X509_new(), X509_free) {
  X509* const made = certificate_.get();
  require(key_ != nullptr && made != nullptr);
  static long serial = 0;
  require(ASN1_INTEGER_set(X509_get_serialNumber(made), ++serial) == 1);
  X509_set_version(made, X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(made), terms.seconds < 0 ? 2 * terms.seconds : -60);
  X509_gmtime_adj(X509_getm_notAfter(made), terms.seconds);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(terms.name.c_str()), -1, -1, 0);
  const X509* const issuer = terms.issuer == nullptr ? made : terms.issuer->certificate_.get();
  require(X509_set_issuer_name(made, X509_get_subject_name(issuer)) == 1);
  require(X509_set_pubkey(made, key_.get()) == 1);
  add_extension(made, NID_basic_constraints, terms.authority ? "critical,CA:TRUE" : "CA:FALSE");
  if (!terms.alternative_names.empty()) {
    add_extension(made, NID_subject_alt_name, terms.alternative_names);
  }
  EVP_PKEY* const signer = terms.issuer == nullptr ? key_.get() : terms.issuer->key_.get();
  require(X509_sign(made, signer, EVP_sha256()) != 0);
}

void Certificate::write_certificate(const std::string& path) const {
  const File file(std::fopen(path.c_str(), "w"));
  require(file != nullptr && PEM_write_X509(file.get(), certificate_.get()) == 1);
}

void Certificate::write_key(const std::string& path, const std::string& passphrase) const {
  const File file(std::fopen(path.c_str(), "w"));
  require(file != nullptr);
  const auto* const secret = reinterpret_cast<const unsigned char*>(passphrase.data());
  require(PEM_write_PrivateKey(file.get(), key_.get(),
                               passphrase.empty() ? nullptr : EVP_aes_128_cbc(), secret,
                               static_cast<int>(passphrase.size()), nullptr, nullptr) == 1);
}

}  // namespace fortnight::tests
