#include "storage/files/block_cache.h"

#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <string>

#include "tests/support/effort.h"

using namespace fortnight;
using namespace fortnight::storage;

namespace block_cache {

struct Fixture {
  explicit Fixture(std::size_t capacity = 1000) : cache(capacity) {}
  void insert(std::uint64_t place, std::size_t bytes) {
    cache.insert({1, place}, std::make_shared<const std::uint64_t>(place), bytes);
  }
  bool finds(std::uint64_t place) {
    const auto found = cache.find<std::uint64_t>({1, place});
    BOOST_TEST((found == nullptr || *found == place));
    return found != nullptr;
  }
  BlockCache cache;
};

}  // namespace block_cache

BOOST_FIXTURE_TEST_SUITE(block_cache, block_cache::Fixture)

BOOST_AUTO_TEST_CASE(entries_read_once_are_evicted_before_entries_found_again) {
  for (std::uint64_t place = 0; place < 5; ++place) insert(place, 100);
  for (std::uint64_t place = 0; place < 5; ++place) BOOST_TEST(finds(place));
  for (std::uint64_t place = 100; place < 200; ++place) insert(place, 100);
  for (std::uint64_t place = 0; place < 5; ++place) BOOST_TEST(finds(place));
  BOOST_TEST(finds(199));
  BOOST_TEST(!finds(100));
}

BOOST_AUTO_TEST_CASE(an_object_is_found_by_its_own_type_only) {
  insert(7, 100);
  BOOST_TEST(cache.find<std::string>({1, 7}) == nullptr);
  cache.insert({1, 7}, std::make_shared<std::string>("seven"), 100);
  BOOST_TEST(*cache.find<std::string>({1, 7}) == "seven");
  BOOST_TEST(finds(7));
  BOOST_TEST(cache.bytes() == 200U);
  cache.erase<std::string>({1, 7});
  BOOST_TEST(cache.find<std::string>({1, 7}) == nullptr);
  BOOST_TEST(finds(7));
}

BOOST_AUTO_TEST_CASE(prized_entries_count_as_found_again) {
  cache.insert_prized({1, 7}, std::make_shared<const std::uint64_t>(7), 100);
  for (std::uint64_t place = 100; place < 200; ++place) insert(place, 100);
  BOOST_TEST(finds(7));
  BOOST_TEST(cache.bytes() == 1000U);
}

BOOST_AUTO_TEST_CASE(offered_entries_are_kept_if_requested_again_soon) {
  BlockCache large(100 * 4096);
  const auto offer = [&](std::uint64_t place) {
    large.offer({1, place}, std::make_shared<const std::uint64_t>(place), 4096);
  };
  const auto holds = [&](std::uint64_t place) {
    return large.find<std::uint64_t>({1, place}) != nullptr;
  };
  offer(1);
  BOOST_TEST(!holds(1));
  BOOST_TEST(large.bytes() == 0U);
  offer(1);
  BOOST_TEST(holds(1));
  BOOST_TEST(large.bytes() == 4096U);

  offer(2);
  for (std::uint64_t place = 100; place < 199; ++place) offer(place);
  offer(2);
  BOOST_TEST(holds(2));
  offer(3);
  for (std::uint64_t place = 200; place < 300; ++place) offer(place);
  offer(3);  // the number of entries that the cache holds was requested since
  BOOST_TEST(!holds(3));
  BOOST_TEST(holds(1));
}

BOOST_AUTO_TEST_CASE(small_things_that_are_offered_in_turn_are_kept) {
  BlockCache large(100 * 4096);
  for (int round = 0; round < 3; ++round) {
    for (std::uint64_t place = 0; place < 600; ++place) {
      const bool found = large.find<std::uint64_t>({1, place}) != nullptr;
      BOOST_TEST(found == (round == 2));
      if (!found) large.offer({1, place}, std::make_shared<const std::uint64_t>(place), 600);
    }
  }
}

// Otherwise entries that were used once would displace those in use now.
BOOST_AUTO_TEST_CASE(unused_entries_are_evicted) {
  for (std::uint64_t place = 0; place < 10; ++place) {
    insert(place, 100);
    finds(place);
  }
  for (std::uint64_t place = 100; place < 110; ++place) {
    insert(place, 100);
    BOOST_TEST(finds(place));
  }
  for (std::uint64_t place = 0; place < 10; ++place) BOOST_TEST(!finds(place));
}

BOOST_AUTO_TEST_CASE(entries_larger_than_the_cache_are_not_kept) {
  insert(1, 1000);
  BOOST_TEST(finds(1));
  insert(2, 1001);
  BOOST_TEST(!finds(2));
  BOOST_TEST(finds(1));
}

BOOST_AUTO_TEST_CASE(it_never_holds_more_than_its_capacity_and_counts_what_it_holds) {
  std::mt19937 random(11);
  std::map<std::uint64_t, std::size_t> sizes;
  for (int i = 0; i < fortnight::tests::rounds(50'000); ++i) {
    const std::uint64_t place = random() % 40;
    if (!finds(place)) {
      sizes[place] = random() % (random() % 10 == 0 ? 1100 : 150);
      insert(place, sizes[place]);
    }
    if (random() % 20 == 0) {
      const std::uint64_t erased = random() % 40;
      cache.erase<std::uint64_t>({1, erased});
      BOOST_TEST(!finds(erased));
    }
    BOOST_REQUIRE(cache.bytes() <= cache.capacity());
  }
  std::size_t held = 0;
  for (const auto& [place, bytes] : sizes) held += finds(place) ? bytes : 0;
  BOOST_TEST(held == cache.bytes());
}

BOOST_AUTO_TEST_SUITE_END()
