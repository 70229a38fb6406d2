// The files of a certificate: what is loaded, what is refused and why, and the names in them.
#include "daemon/net/tls_context.h"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "tests/daemon/net/certificates.h"
#include "tests/support/temporary_directory.h"

namespace fortnight::daemon {
BOOST_AUTO_TEST_SUITE(tls_context)

namespace {

struct Files {
  tests::TemporaryDirectory directory;
  config::Tls config{directory.path() + "/c.pem", directory.path() + "/k.pem", ""};

  Files() { write(tests::Certificate({})); }
  void write(const tests::Certificate& certificate) const {
    certificate.write_certificate(config.certificate);
    certificate.write_key(config.key);
  }
  static void put(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::trunc) << text;
  }
  void expect(ErrorCode code, const std::string& begin, const std::string& part) const {
    const auto loaded = load_tls(config);
    BOOST_REQUIRE(!loaded);
    BOOST_TEST_CONTEXT(loaded.error().message) {
      BOOST_TEST((loaded.error().code == code));
      BOOST_TEST(loaded.error().message.starts_with(begin));
      BOOST_TEST(loaded.error().message.find(part) != std::string::npos);
    }
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_pair_is_loaded_with_its_end) {
  const Files files;
  const auto loaded = load_tls(files.config);
  BOOST_REQUIRE_MESSAGE(loaded, loaded.error().message);
  const TimeNs now = std::chrono::duration_cast<std::chrono::nanoseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
  BOOST_TEST(loaded->not_after > now + 3500 * kNsPerSecond);
  BOOST_TEST(loaded->not_after <= now + 3601 * kNsPerSecond);
  BOOST_TEST(!loaded->asks_client);
  // 300 years from now: later than a TimeNs can be.
  files.write(tests::Certificate({.seconds = 300L * 366 * 86'400}));
  BOOST_TEST(load_tls(files.config)->not_after == kMaxTime);
}

BOOST_AUTO_TEST_CASE(files_that_cant_be_used_are_named) {
  Files files;
  files.put(files.config.key, "nothing\n");
  files.expect(ErrorCode::invalid, "tls.key: " + files.config.key,
               "has no private key in PEM form");
  tests::Certificate({}).write_key(files.config.key);
  files.expect(ErrorCode::invalid, "tls.key: " + files.config.key,
               "isn't the key of the certificate in " + files.config.certificate);
  tests::Certificate({}).write_key(files.config.key, "secret");
  files.expect(ErrorCode::invalid, "tls.key: ", "needs a passphrase");
  files.put(files.config.certificate, "");
  files.expect(ErrorCode::invalid, "tls.certificate: ", "has no certificate in PEM form");
  files.put(files.config.certificate,
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  files.expect(ErrorCode::invalid, "tls.certificate: ", "is unusable");
  std::filesystem::remove(files.config.key);
  files.expect(ErrorCode::io, "tls.key: ", "can't be read: No such file");
  files.config.certificate = files.directory.path();
  files.expect(ErrorCode::io, "tls.certificate: ", "can't be read: Is a directory");
}

BOOST_AUTO_TEST_CASE(an_authority_of_clients_has_certificates) {
  Files files;
  files.config.client_ca = files.directory.path() + "/ca.pem";
  files.expect(ErrorCode::io, "tls.client_ca: ", "No such file");
  files.put(files.config.client_ca, "nothing\n");
  files.expect(ErrorCode::invalid, "tls.client_ca: ", "has no certificate");
  tests::Certificate({.authority = true}).write_certificate(files.config.client_ca);
  const auto loaded = load_tls(files.config);
  BOOST_REQUIRE(loaded);
  BOOST_TEST(loaded->asks_client);
}

BOOST_AUTO_TEST_CASE(names_have_a_kind) {
  using Kind = CertificateName::Kind;
  BOOST_TEST((certificate_name("Grafana.Example.com") ==
              CertificateName{Kind::dns, "grafana.example.com"}));
  BOOST_TEST(
      (certificate_name("Jo@Example.com") == CertificateName{Kind::email, "Jo@Example.com"}));
  BOOST_TEST((certificate_name("spiffe://a/b@c") == CertificateName{Kind::uri, "spiffe://a/b@c"}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
