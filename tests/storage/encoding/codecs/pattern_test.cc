// Patterns: splitting of texts, and searches across the edges of tokens.
#include "storage/encoding/codecs/pattern.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

#include "tests/storage/encoding/encoded_column.h"

using namespace fortnight;
using namespace fortnight::storage;
using fortnight::tests::EncodedColumn;

BOOST_AUTO_TEST_SUITE(pattern_codec)

namespace {

std::string split(const std::string& text) {
  std::string pattern;
  std::string tokens;
  split_pattern(text, pattern, [&](std::size_t kind, std::string_view token) {
    tokens += " " + std::to_string(kind) + ":" + std::string(token);
  });
  for (char& c : pattern) {
    if (is_mark(c)) c = kind_of_mark(c) == 0 ? '#' : '*';
  }
  return pattern + tokens;
}

std::vector<std::string> paths() {
  std::vector<std::string> out;
  for (int i = 0; i < 200; ++i) {
    out.push_back("/shops/s" + std::to_string(i % 7) + "-x/items/" + std::to_string(i * 31) +
                  (i % 3 == 0 ? "?by=\\u006eame" : "?by=a1"));
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(texts_are_split_at_their_tokens) {
  BOOST_TEST(split("") == "");
  BOOST_TEST(split("/a/b") == "/a/b");
  BOOST_TEST(split("/a/7?x=07") == "/a/#?x=* 0:7 1:07");
  // '-' joins a run: this is one token, and so is a run of 24 letters.
  BOOST_TEST(split("a-1.b") == "*.b 1:a-1");
  BOOST_TEST(split("abcdefghijklmnopqrstuvwx") == "* 1:abcdefghijklmnopqrstuvwx");
  BOOST_TEST(split("abcdefghijklmnopqrstuvw") == "abcdefghijklmnopqrstuvw");
  // Too long for a number.
  BOOST_TEST(split("1234567890123456789") == "* 1:1234567890123456789");
}

BOOST_AUTO_TEST_CASE(needles_across_tokens_are_found) {
  EncodedColumn column(paths());
  BOOST_REQUIRE(column.encode(kPatternCodec));
  column.check_round_trip();
  std::mt19937_64 random(3);
  column.check_search(random, 300);
  column.check_candidates(random, 50);
  for (const char* text : {"ops/s3-x/it", "s3", "-x/", "/items/31?by=a1", "by=name", "a1"}) {
    BOOST_TEST(column.contains(text));
    BOOST_TEST(column.may_contain(text), text);
  }
}

BOOST_AUTO_TEST_CASE(texts_with_the_bytes_of_marks_are_refused) {
  std::vector<std::string> values = paths();
  values[100] = "/shops/\x01";
  EncodedColumn column(values);
  BOOST_TEST(!column.encode(kPatternCodec));
}

// If the column's dictionary isn't known, it may contain any pattern.
BOOST_AUTO_TEST_CASE(an_unknown_dictionary_denies_nothing) {
  EncodedColumn column(paths());
  BOOST_REQUIRE(column.encode(kPatternCodec));
  const std::string chunk = column.chunk() + std::string(8, '\0');
  const Needle needle("shops");
  std::string scratch;
  ChunkSearch search{.needle = needle, .scratch = scratch, .values = column.size()};
  BOOST_TEST(chunk_may_contain(std::string_view(chunk).substr(0, column.chunk().size()), search));
}

BOOST_AUTO_TEST_SUITE_END()
