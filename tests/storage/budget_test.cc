#include "storage/budget.h"

#include <boost/test/unit_test.hpp>
#include <optional>

using namespace fortnight;
using storage::Budget;

BOOST_AUTO_TEST_SUITE(budget)

BOOST_AUTO_TEST_CASE(memory_is_a_share_that_stages_divide) {
  const Budget budget(1000);
  BOOST_TEST(budget.check_memory(1000).has_value());
  const auto refused = budget.check_memory(1001);
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code == ErrorCode::limit));
  {
    const auto first = budget.reserve(600);
    BOOST_TEST(budget.available() == 400U);
    BOOST_TEST(budget.check_memory(400).has_value());
    BOOST_TEST(!budget.check_memory(401).has_value());
    const auto second = budget.reserve(600);  // which is past the share: every later stage is
    BOOST_TEST(budget.available() == 0U);
    BOOST_TEST(!budget.check_memory(0).has_value());
  }
  BOOST_TEST(budget.available() == 1000U);
  BOOST_TEST(!budget.check_memory(static_cast<std::size_t>(-1)).has_value());
}

BOOST_AUTO_TEST_CASE(the_error_says_what_can_be_done) {
  const auto refused = Budget(32U << 20).check_memory(1U << 30);
  BOOST_REQUIRE(!refused);
  for (const char* words : {"32 MiB", "more filters", "query.max_memory", "limits.memory"}) {
    BOOST_TEST(refused.error().message.find(words) != std::string::npos, words);
  }
}

BOOST_AUTO_TEST_CASE(a_query_ends_with_the_error_that_stops_it) {
  std::optional<Error> stop;
  const Budget budget(
      [&]() -> Result<void> { return stop ? Result<void>(*stop) : Result<void>(); });
  BOOST_TEST(budget.check().has_value());
  stop = Error{ErrorCode::cancelled, "enough"};
  BOOST_TEST((budget.check().error().code == ErrorCode::cancelled));
  BOOST_TEST(budget.available() == Budget::kDefaultMemory);
  BOOST_TEST(Budget().check().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
