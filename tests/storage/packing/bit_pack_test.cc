#include "storage/packing/bit_pack.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <vector>

namespace fortnight::storage {
BOOST_AUTO_TEST_SUITE(bit_pack)

namespace {

// A run made bit by bit, as bit_pack.h describes it.
std::string naive_pack(const std::vector<std::uint64_t>& values, unsigned width) {
  std::string out((values.size() * width + 7) / 8 + 8, '\0');
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (unsigned b = 0; b < width; ++b) {
      const std::size_t bit = i * width + b;
      const auto one = static_cast<unsigned>((values[i] >> b) & 1);
      out[bit / 8] = static_cast<char>(static_cast<unsigned char>(out[bit / 8]) | one << (bit % 8));
    }
  }
  return out;
}

std::vector<std::uint64_t> random_values(std::mt19937_64& random, std::size_t count,
                                         unsigned width) {
  std::vector<std::uint64_t> values(count);
  for (std::uint64_t& value : values) value = width == 0 ? 0 : random() >> (64 - width);
  return values;
}

template <typename T>
void check_bulk(const std::string& packed, const std::vector<std::uint64_t>& values,
                unsigned width) {
  if (width > 8 * sizeof(T)) return;
  for (std::size_t first = 0; first <= values.size(); first += 1 + values.size() / 5) {
    const std::size_t count = values.size() - first;
    std::vector<T> out(count + 1, T{77});
    unpack_bits(packed.data(), first, count, width, out.data());
    BOOST_TEST(out[count] == T{77});  // nothing is written past the end
    for (std::size_t i = 0; i < count; ++i) BOOST_REQUIRE_EQUAL(out[i], values[first + i]);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_width_equals_the_naive_model) {
  std::mt19937_64 random(1);
  for (unsigned width = 0; width <= 64; ++width) {
    for (const std::size_t count : {0U, 1U, 2U, 7U, 8U, 9U, 63U, 64U, 65U, 1000U}) {
      const std::vector<std::uint64_t> values = random_values(random, count, width);
      std::string packed = "before";
      pack_bits(values, width, packed);
      BOOST_REQUIRE(packed == "before" + naive_pack(values, width));
      packed.erase(0, 6);
      BOOST_REQUIRE_EQUAL(packed.size(), packed_size(count, width));
      // An exact copy on the heap: a sanitizer detects reads past the padding.
      const std::string exact(packed.data(), packed.size());
      for (std::size_t i = 0; i < count; ++i) {
        BOOST_REQUIRE_EQUAL(unpack_one(exact.data(), i, width), values[i]);
      }
      check_bulk<std::uint8_t>(exact, values, width);
      check_bulk<std::uint16_t>(exact, values, width);
      check_bulk<std::uint32_t>(exact, values, width);
      check_bulk<std::uint64_t>(exact, values, width);
    }
  }
}

BOOST_AUTO_TEST_CASE(widths_hold_their_largest_value) {
  BOOST_TEST(bit_width_for(0) == 0U);
  BOOST_TEST(bit_width_for(1) == 1U);
  BOOST_TEST(bit_width_for(255) == 8U);
  BOOST_TEST(bit_width_for(256) == 9U);
  BOOST_TEST(bit_width_for(~std::uint64_t{0}) == 64U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::storage
