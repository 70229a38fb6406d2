#include "storage/packing/bit_stream.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

namespace fortnight::storage {

BOOST_AUTO_TEST_SUITE(bit_stream)

// Rice codes between plain bits. Some have a unary part longer than a word.
BOOST_AUTO_TEST_CASE(written_codes_come_back) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 200; ++round) {
    const auto parameter = static_cast<unsigned>(random() % 20);
    std::vector<std::uint64_t> values;
    std::string bytes;
    BitWriter writer(bytes);
    for (int i = 0; i < 200; ++i) {
      const std::uint64_t high = random() % 10 == 0 ? random() % 200 : random() % 4;
      values.push_back((high << parameter) | (random() & ((std::uint64_t{1} << parameter) - 1)));
      writer.rice(values.back(), parameter);
      writer.bits(values.back() & 0x7f, 7);
    }
    writer.finish();
    BitReader reader(bytes);
    for (const std::uint64_t value : values) {
      BOOST_REQUIRE_EQUAL(reader.rice(parameter), value);
      BOOST_REQUIRE_EQUAL(reader.bits(7), value & 0x7f);
    }
    BOOST_TEST(reader.ok());
  }
}

// As in JPL 79-22: ones for the high part, a zero, the low part; low bits first in each byte.
BOOST_AUTO_TEST_CASE(rice_codes_have_the_documented_form) {
  std::string bytes;
  BitWriter writer(bytes);
  writer.rice(11, 2);  // 110 and 3
  writer.finish();
  BOOST_TEST(bytes == "\x1b");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::storage
