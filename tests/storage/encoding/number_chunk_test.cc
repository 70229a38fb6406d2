#include "storage/encoding/number_chunk.h"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "storage/base/bit_pack.h"
#include "storage/encoding/format.h"

namespace fortnight::storage {
namespace {

using Numbers = std::vector<std::int64_t>;

// The chunk gives the numbers back, one by one and in runs; returns which encoding it is.
Encoding round_trip(const Numbers& numbers) {
  std::string bytes;
  encode_numbers(numbers, bytes);
  const auto encoding = static_cast<Encoding>(bytes[0]);
  const std::size_t size = bytes.size();
  bytes.append(kPackPadding, '\0');
  const auto chunk = NumberChunk::parse(std::string_view(bytes).substr(0, size),
                                        static_cast<std::uint32_t>(numbers.size()));
  BOOST_REQUIRE(chunk);
  for (std::size_t i = 0; i < numbers.size(); ++i) BOOST_REQUIRE_EQUAL((*chunk)[i], numbers[i]);
  BOOST_TEST((chunk->decode() == numbers));
  return encoding;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(number_chunk)

BOOST_AUTO_TEST_CASE(each_kind_of_numbers_finds_its_encoding) {
  std::mt19937_64 random(3);
  const auto many = [&](const auto& next) {
    Numbers numbers(4096);
    for (std::int64_t& number : numbers) number = next();
    return numbers;
  };
  BOOST_TEST((round_trip(Numbers(4096, 200)) == Encoding::number_constant));
  BOOST_TEST((round_trip(many([&] { return static_cast<std::int64_t>(random() % 1000); })) ==
              Encoding::number_frame));
  const Numbers few = {200, 201, 204, 400, 404, 429, 500, 503, -1000000007};
  BOOST_TEST((round_trip(many([&] { return few[random() % few.size()]; })) ==
              Encoding::number_dictionary));
  std::int64_t rising = 1'790'000'000;
  BOOST_TEST((round_trip(many([&] { return rising += 1000 + static_cast<int>(random() % 9); })) ==
              Encoding::number_delta));
  const auto rounded = [&] {
    const std::int64_t unit = random() % 2 == 0 ? 1 : 1'000'000;
    return static_cast<std::int64_t>(random() % 900) * unit;
  };
  BOOST_TEST((round_trip(many(rounded)) == Encoding::number_decimal));
}

// As many distinct values as a dictionary takes, one less, one more: far apart, and close together.
BOOST_AUTO_TEST_CASE(any_number_of_distinct_values) {
  std::mt19937_64 random(5);
  for (const std::size_t distinct : {1U, 2U, 3U, 128U, 129U, 255U, 256U, 257U, 300U}) {
    for (const std::int64_t apart : {std::int64_t{1}, std::int64_t{1} << 10, std::int64_t{1} << 40,
                                     std::int64_t{0x9e3779b97f4a}}) {
      Numbers numbers;
      for (std::size_t i = 0; i < 3000; ++i) {
        const auto which = i < distinct ? i : random() % distinct;
        numbers.push_back(static_cast<std::int64_t>(which) * apart - 77);
      }
      round_trip(numbers);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_ends_of_the_range) {
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  round_trip({kLeast, kMost});
  round_trip({kMost, kLeast, 0, -1, 1});
  round_trip({kMost, kMost - 1, kMost});
  std::mt19937_64 random(9);
  Numbers any;
  for (int i = 0; i < 1000; ++i) any.push_back(static_cast<std::int64_t>(random()));
  round_trip(any);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::storage
