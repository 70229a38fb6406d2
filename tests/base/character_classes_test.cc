#include "base/character_classes.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <string>

#include "base/json_writer.h"

using fortnight::CharacterClasses;

BOOST_AUTO_TEST_SUITE(character_classes)

namespace {

// The classes of docs/format.md, "Character table", implemented independently.
std::uint16_t class_of(char c) {
  const auto is = [c](char first, char last) { return c >= first && c <= last; };
  const auto bit = [](unsigned number) { return static_cast<std::uint16_t>(1U << number); };
  if (is('0', '9')) return bit(0);
  if (is('a', 'f')) return bit(1);
  if (is('g', 'o')) return bit(2);
  if (is('p', 'z')) return bit(3);
  if (is('A', 'O')) return bit(4);
  if (is('P', 'Z')) return bit(5);
  if (c == '@') return bit(6);
  if (c == ' ') return bit(7);
  if (is('!', ',')) return bit(8);
  if (c == '-') return bit(9);
  if (c == '.') return bit(10);
  if (c == '/') return bit(11);
  if (c == ':') return bit(12);
  if (c == '\\') return bit(13);
  if (c == '_') return bit(14);
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte >= 0x80 ? bit(15) : 0;
}

std::uint16_t one_by_one(const std::string& text) {
  std::uint16_t classes = 0;
  for (const char c : text) classes = static_cast<std::uint16_t>(classes | class_of(c));
  return classes;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_byte_has_its_class_at_every_position) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    const auto c = static_cast<char>(byte);
    for (const std::size_t length : {1U, 15U, 16U, 17U, 31U, 32U, 33U, 100U}) {
      for (const std::size_t at : {std::size_t{0}, length / 2, length - 1}) {
        std::string text(length, 'q');
        text[at] = c;
        BOOST_TEST_REQUIRE(CharacterClasses::of(text).bits() == one_by_one(text), byte);
      }
    }
  }
  BOOST_TEST(CharacterClasses::of("").bits() == 0);
}

BOOST_AUTO_TEST_CASE(long_texts_have_the_classes_of_their_characters) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000; ++i) {
    const std::string alphabet = {static_cast<char>(random()), static_cast<char>(random()),
                                  static_cast<char>(random()), 'a'};
    std::string text;
    for (std::size_t left = random() % 200; left > 0; --left) text += alphabet[random() % 4];
    BOOST_TEST_REQUIRE(CharacterClasses::of(text).bits() == one_by_one(text));
  }
}

BOOST_AUTO_TEST_CASE(parts_of_a_text_are_never_denied) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 5000; ++i) {
    std::string text;
    for (std::size_t left = 1 + random() % 40; left > 0; --left) {
      text += static_cast<char>(random() % 128);
    }
    const std::size_t begin = random() % text.size();
    const std::string part = text.substr(begin, random() % 10);
    std::string written;
    fortnight::JsonWriter(written).text(text);
    BOOST_TEST_REQUIRE(CharacterClasses::of(text).may_hold(CharacterClasses::of(part)));
    BOOST_TEST_REQUIRE(CharacterClasses::of(written).may_hold(CharacterClasses::of(part)));
  }
  const auto hex = CharacterClasses::of("0123456789abcdef-");
  BOOST_TEST(!hex.may_hold(CharacterClasses::of("nobody@nowhere.example")));
  BOOST_TEST(hex.may_hold(CharacterClasses::of("")));
  // An escape may be any character.
  BOOST_TEST(CharacterClasses::of("\\u0040").may_hold(CharacterClasses::of("@")));
}

BOOST_AUTO_TEST_SUITE_END()
