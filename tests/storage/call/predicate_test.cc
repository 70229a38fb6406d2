#include "storage/call/predicate.h"

#include <boost/test/unit_test.hpp>
#include <random>

#include "tests/support/effort.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(predicate)

namespace {

TextPattern pattern(std::string_view text) {
  TextPattern result;
  for (;;) {
    const std::size_t star = text.find('*');
    result.pieces.emplace_back(text.substr(0, star));
    if (star == std::string_view::npos) return result;
    text.remove_prefix(star + 1);
  }
}

// The textbook definition.
bool naive(std::string_view wild, std::string_view text) {
  if (wild.empty()) return text.empty();
  if (wild[0] == '*') {
    return naive(wild.substr(1), text) || (!text.empty() && naive(wild, text.substr(1)));
  }
  return !text.empty() && wild[0] == text[0] && naive(wild.substr(1), text.substr(1));
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_absent_value_matches_the_empty_pattern_only) {
  BOOST_TEST(pattern("").matches(""));
  BOOST_TEST(!pattern("*").matches(""));
  BOOST_TEST(!pattern("**").matches(""));
  BOOST_TEST(!pattern("").matches("x"));
  BOOST_TEST(pattern("*").matches("x"));
}

BOOST_AUTO_TEST_CASE(patterns_agree_with_the_definition) {
  std::mt19937 random(1);
  const auto text = [&](std::string_view letters, unsigned most) {
    std::string out(random() % (most + 1), 'x');
    for (char& c : out) c = letters[random() % letters.size()];
    return out;
  };
  int matched = 0;
  for (int i = 0; i < fortnight::tests::rounds(50'000); ++i) {
    const std::string wild = text("ab*", 6);
    const std::string value = text("ab", 8);
    const bool expected =
        naive(wild, value) && (!value.empty() || wild.find('*') == std::string::npos);
    matched += expected ? 1 : 0;
    BOOST_REQUIRE_MESSAGE(pattern(wild).matches(value) == expected, wild << " on " << value);
  }
  BOOST_TEST(matched > fortnight::tests::rounds(5'000));
}

BOOST_AUTO_TEST_CASE(an_absent_status_matches_no_bound) {
  Predicate at_least;
  at_least.bounds = {{Comparison::greater_equal, 0}};
  BOOST_TEST(!status_matches(at_least, kNoStatus));
  BOOST_TEST(status_matches(at_least, 200));
  Predicate absent;
  absent.statuses = {{0, 0}};
  BOOST_TEST(status_matches(absent, kNoStatus));
  BOOST_TEST(!status_matches(absent, 200));
}

BOOST_AUTO_TEST_CASE(bounds_in_milliseconds_are_exact_in_nanoseconds) {
  for (std::int64_t ns = 0; ns < 20'000'000; ns += 12'345) {
    const double ms = static_cast<double>(ns) / 1e6;
    const auto at_least = in_nanoseconds({{Comparison::greater_equal, ms}});
    BOOST_TEST(meets(at_least, static_cast<double>(ns)));
    BOOST_TEST(!meets(at_least, static_cast<double>(ns - 1)));
  }
}

BOOST_AUTO_TEST_SUITE_END()
