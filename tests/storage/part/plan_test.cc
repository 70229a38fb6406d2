// The blocks and rows that a part's indices select, compared with a check of every call.
#include "storage/part/plan.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/storage/part/sample_part.h"
#include "tests/storage/predicates.h"

using namespace fortnight;
using namespace fortnight::storage;

namespace part_plan {

using samples::SamplePart;
using Subject = Predicate::Subject;

constexpr std::uint64_t kCalls = SamplePart::kCalls;

TimeNs ts_of(std::uint64_t i) { return SamplePart::call(i).ts; }
std::string account_of(std::uint64_t i) { return SamplePart::call(i).account; }
std::int32_t status_of(std::uint64_t i) { return SamplePart::call(i).status; }

struct Fixture : SamplePart {
  [[nodiscard]] PartPlan plan(const std::vector<Predicate>& predicates, TimeNs from = kMinTime,
                              TimeNs to = kMaxTime) const {
    return PartPlan::make(*part, predicates, from, to).value();
  }
  // The rows that a plan selects, in all its blocks.
  [[nodiscard]] std::set<std::uint64_t> rows(const PartPlan& plan) const {
    std::set<std::uint64_t> out;
    for (const std::uint32_t number : plan.blocks()) {
      const BlockEntry& block = part->blocks()[number];
      for (const std::uint32_t row : plan.rows_of(block)) {
        BOOST_TEST(row < block.rows);
        out.insert(block.first_row + row);
      }
    }
    return out;
  }
};

Predicate account(const std::string& name) {
  Predicate predicate = samples::predicate_of(Subject::field, name);
  predicate.field = TextField::account;
  return predicate;
}

Predicate status(std::int32_t first, std::int32_t last) {
  Predicate predicate;
  predicate.subject = Subject::status;
  predicate.statuses = {{first, last}};
  return predicate;
}

template <typename Matches>
std::set<std::uint64_t> calls_where(const Matches& matches) {
  std::set<std::uint64_t> out;
  for (std::uint64_t i = 0; i < kCalls; ++i) {
    if (matches(i)) out.insert(i);
  }
  return out;
}

using Blocks = std::vector<std::uint32_t>;

}  // namespace part_plan

BOOST_FIXTURE_TEST_SUITE(part_plan, part_plan::Fixture)

BOOST_AUTO_TEST_CASE(without_predicates_everything_is_left) {
  const PartPlan all = plan({});
  BOOST_TEST(all.blocks() == (Blocks{0, 1, 2}));
  BOOST_TEST(rows(all).size() == kCalls);
  BOOST_TEST(all.rest().empty());
  BOOST_TEST(all.steps().empty());
}

BOOST_AUTO_TEST_CASE(blocks_outside_the_period_are_left_out) {
  BOOST_TEST(plan({}, ts_of(0), ts_of(kBlockCalls)).blocks() == (Blocks{0}));
  BOOST_TEST(plan({}, ts_of(kBlockCalls - 1), ts_of(kBlockCalls + 1)).blocks() == (Blocks{0, 1}));
  BOOST_TEST(plan({}, ts_of(kCalls), kMaxTime).blocks().empty());
  BOOST_TEST(plan({}, kMinTime, ts_of(0)).blocks().empty());
  // No index is read if the part is outside of the period.
  BOOST_TEST(plan({account("A1")}, ts_of(kCalls), kMaxTime).steps().empty());
}

BOOST_AUTO_TEST_CASE(keys_settle_rows) {
  const PartPlan one = plan({account("A3")});
  BOOST_TEST((rows(one) == calls_where([](auto i) { return account_of(i) == "A3"; })));
  BOOST_TEST(one.rest().empty());
  BOOST_REQUIRE_EQUAL(one.steps().size(), 1U);
  BOOST_TEST(one.steps()[0].starts_with("account by the key index, "));

  const PartPlan both = plan({account("A3"), status(500, 999)});
  BOOST_TEST((rows(both) ==
              calls_where([](auto i) { return account_of(i) == "A3" && status_of(i) == 500; })));
  BOOST_TEST(plan({account("FIRST")}).blocks() == (Blocks{0}));
}

BOOST_AUTO_TEST_CASE(negated_keys_settle_rows) {
  Predicate other = account("A3");
  other.negated = true;
  BOOST_TEST((rows(plan({other})) == calls_where([](auto i) { return account_of(i) != "A3"; })));
  Predicate good = status(500, 500);
  good.negated = true;
  BOOST_TEST((rows(plan({good})) == calls_where([](auto i) { return status_of(i) != 500; })));
}

BOOST_AUTO_TEST_CASE(an_unknown_key_selects_nothing) {
  const PartPlan none = plan({account("nobody"), samples::text_of("note")});
  BOOST_TEST(none.blocks().empty());
  BOOST_TEST(none.steps().size() == 1U);  // nothing else is read
}

BOOST_AUTO_TEST_CASE(ids_leave_their_blocks_and_are_tested_on_rows) {
  for (const std::uint64_t i : {std::uint64_t{5}, std::uint64_t{kBlockCalls}, kCalls - 1}) {
    const PartPlan one =
        plan({samples::predicate_of(Subject::any_id, "call-" + std::to_string(i))});
    const auto block = static_cast<std::uint32_t>(i / kBlockCalls);
    BOOST_TEST(std::count(one.blocks().begin(), one.blocks().end(), block) == 1);
    BOOST_TEST(one.rest().size() == 1U);
  }
  const PartPlan two =
      plan({samples::predicate_of(Subject::any_id, "call-5"),
            samples::predicate_of(Subject::any_id, "Ecall-" + std::to_string(kCalls - 1))});
  BOOST_TEST(two.blocks().empty());  // no block has both
  BOOST_TEST(
      plan({samples::predicate_of(Subject::any_id, "no such ID"), account("A3")}).steps().size() ==
      1U);
}

// Neither kind can be looked up by its hash.
BOOST_AUTO_TEST_CASE(patterns_of_ids_and_negated_ones_leave_all_blocks) {
  Predicate pattern;
  pattern.subject = Subject::any_id;
  pattern.patterns = {TextPattern{{"call-", ""}}};
  BOOST_TEST(plan({pattern}).blocks() == (Blocks{0, 1, 2}));
  Predicate negated = samples::predicate_of(Subject::any_id, "call-5");
  negated.negated = true;
  BOOST_TEST(plan({negated}).blocks() == (Blocks{0, 1, 2}));
  BOOST_TEST(plan({negated}).rest().size() == 1U);
}

BOOST_AUTO_TEST_CASE(other_predicates_are_tested_on_rows) {
  const PartPlan mixed =
      plan({samples::text_of("note"), account("A3"), samples::pointer_of("/note", "a note")});
  BOOST_TEST(mixed.rest().size() == 2U);
  BOOST_TEST(mixed.steps().size() == 3U);
  BOOST_TEST((rows(mixed) == calls_where([](auto i) { return account_of(i) == "A3"; })));
  // A field without a key index.
  Predicate path = samples::predicate_of(Subject::field, "/x");
  path.field = TextField::path;
  BOOST_TEST(plan({path}).rest().size() == 1U);
  BOOST_TEST(plan({path}).blocks() == (Blocks{0, 1, 2}));
}

BOOST_AUTO_TEST_SUITE_END()
