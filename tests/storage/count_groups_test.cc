// Counts by group and bucket, compared with a map.
#include "storage/count_groups.h"

#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <string>

#include "storage/query.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(count_groups)

namespace {

using Model = std::map<std::pair<std::string, std::size_t>, Counts>;

// Some hundreds of names, some of them long, mostly in the order of buckets.
void add_randomly(std::mt19937_64& random, int times, CountGroups& groups, Model& model) {
  for (int i = 0; i < times; ++i) {
    const std::string name(random() % 400, static_cast<char>('a' + random() % 3));
    const std::size_t bucket = random() % 5 == 0 ? random() % 50 : i * 50 / times;
    const Counts added{1 + random() % 3, random() % 2};
    groups.of(groups.at(name), bucket) += added;
    model[{name, bucket}] += added;
  }
}

void check(const CountGroups& groups, const Model& model) {
  Model found;
  for (CountGroups::Group group = 0; group < groups.size(); ++group) {
    Counts total;
    std::size_t next = 0;
    groups.each_bucket(group, [&](std::size_t bucket, const Counts& counts) {
      BOOST_REQUIRE(bucket >= next);
      next = bucket + 1;
      found[{std::string(groups.name(group)), bucket}] += counts;
      total += counts;
    });
    BOOST_REQUIRE(groups.total(group) == total);
  }
  BOOST_REQUIRE(found == model);
  for (const auto& [key, counts] : model) {
    BOOST_REQUIRE(groups.find(key.first, key.second) == counts);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(groups_equal_a_map) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 20; ++round) {
    CountGroups groups;
    Model model;
    add_randomly(random, 1 << round % 12, groups, model);
    check(groups, model);
    CountGroups more;
    Model all = model;
    add_randomly(random, 300, more, all);
    BOOST_TEST(!(groups == more));
    more.add(groups);
    check(more, all);
    // Still valid after a move.
    CountGroups moved = std::move(more);
    add_randomly(random, 300, moved, all);
    check(moved, all);
  }
}

BOOST_AUTO_TEST_CASE(groups_with_the_same_calls_are_equal) {
  CountGroups a;
  CountGroups b;
  a.of(a.at("x"), 1) += {1, 0};
  a.of(a.at("y"), 0) += {2, 1};
  b.of(b.at("y"), 0) += {2, 1};
  BOOST_TEST(!(a == b));
  BOOST_TEST(!(b == a));
  b.of(b.at("x"), 1) += {1, 0};
  b.at("z");
  b.of(b.at("x"), 7) += {0, 0};
  BOOST_TEST((a == b));
}

BOOST_AUTO_TEST_CASE(buckets_move_and_meet) {
  const std::vector<std::size_t> to = {0, CountGroups::kNoBucket, 0, 3, CountGroups::kNoBucket, 4};
  std::mt19937_64 random(5);
  CountGroups groups;
  Model expected;
  for (int i = 0; i < 500; ++i) {
    const std::string name = std::to_string(random() % 90);
    const std::size_t bucket = random() % to.size();
    groups.of(groups.at(name), bucket) += {1, 0};
    if (to[bucket] != CountGroups::kNoBucket) expected[{name, to[bucket]}] += {1, 0};
  }
  groups.move_buckets(to);
  check(groups, expected);
  groups.of(groups.at("5"), 2) += {7, 0};
  expected[{"5", 2}] += {7, 0};
  check(groups, expected);
}

BOOST_AUTO_TEST_CASE(memory_of_many_groups_is_reported) {
  CountGroups groups;
  BOOST_TEST(groups.bytes() == 0U);
  for (int i = 0; i < 100'000; ++i) {
    groups.of(groups.at("/api/profiles/01HQ031P7AKD4QM7EZ8A" + std::to_string(i)), 3) += {1, 0};
  }
  BOOST_TEST(groups.bytes() > 100'000 * 70U);
  BOOST_TEST(groups.bytes() < 100'000 * 150U);
}

BOOST_AUTO_TEST_SUITE_END()
