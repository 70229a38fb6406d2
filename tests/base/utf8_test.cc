#include "base/utf8.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <string>

using namespace fortnight;

BOOST_AUTO_TEST_SUITE(utf8)

namespace {

// By decoding and encoding: the shortest form of a scalar value is the only one.
std::size_t naive_character(const std::string& text) {
  for (const std::size_t length : {1U, 2U, 3U, 4U}) {
    if (length > text.size()) return 0;
    const unsigned lead = static_cast<unsigned char>(text[0]);
    if (length == 1 ? lead >= 0x80 : lead >> (7 - length) != (2U << length) - 2) continue;
    char32_t code = length == 1 ? lead : lead & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
      if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return 0;
      code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
    }
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return 0;
    std::string shortest;
    append_utf8(code, shortest);
    return shortest.size() == length ? length : 0;
  }
  return 0;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_character_comes_back) {
  std::string all;
  for (char32_t code = 0; code <= 0x10ffff; ++code) {
    if (code == 0xd800) code = 0xe000;
    std::string text;
    append_utf8(code, text);
    BOOST_REQUIRE_EQUAL(utf8_character(text), text.size());
    BOOST_REQUIRE(decode_utf8(text) == code);
    // Without its last byte it is one error.
    if (text.size() > 1) {
      BOOST_REQUIRE_EQUAL(utf8_character(text.substr(0, text.size() - 1)), 0U);
      BOOST_REQUIRE_EQUAL(ill_formed_utf8(text.substr(0, text.size() - 1)), text.size() - 1);
    }
    if (code % 97 == 0) all += text;
  }
  BOOST_TEST(valid_utf8_prefix(all) == all.size());
}

BOOST_AUTO_TEST_CASE(random_bytes_agree_with_the_naive_decoder) {
  constexpr unsigned char kEdges[] = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0,
                                      0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xec, 0xed,
                                      0xef, 0xf0, 0xf3, 0xf4, 0xf5, 0xff};
  std::mt19937_64 random(8);
  std::size_t characters = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string text;
    for (auto length = 1 + random() % 5; length > 0; --length) {
      text += static_cast<char>(kEdges[random() % std::size(kEdges)]);
    }
    const std::size_t expected = naive_character(text);
    BOOST_REQUIRE_EQUAL(utf8_character(text), expected);
    characters += expected > 1 ? 1 : 0;
    if (expected != 0) continue;
    BOOST_REQUIRE_EQUAL(valid_utf8_prefix(text), 0U);
    const std::size_t error = ill_formed_utf8(text);
    BOOST_REQUIRE(error >= 1 && error <= std::min<std::size_t>(3, text.size()));
  }
  BOOST_TEST(characters > 1000U);
}

BOOST_AUTO_TEST_CASE(the_valid_prefix_ends_at_the_first_error_wherever_it_is) {
  for (std::size_t before = 0; before < 40; ++before) {
    const std::string ascii(before, 'a');
    for (const std::string_view error : {"\x80", "\xff", "\xc3", "\xed\xa0\x80"}) {
      BOOST_TEST(valid_utf8_prefix(ascii + std::string(error) + "bcdefghij") == before);
    }
    const std::string valid = ascii + "\u00e4" + std::string(9, 'b');
    BOOST_TEST(valid_utf8_prefix(valid) == valid.size());
  }
}

// The examples of the Unicode Standard, 3.9: how many errors a text has.
BOOST_AUTO_TEST_CASE(errors_are_counted_as_unicode_recommends) {
  const auto errors = [](std::string_view text) {
    int count = 0;
    while (!text.empty()) {
      const std::size_t character = utf8_character(text);
      count += character == 0 ? 1 : 0;
      text.remove_prefix(character == 0 ? ill_formed_utf8(text) : character);
    }
    return count;
  };
  BOOST_TEST(errors("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41") == 8);
  BOOST_TEST(errors("\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41") == 8);
  BOOST_TEST(errors("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42") == 7);
  BOOST_TEST(errors("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41") == 4);
}

BOOST_AUTO_TEST_SUITE_END()
