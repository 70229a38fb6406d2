#include "base/ip_address.h"

#include <boost/test/unit_test.hpp>

using namespace fortnight;

BOOST_AUTO_TEST_SUITE(ip_address)

BOOST_AUTO_TEST_CASE(a_network_of_ipv6_is_its_first_64_bits) {
  BOOST_TEST(network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::1"));
  BOOST_TEST(network_of("2001:db8::aaaa:1:2:3") == network_of("2001:db8::bbbb:1:2:3"));
  BOOST_TEST(network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1"));
  BOOST_TEST(network_of("2001:db8:1234:5678::1") != network_of("2001:db8:1234:5679::1"));
  BOOST_TEST(network_of("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::");
  BOOST_TEST(network_of("fe80::1%eth0") == network_of("fe80::2"));
}

BOOST_AUTO_TEST_CASE(an_ipv4_address_is_a_network_of_its_own) {
  BOOST_TEST(network_of("192.0.2.1") == "192.0.2.1");
  BOOST_TEST(network_of("::ffff:192.0.2.1") == "192.0.2.1");
}

BOOST_AUTO_TEST_CASE(other_texts_stay) {
  BOOST_TEST(network_of("") == "");
  BOOST_TEST(network_of("2001:db8") == "2001:db8");
}

BOOST_AUTO_TEST_SUITE_END()
