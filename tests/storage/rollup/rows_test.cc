#include "storage/rollup/rows.h"

#include <boost/test/unit_test.hpp>
#include <random>

namespace fortnight::storage {

BOOST_AUTO_TEST_SUITE(rollup_rows)

BOOST_AUTO_TEST_CASE(rows_come_back) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<RollupRow> rows;
    std::uint64_t key = 0;
    for (std::uint64_t i = random() % 50; i > 0; --i) {
      key += (rows.empty() ? 0 : 1) + (random() >> (30 + random() % 34));
      rows.push_back({key, 1 + (random() >> (54 + random() % 10))});
    }
    std::string gaps;
    std::string counts;
    const std::uint64_t written = append_rows(rows, gaps, counts);
    BOOST_TEST(written == counts.size());
    std::vector<RollupRow> read;
    BOOST_REQUIRE((RollupRows{gaps, counts}.for_each([&](std::uint64_t k, std::uint64_t count) {
      read.push_back({k, count});
    })));
    BOOST_TEST(read.size() == written);
    normalize_rows(read);
    BOOST_TEST((read == rows));
  }
}

BOOST_AUTO_TEST_CASE(columns_of_different_lengths_are_errors) {
  const auto ignore = [](std::uint64_t, std::uint64_t) {};
  BOOST_TEST(!(RollupRows{"\x01", "\x01\x01"}.for_each(ignore)));
  BOOST_TEST(!(RollupRows{"\x01\x01", "\x01"}.for_each(ignore)));
  BOOST_TEST(!(RollupRows{"\x81", "\x01"}.for_each(ignore)));
  const std::string endless(11, '\x81');
  BOOST_TEST(!(RollupRows{endless, "\x01"}.for_each(ignore)));
}

BOOST_AUTO_TEST_CASE(rows_of_one_key_add_up) {
  std::vector<RollupRow> rows = {{5, 1}, {2, 2}, {5, 3}, {1, 1}};
  normalize_rows(rows);
  BOOST_TEST((rows == std::vector<RollupRow>{{1, 1}, {2, 2}, {5, 4}}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::storage
