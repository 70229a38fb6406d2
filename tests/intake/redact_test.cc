#include <boost/test/unit_test.hpp>
#include <string>

#include "intake/redact_names.h"
#include "tests/intake/mapping.h"

namespace fortnight::intake {
namespace {

const std::string kHead = R"({"ts":"2026-11-20T08:15:30Z",)";

config::Config with(config::Redact redact) {
  config::Config config = config::default_config();
  config.redact = std::move(redact);
  return config;
}

BOOST_AUTO_TEST_SUITE(redact)

BOOST_AUTO_TEST_CASE(names_match_by_letters_alone) {
  const RedactNames names(config::Redact{});
  for (const auto* key : {"Authorization", "proxy-authorization", "http_authorization",
                          "request_Authorization", "Set-Cookie", "cookie", "X-Api-Key", "apiKey",
                          "PASSWORD", "client_secret", "clientSecret", "refreshToken"}) {
    BOOST_TEST_CONTEXT(key) { BOOST_TEST(names.matches(key)); }
  }
  for (const auto* key :
       {"", "token", "cookies", "authorization.k8s.io/decision", "password_reset"}) {
    BOOST_TEST_CONTEXT(key) { BOOST_TEST(!names.matches(key)); }
  }
}

BOOST_AUTO_TEST_CASE(secrets_are_replaced_wherever_they_stand) {
  MapperAtWork work;
  for (int round = 0; round < 2; ++round) {
    const Seen seen = look(work.map(
        kHead +
        R"("h":{"Authorization":"Bearer s3cret","X-Api-Key":["s3cret","s3cret"],"ok":"a"},)"
        R"("password":s,"b":[{"client_secret":{"x":"s3cret","n":1,"t":true,"z":null,"e":[]}}]})"));
    BOOST_TEST(seen.reject == "not-json");
    const Seen good = look(work.map(
        kHead + R"("h":{"Authorization":"Bearer s3cret","X-Api-Key":["s3cret","s3cret"],"ok":"a"},)"
                R"("pass\u0077ord":12,"b":[{"client_secret":{"x":"s3cret","n":1,"t":true,"z":null,)"
                R"("e":[]}}]})"));
    BOOST_TEST(good.line ==
               kHead +
                   R"("h":{"Authorization":"[redacted]","X-Api-Key":["[redacted]","[redacted]"],)"
                   R"("ok":"a"},)"
                   R"("pass\u0077ord":"[redacted]","b":[{"client_secret":{"x":"[redacted]",)"
                   R"("n":"[redacted]","t":"[redacted]","z":null,"e":[]}}]})");
  }
}

BOOST_AUTO_TEST_CASE(pointers_are_redacted_twice_given_names_too) {
  MapperAtWork work("fortnight", with({{}, {"/card/number", "/list/1"}}));
  const Seen seen = look(work.map(
      kHead + R"("card":{"number":"1","number":"2"},"card":{"number":"3"},"list":["a","b","c"],)"
              R"("password":"p"})"));
  BOOST_TEST(seen.line ==
             kHead +
                 R"("card":{"number":"[redacted]","number":"[redacted]"},)"
                 R"("card":{"number":"[redacted]"},"list":["a","[redacted]","c"],"password":"p"})");
}

BOOST_AUTO_TEST_CASE(a_secret_is_no_field_and_no_id) {
  MapperAtWork work("fortnight", with({{"account", "error_id"}, {"/call_id"}}));
  const Seen seen = look(
      work.map(kHead + R"("account":"A","call_id":"c","ids":{"error_id":"e","metric_id":"m"}})"));
  BOOST_TEST(seen.account == "");
  BOOST_TEST(seen.call_id == "");
  BOOST_TEST(seen.ids == "metric_id=m");
}

BOOST_AUTO_TEST_CASE(plain_lines_have_no_secrets_either) {
  MapperAtWork work;
  std::string items = "0";
  for (int i = 1; i < 5000; ++i) items += ",0";
  const Seen seen =
      look(work.map(kHead + R"("cookie":"s3cret","items":[)" + items + R"(],"password":9})"));
  BOOST_TEST(seen.line == kHead + R"("cookie":"[redacted]","items":[)" + items +
                              R"(],"password":"[redacted]"})");
}

BOOST_AUTO_TEST_CASE(rejects_are_cut_before_a_secrets_name) {
  MapperAtWork work("fortnight", with({{"*authorization"}, {"/card/pin-code"}}));
  const auto kept = [&](const std::string& line) { return work.map(line).rejects.at(0).bytes; };
  BOOST_TEST(kept(R"({"a":1,"Proxy-Authori-zation":"s3cret)") == R"({"a":1,"Proxy-)");
  BOOST_TEST(kept(R"({"a":1,"pin_code":"s3cret)") == R"({"a":1,")");
  BOOST_TEST(kept(R"({"a":"no secret)") == R"({"a":"no secret)");
  BOOST_TEST(kept(std::string(5000, 'x')).size() == 1024U);
  // Nor does a name that the cut splits let its value through.
  BOOST_TEST(kept(std::string(1020, 'x') + "authorization: s3cret").find("s3cret") ==
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::intake
