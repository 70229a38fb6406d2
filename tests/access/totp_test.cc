#include "access/totp.h"

#include <boost/test/unit_test.hpp>
#include <set>

namespace fortnight::access {
namespace totp {

// "12345678901234567890", the secret of RFC 6238.
const std::string kSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

TimeNs at(std::int64_t seconds) { return seconds * kNsPerSecond; }

}  // namespace totp

BOOST_AUTO_TEST_SUITE(totp)

using namespace totp;

// RFC 6238, appendix B, the last six digits.
BOOST_AUTO_TEST_CASE(codes_are_those_of_the_standard) {
  const std::pair<std::int64_t, const char*> examples[] = {{59, "287082"},
                                                           {1'111'111'109, "081804"},
                                                           {1'111'111'111, "050471"},
                                                           {1'234'567'890, "005924"},
                                                           {2'000'000'000, "279037"},
                                                           {20'000'000'000, "353130"}};
  for (const auto& [seconds, code] : examples) {
    if (seconds > 9'000'000'000) continue;  // past the range of TimeNs
    BOOST_TEST(totp_code(kSecret, seconds / 30) == code);
    BOOST_TEST(totp_step(kSecret, code, at(seconds), 0).value() == seconds / 30);
  }
  BOOST_TEST(totp_code(kSecret, 20'000'000'000 / 30) == "353130");
}

BOOST_AUTO_TEST_CASE(the_step_before_and_the_one_after_are_accepted) {
  constexpr std::int64_t kStep = 50'000'000;
  const std::string code = totp_code(kSecret, kStep);
  for (const int apart : {-2, -1, 0, 1, 2}) {
    const auto found = totp_step(kSecret, code, (kStep + apart) * kTotpStep + 1, 0);
    BOOST_TEST(found.has_value() == (apart >= -1 && apart <= 1), apart);
    if (found) BOOST_TEST(*found == kStep);
  }
}

BOOST_AUTO_TEST_CASE(a_code_used_twice_is_wrong) {
  constexpr std::int64_t kStep = 50'000'000;
  const TimeNs now = kStep * kTotpStep;
  for (const int used : {-1, 0, 1}) {
    for (const int given : {-1, 0, 1}) {
      const auto found = totp_step(kSecret, totp_code(kSecret, kStep + given), now, kStep + used);
      BOOST_TEST(found.has_value() == (given > used));
    }
  }
}

BOOST_AUTO_TEST_CASE(an_empty_secret_matches_nothing) {
  const TimeNs now = at(1'795'000'000);
  for (const std::string& secret : {std::string(), std::string(" "), std::string("GEZDGNBV"),
                                    kSecret.substr(1), kSecret + "A", std::string(32, '1')}) {
    for (const std::string code : {"", "000000", "      ", "287082"}) {
      BOOST_TEST(!totp_step(secret, code, now, 0).has_value(), secret + " " + code);
    }
  }
  const std::string right = totp_code(kSecret, now / kTotpStep);
  for (const std::string& wrong : {std::string(), right.substr(1), right + "0",
                                   right + std::string(1, '\0'), std::string(6, '\0')}) {
    BOOST_TEST(!totp_step(kSecret, wrong, now, 0).has_value());
  }
  BOOST_TEST(totp_step(kSecret, right, now, 0).has_value());
}

BOOST_AUTO_TEST_CASE(secrets_are_random_and_have_an_address) {
  std::set<std::string> secrets;
  for (int i = 0; i < 50; ++i) {
    const std::string secret = make_totp_secret();
    BOOST_TEST(is_totp_secret(secret));
    BOOST_TEST(secrets.insert(secret).second);
  }
  BOOST_TEST(totp_uri("jo@example.com", kSecret) ==
             "otpauth://totp/Fortnight:jo%40example.com?secret=" + kSecret +
                 "&issuer=Fortnight&algorithm=SHA1&digits=6&period=30");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace fortnight::access
