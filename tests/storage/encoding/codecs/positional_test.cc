// Texts of equal length: alphabets of any size, groups of positions of any width, and lengths at
// the codec's limits.
#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

#include "tests/storage/encoding/encoded_column.h"

using namespace fortnight;
using namespace fortnight::storage;
using fortnight::tests::EncodedColumn;
using fortnight::tests::random_text;

BOOST_AUTO_TEST_SUITE(positional_codec)

namespace {

void check(const std::vector<std::string>& values) {
  EncodedColumn column(values);
  BOOST_REQUIRE(column.encode(kPositionalCodec));
  column.check_round_trip();
  std::mt19937_64 random(3);
  column.check_search(random, 20);
  column.check_candidates(random, 20);
}

// All bytes except the backslash, which begins a JSON escape.
std::string some_bytes(unsigned count) {
  std::string bytes;
  for (unsigned c = 0; bytes.size() < count; ++c) {
    if (c != '\\') bytes.push_back(static_cast<char>(c));
  }
  return bytes;
}

}  // namespace

// Alphabets of `size` bytes: a group ends before its product exceeds 2^56.
BOOST_AUTO_TEST_CASE(alphabets_of_any_size) {
  std::mt19937_64 random(5);
  for (const unsigned size : {1U, 2U, 3U, 10U, 16U, 62U, 127U, 128U, 129U, 200U, 254U}) {
    for (const std::size_t length : {1U, 7U, 8U, 36U, 255U, 256U}) {
      BOOST_TEST_CONTEXT(size << " bytes, " << length << " positions") {
        std::vector<std::string> values;
        for (int i = 0; i < 600; ++i)
          values.push_back(random_text(random, length, some_bytes(size)));
        // The alphabets and the packed values may be larger than the values.
        EncodedColumn column(values);
        if (!column.encode(kPositionalCodec)) continue;
        check(values);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_uuid_takes_its_random_bits_only) {
  std::mt19937_64 random(7);
  std::vector<std::string> values;
  for (int i = 0; i < 4096; ++i) {
    const auto hex = [&](std::size_t length) {
      return random_text(random, length, "0123456789abcdef");
    };
    values.push_back(hex(8) + "-" + hex(4) + "-4" + hex(3) + "-" + random_text(random, 1, "89ab") +
                     hex(3) + "-" + hex(12));
  }
  EncodedColumn column(values);
  BOOST_REQUIRE(column.encode(kPositionalCodec));
  // 30 hex digits of 4 bits, and one of 2: 122 bits.
  BOOST_TEST(column.chunk().size() < 4096U * 122 / 8 + 300);
  check(values);
}

BOOST_AUTO_TEST_CASE(other_lengths_are_refused_or_patched) {
  std::mt19937_64 random(9);
  std::vector<std::string> values;
  for (int i = 0; i < 320; ++i) values.push_back(random_text(random, 20, "01"));
  values[17] = "";
  values[300] = "another length";
  EncodedColumn column(values);
  BOOST_REQUIRE(column.encode(kPositionalCodec));
  BOOST_TEST(column.chunk().front() == static_cast<char>(Encoding::patched));
  BOOST_TEST(&column.codec() == &kPositionalCodec);
  column.check_round_trip();
  for (int i = 0; i < 20; ++i) values[static_cast<std::size_t>(i) * 3] = "x";
  BOOST_TEST(!EncodedColumn(values).encode(kPositionalCodec));
  BOOST_TEST(
      !EncodedColumn({std::string(257, 'a'), std::string(257, 'b')}).encode(kPositionalCodec));
  BOOST_TEST(!EncodedColumn({"", ""}).encode(kPositionalCodec));
}

BOOST_AUTO_TEST_SUITE_END()
