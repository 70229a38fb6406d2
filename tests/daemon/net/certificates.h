// Certificates and keys in PEM files, made for tests.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace fortnight::tests {

// An ECDSA certificate over P-256 with its key.
class Certificate {
 public:
  struct Terms {
    std::string name = "test";           // of the subject
    std::string alternative_names = {};  // as OpenSSL writes them: "DNS:a.example,email:jo@example"
    long seconds = 3600;                 // until it ends; negative: it has ended
    bool authority = false;
    const Certificate* issuer = nullptr;  // null: it signs itself
  };
  explicit Certificate(const Terms& terms);

  void write_certificate(const std::string& path) const;
  // `passphrase`: empty: none.
  void write_key(const std::string& path, const std::string& passphrase = {}) const;

 private:
  std::shared_ptr<EVP_PKEY> key_;
  std::shared_ptr<X509> certificate_;
};

}  // namespace fortnight::tests
