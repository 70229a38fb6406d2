#include "access/token.h"

#include <boost/test/unit_test.hpp>
#include <set>

namespace fortnight::access {
BOOST_AUTO_TEST_SUITE(token)

BOOST_AUTO_TEST_CASE(a_token_is_read_back) {
  std::set<std::string> texts;
  for (int i = 0; i < 100; ++i) {
    const MadeToken made = make_token();
    BOOST_TEST(texts.insert(made.text).second);
    const auto parsed = parse_token(made.text);
    BOOST_REQUIRE(parsed.has_value());
    BOOST_TEST(parsed->id == made.token.id);
    BOOST_TEST(equal(parsed->digest, made.token.digest));
    BOOST_TEST(made.text.starts_with("fnt_" + made.token.id + "_"));
  }
}

// A typing error is found without looking at any stored token.
BOOST_AUTO_TEST_CASE(any_other_character_makes_it_no_token) {
  const std::string text = make_token().text;
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char c : {'0', 'a', 'w', 'A', '_', '\0', '\xff'}) {
      std::string other = text;
      if (other[at] == c) continue;
      other[at] = c;
      BOOST_TEST(!parse_token(other).has_value(), other);
    }
    BOOST_TEST(!parse_token(text.substr(0, at)).has_value());
    BOOST_TEST(!parse_token(text.substr(at + 1)).has_value());
  }
  BOOST_TEST(!parse_token(text + "0").has_value());
  BOOST_TEST(!parse_token(" " + text).has_value());
}

BOOST_AUTO_TEST_CASE(digests_are_written_in_hex) {
  const Digest digest = make_token().token.digest;
  const std::string hex = hex_of(digest);
  BOOST_TEST(hex.size() == 64U);
  BOOST_TEST(equal(digest_of_hex(hex).value(), digest));
  for (const std::string& wrong :
       {hex.substr(1), hex + "00", std::string(64, 'x'), std::string(), hex.substr(2) + ":a"}) {
    BOOST_TEST(!digest_of_hex(wrong).has_value(), wrong);
  }
  Digest other = digest;
  other.back() ^= 1;
  BOOST_TEST(!equal(digest, other));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace fortnight::access
