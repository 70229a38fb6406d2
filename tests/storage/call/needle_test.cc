#include "storage/call/needle.h"

#include <boost/test/unit_test.hpp>
#include <random>

#include "tests/support/effort.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(needle)

BOOST_AUTO_TEST_CASE(it_is_found_in_any_escaped_form) {
  BOOST_TEST(Needle("a@b").may_stand_in("xa@by"));
  BOOST_TEST(Needle("say \"hi\"").may_stand_in(R"(they say \"hi\" to)"));
  BOOST_TEST(Needle("<b>").may_stand_in(R"(\u003cb\u003e)"));
  BOOST_TEST(Needle("abc").may_stand_in(R"(a\u0062c)"));
  BOOST_TEST(Needle("a/b").may_stand_in(R"(a\/b)"));
  BOOST_TEST(Needle("caf\xc3\xa9").may_stand_in(R"(caf\u00e9)"));
  BOOST_TEST(Needle("line\nbreak").may_stand_in(R"(line\nbreak)"));
  BOOST_TEST(Needle("\xf0\x9f\x98\x80").may_stand_in(R"(\ud83d\ude00)"));
}

BOOST_AUTO_TEST_CASE(escapes_of_other_texts_do_not_match) {
  BOOST_TEST(!Needle("a@b").may_stand_in("xa@cy"));
  BOOST_TEST(!Needle("word").may_stand_in(R"(another\nwo\"rd)"));
  BOOST_TEST(!Needle("jo@example.com").may_stand_in(R"(an\u003cexample\u003e of jo)"));
}

// Values lie in a batch after their lengths, whose bytes may look like the start of an escape.
BOOST_AUTO_TEST_CASE(it_is_found_between_other_bytes) {
  const std::string hidden = R"(\u006eeedle)";  // a byte, then "needle" with an escaped n
  BOOST_TEST(Needle("needle").may_stand_amid(hidden));
  BOOST_TEST(Needle("a needle").may_stand_amid("\\a" + hidden));
  BOOST_TEST(!Needle("needle").may_stand_amid(R"(\nail \u003c)"));
  BOOST_TEST(!Needle("a needle").may_stand_amid(R"(a \nail)"));
  std::mt19937 random(4);
  int missed = 0;
  for (int i = 0; i < fortnight::tests::rounds(20'000); ++i) {
    const std::string text = {static_cast<char>('a' + random() % 3), random() % 2 == 0 ? 'b' : '<',
                              static_cast<char>('a' + random() % 3)};
    std::string bytes;
    bool expected = false;
    for (auto strings = random() % 6; strings > 0; --strings) {
      bytes += std::string_view("\\u0a<")[random() % 6];
      std::string decoded;
      for (auto length = random() % 6; length > 0; --length) {
        const char c = "abc<"[random() % 4];
        decoded += c;
        constexpr char kDigits[] = "0123456789abcdef";
        if (random() % 3 == 0) {
          bytes += {'\\', 'u', '0', '0', kDigits[c >> 4], kDigits[c & 15]};
        } else {
          bytes += c;
        }
      }
      expected = expected || decoded.find(text) != std::string::npos;
    }
    const bool may = Needle(text).may_stand_amid(bytes);
    BOOST_REQUIRE_MESSAGE(may || !expected, text << " in " << bytes);
    missed += may ? 0 : 1;
  }
  BOOST_TEST(missed > fortnight::tests::rounds(5'000));
}

// A column without values is an empty view.
BOOST_AUTO_TEST_CASE(an_empty_text_has_no_needle) {
  BOOST_TEST(!Needle("word").may_stand_in({}));
  BOOST_TEST(!contains({}, "word"));
  BOOST_TEST(!escapes_names({}));
  BOOST_TEST(contains({}, ""));
}

// Texts of frequent and rare bytes, few enough that prefixes of the needle are common.
BOOST_AUTO_TEST_CASE(it_is_found_where_the_obvious_search_finds_it) {
  std::mt19937 random(3);
  int found = 0;
  for (int i = 0; i < fortnight::tests::rounds(20'000); ++i) {
    const std::string_view letters =
        std::string_view("e@zA\"0").substr(random() % 3, 2 + random() % 2);
    const auto text = [&](std::size_t size) {
      std::string out(size, 'x');
      for (char& c : out) c = letters[random() % letters.size()];
      return out;
    };
    const std::string bytes = text(random() % 400);
    const std::string part = text(1 + random() % 12);
    const bool expected = bytes.find(part) != std::string::npos;
    found += expected ? 1 : 0;
    BOOST_REQUIRE_MESSAGE(contains(bytes, part) == expected, part << " in " << bytes);
  }
  BOOST_TEST(found > fortnight::tests::rounds(5'000));
  BOOST_TEST(found < fortnight::tests::rounds(15'000));
}

BOOST_AUTO_TEST_CASE(its_pieces_are_runs_of_name_and_other_characters) {
  std::vector<std::string> pieces;
  const Needle address("jo-e@example.com\xc3\xa9?");
  for (const Needle& piece : address.pieces()) pieces.push_back(piece.text());
  const std::vector<std::string> expected = {"jo-e", "@", "example", ".", "com", "?"};
  BOOST_TEST(pieces == expected, boost::test_tools::per_element());
  BOOST_TEST(Needle("example").pieces().empty());
}

BOOST_AUTO_TEST_SUITE_END()
