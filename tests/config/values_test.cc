#include "config/values.h"

#include <boost/test/unit_test.hpp>

namespace fortnight::config {
BOOST_AUTO_TEST_SUITE(values)

namespace {

BOOST_AUTO_TEST_CASE(sizes) {
  BOOST_TEST(parse_bytes("0").value() == 0U);
  BOOST_TEST(parse_bytes("512").value() == 512U);
  BOOST_TEST(parse_bytes("200GB").value() == 200'000'000'000U);
  BOOST_TEST(parse_bytes("256MiB").value() == 268'435'456U);
  BOOST_TEST(parse_bytes("1.5 KiB").value() == 1536U);
  for (const auto* text :
       {"", "GB", "-1", "1XB", "1e3", "nan", "inf", "0x10", "1GB ", "1gb", "9999999TiB"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!parse_bytes(text).has_value()); }
  }
}

BOOST_AUTO_TEST_CASE(durations) {
  BOOST_TEST(parse_duration("0").value().count() == 0);
  BOOST_TEST(parse_duration("20ms").value().count() == 20);
  BOOST_TEST(parse_duration("1.5h").value().count() == 5'400'000);
  BOOST_TEST(parse_duration("14d").value().count() == 14LL * 86'400'000);
  for (const auto* text : {"", "5", "-1s", "1y", "s", "1h30m"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!parse_duration(text).has_value()); }
  }
}

BOOST_AUTO_TEST_CASE(addresses) {
  BOOST_TEST((parse_address("127.0.0.1:14002") == Address{"127.0.0.1", 14002}));
  BOOST_TEST((parse_address("[::1]:0") == Address{"::1", 0}));
  BOOST_TEST((parse_address("log.example:65535") == Address{"log.example", 65535}));
  BOOST_TEST((Address{"::1", 7}).to_string() == "[::1]:7");
  for (const auto* text : {"", "80", ":80", "::1", "::1:80", "[::1]", "a:", "a:b", "a:65536",
                           "a:-1", "[]:1", "a b:1"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!parse_address(text).has_value()); }
  }
}

BOOST_AUTO_TEST_CASE(json_pointers) {
  for (const auto* text : {"", "/", "/a/b", "/a~0b~1c", "//"}) BOOST_TEST(is_json_pointer(text));
  for (const auto* text : {"a", "/a~", "/~2", "a/b"}) BOOST_TEST(!is_json_pointer(text));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::config
