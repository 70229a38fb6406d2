#include "storage/call/terms.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>
#include <string>

#include "base/checksum.h"
#include "tests/support/effort.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(terms)

namespace {

std::string terms_of(std::string_view text) {
  std::string out;
  for_each_term(text, [&](std::size_t begin, std::size_t end) {
    out += "[" + std::string(text.substr(begin, end - begin)) + "]";
  });
  return out;
}

bool has_term(std::string_view text, std::uint64_t hash) {
  bool found = false;
  for_each_term(text, [&](std::size_t begin, std::size_t end) {
    found = found || checksum64(text.substr(begin, end - begin)) == hash;
  });
  return found;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_a_term_is) {
  BOOST_TEST(terms_of("Mail <jo.smith+x@example.com>, or call.") ==
             "[Mail][jo.smith+x@example.com][or][call]");
  BOOST_TEST(terms_of("https://example.com/orders/cus_123?page=2&q=a%20b") ==
             "[https][example.com][orders][cus_123][page][2][q][a%20b]");
  BOOST_TEST(terms_of("9fbd95f4-8630-4610-9756-fd08c2d2533a") ==
             "[9fbd95f4-8630-4610-9756-fd08c2d2533a]");
  BOOST_TEST(terms_of("-1.5e3 caf\xc3\xa9 \xf0\x9f\x98\x80") ==
             "[1.5e3][caf\xc3\xa9][\xf0\x9f\x98\x80]");
  BOOST_TEST(terms_of("a--b ..c. @d") == "[a][b][c][d]");
  BOOST_TEST(terms_of("") == "");
  BOOST_TEST(terms_of("-.@ /") == "");
}

BOOST_AUTO_TEST_CASE(whole_terms_only) {
  BOOST_TEST(contains_whole("mail jo@example.com.", "jo@example.com"));
  BOOST_TEST(contains_whole("to:jo@example.com,", "jo@example.com"));
  BOOST_TEST(!contains_whole("to xjo@example.com", "jo@example.com"));
  BOOST_TEST(!contains_whole("bo.jo@example.com", "jo@example.com"));
  BOOST_TEST(!contains_whole("jo@example.com.au", "jo@example.com"));
  BOOST_TEST(contains_whole("jo@example.com.au jo@example.com", "jo@example.com"));
  BOOST_TEST(contains_whole("card was declined today", "was declined"));
  BOOST_TEST(!contains_whole("card was declined today", "as declined"));
  BOOST_TEST(contains_whole("a -b", "-b"));
  BOOST_TEST(!contains_whole("a-b", "-b"));
  BOOST_TEST(contains_whole("https://x/y?", "://x/"));
}

BOOST_AUTO_TEST_CASE(terms_that_a_search_needs) {
  const auto count = [](std::string_view sought, bool whole) {
    return terms_sought(sought, whole).size();
  };
  BOOST_TEST(count("jo@example.com", true) == 1U);
  BOOST_TEST(count("jo@example.com", false) == 0U);
  BOOST_TEST(count("/orders/12345/", false) == 2U);
  BOOST_TEST(count("/orders/12345", false) == 1U);
  BOOST_TEST(count("-orders-", false) == 0U);  // of "new-orders-today", perhaps
  BOOST_TEST(count("=-orders-/", false) == 1U);
  BOOST_TEST(count("to be", true) == 0U);
}

// Whatever is found has the terms, or the index would hide calls.
BOOST_AUTO_TEST_CASE(a_text_that_is_found_has_the_terms) {
  std::mt19937 random(7);
  const std::string_view letters = "aab1@.-_+%/ \xc3\xa9";
  const auto text = [&](std::size_t most) {
    std::string out;
    for (std::size_t i = random() % most; i > 0; --i) out += letters[random() % letters.size()];
    return out;
  };
  std::size_t found = 0;
  for (int i = 0; i < fortnight::tests::rounds(100'000); ++i) {
    const std::string all = text(40);
    if (all.empty()) continue;
    const std::size_t begin = random() % all.size();
    const std::string sought = all.substr(begin, random() % 24 + 1);
    for (const bool whole : {false, true}) {
      if (whole && !contains_whole(all, sought)) continue;
      for (const std::uint64_t hash : terms_sought(sought, whole)) {
        ++found;
        if (!has_term(all, hash)) BOOST_TEST(false, "\"" + sought + "\" in \"" + all + "\"");
      }
    }
  }
  BOOST_TEST(found > 1000U);
}

BOOST_AUTO_TEST_SUITE_END()
