// The shares of unfinished lines in their memory limit.
#include "daemon/net/unfinished_lines.h"

#include <boost/test/unit_test.hpp>
#include <deque>

namespace fortnight::daemon {
BOOST_AUTO_TEST_SUITE(unfinished_lines)

namespace {

constexpr std::size_t kBound = 1U << 20;

}  // namespace

BOOST_AUTO_TEST_CASE(one_connection_may_have_all) {
  UnfinishedLines lines(kBound);
  UnfinishedLines::Part part(lines);
  BOOST_TEST(part.allowance() == kBound);
  part.hold(kBound / 4);
  BOOST_TEST(part.allowance() == kBound / 4 * 3);
  part.hold(kBound);
  BOOST_TEST(part.allowance() == 0U);
  part.hold(0);
  BOOST_TEST(lines.held() == 0U);
}

BOOST_AUTO_TEST_CASE(the_greedy_one_waits_and_others_continue) {
  UnfinishedLines lines(kBound);
  UnfinishedLines::Part greedy(lines);
  UnfinishedLines::Part modest(lines);
  greedy.hold(kBound);
  BOOST_TEST(greedy.allowance() == 0U);
  BOOST_TEST(modest.allowance() == kBound / 2);
  modest.hold(kBound / 8);
  BOOST_TEST(modest.allowance() > 0U);
  BOOST_TEST(greedy.allowance() == 0U);
  greedy.hold(0);
  BOOST_TEST(modest.allowance() == kBound / 8 * 7);
}

// For any number of connections, arriving at once or one after the other, the total stays within
// twice the limit, plus one read and the minimum share of each.
BOOST_AUTO_TEST_CASE(all_together_are_bounded) {
  UnfinishedLines lines(kBound);
  std::deque<UnfinishedLines::Part> parts;
  std::deque<std::size_t> sizes;
  constexpr std::size_t kParts = 200;
  constexpr std::size_t kRead = 64U << 10;
  for (std::size_t i = 0; i < kParts; ++i) {
    parts.emplace_back(lines);
    sizes.push_back(0);
  }
  const auto read = [&](std::size_t i) {
    sizes[i] += std::min(parts[i].allowance(), kRead);
    parts[i].hold(sizes[i]);
    BOOST_TEST_REQUIRE(lines.held() <= 2 * kBound + kRead + kParts * UnfinishedLines::kLeastShare);
  };
  for (std::size_t i = 0; i < kParts / 2; ++i) {
    for (int times = 0; times < 100; ++times) read(i);
  }
  for (int round = 0; round < 300; ++round) {
    for (std::size_t i = 0; i < kParts; ++i) read(i);
  }
  for (std::size_t i = 0; i < kParts; ++i) BOOST_TEST(sizes[i] >= UnfinishedLines::kLeastShare);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
