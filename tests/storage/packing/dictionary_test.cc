#include "storage/packing/dictionary.h"

#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/support/effort.h"

namespace fortnight::storage {
BOOST_AUTO_TEST_SUITE(dictionary)

namespace {

std::string random_text(std::mt19937& random) {
  return "value " + std::to_string(random() % 200) + std::string(random() % 40, 'x');
}

}  // namespace

// Compared with a map and a list. A text that was rolled back may get another code later.
BOOST_AUTO_TEST_CASE(any_sequence_of_interns_and_rollbacks) {
  std::mt19937 random(7);
  for (int round = 0; round < fortnight::tests::rounds(20); ++round) {
    DictionaryBuilder dictionary(1 << 16, 1 << 20);
    std::map<std::string, std::uint32_t> codes;
    std::vector<std::string> entries;
    for (int step = 0; step < 2000; ++step) {
      if (random() % 50 == 0) {
        const std::size_t kept = random() % (entries.size() + 1);
        dictionary.rollback(kept);
        for (std::size_t i = kept; i < entries.size(); ++i) codes.erase(entries[i]);
        entries.resize(kept);
      }
      const std::string text = random_text(random);
      const auto known = codes.find(text);
      const auto found = dictionary.find(text);
      BOOST_REQUIRE_EQUAL(found.has_value(), known != codes.end());
      if (found) BOOST_REQUIRE_EQUAL(*found, known->second);
      const auto code = dictionary.intern(text);
      BOOST_REQUIRE(code);
      if (codes.try_emplace(text, *code).second) entries.push_back(text);
      BOOST_REQUIRE_EQUAL(codes[text], *code);
      BOOST_REQUIRE_EQUAL(dictionary.entries().size(), entries.size());
      BOOST_REQUIRE_EQUAL(dictionary.entries()[*code], text);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_limits_hold) {
  DictionaryBuilder few(2, 1000);
  BOOST_TEST(*few.intern("a") == 0U);
  BOOST_TEST(*few.intern("b") == 1U);
  BOOST_TEST(!few.intern("c"));
  BOOST_TEST(*few.intern("a") == 0U);
  few.rollback(1);
  BOOST_TEST(*few.intern("c") == 1U);

  DictionaryBuilder short_ones(100, 4);
  BOOST_TEST(short_ones.intern("abc").has_value());
  BOOST_TEST(!short_ones.intern("de"));
  BOOST_TEST(short_ones.intern("f").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::storage
