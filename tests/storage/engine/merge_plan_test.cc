// Which parts and rollups are merged next.
#include "storage/engine/merge_plan.h"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "storage/packing/limits.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(merge_plan)

namespace {

constexpr Day kDay = 20777;

// Plans only check whether a reader exists.
class NoReader final : public PartReader {
 public:
  [[nodiscard]] const PartSummary& summary() const override { return summary_; }
  [[nodiscard]] std::uint32_t blocks() const override { return 0; }
  [[nodiscard]] std::shared_ptr<const PartReader> without(ErasedRows) const override {
    return std::make_shared<NoReader>();
  }
  [[nodiscard]] const ErasedRows& erased() const override { return erased_; }
  [[nodiscard]] Result<Batch> read_block(std::uint32_t) const override { return Batch(); }
  Result<bool> scan(const CallQuery&, const Budget&, const CallVisitor&,
                    ScanSummary&) const override {
    return true;
  }
  Result<void> explain(const CallQuery&, ScanSummary&) const override { return {}; }
  Result<void> count(const CountQuery&, const Budget&, CountAnswer&) const override { return {}; }
  Result<void> match(const CallQuery&, const Budget&, Completeness&, Roaring&) const override {
    return {};
  }
  Result<void> failures(const FailureQuery&, const Budget&, FoundFailures&) const override {
    return {};
  }
  [[nodiscard]] Result<std::optional<CallRecord>> fetch(const Ref&, const Budget&) const override {
    return std::optional<CallRecord>();
  }

 private:
  PartSummary summary_;
  ErasedRows erased_;
};

// A version made from sizes. Parts and rollups are numbered from 1 in order.
class Files {
 public:
  Files& part(Day day, std::uint64_t bytes, FileKind kind = FileKind::part) {
    LivePart part;
    part.entry.name = {kind, ++number_, day};
    part.entry.summary = {.day = day, .calls = 1000, .bytes = bytes, .line_bytes = 1000 * 500};
    part.reader = std::make_shared<NoReader>();
    version_.parts[day].push_back(part);
    return *this;
  }
  Files& parts(Day day, std::size_t count, std::uint64_t bytes) {
    for (std::size_t i = 0; i < count; ++i) part(day, bytes);
    return *this;
  }
  Files& segment(Day day, std::uint64_t bytes) { return part(day, bytes, FileKind::segment); }
  Files& rollups(Day day, std::size_t count, FileKind kind = FileKind::rollup) {
    for (std::size_t i = 0; i < count; ++i) {
      LiveRollup rollup;
      rollup.entry.name = {kind, ++number_, day};
      version_.rollups.push_back(rollup);
    }
    return *this;
  }
  LivePart& last(Day day) { return version_.parts[day].back(); }
  [[nodiscard]] const Version& version() const { return version_; }

 private:
  Version version_;
  std::uint64_t number_ = 0;
};

// Days before kDay are over. `quiet_for` is their quiet time, as a multiple of the required one.
MergeRules rules(int quiet_for = 0) {
  MergeRules rules;
  rules.quiet = [quiet_for](Day day, int times) { return day < kDay && times <= quiet_for; };
  return rules;
}

std::vector<std::uint64_t> numbers(const MergePlan& plan) {
  std::vector<std::uint64_t> out;
  for (const LivePart& part : plan.inputs) out.push_back(part.entry.name.number);
  return out;
}

using Numbers = std::vector<std::uint64_t>;

Numbers from_to(std::uint64_t first, std::uint64_t last) {
  Numbers out;
  for (std::uint64_t i = first; i <= last; ++i) out.push_back(i);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(no_files_and_few_files_need_no_merge) {
  BOOST_TEST(!plan_merge(Version(), rules()));
  BOOST_TEST(!plan_rollup_merge(Version(), rules()));
  BOOST_TEST(!plan_merge(Files().parts(kDay, 7, 1000).version(), rules()));
}

BOOST_AUTO_TEST_CASE(eight_parts_of_like_size_are_merged) {
  const auto plan = plan_merge(Files().parts(kDay, 8, 1000).version(), rules());
  BOOST_REQUIRE(plan);
  BOOST_TEST(plan->day == kDay);
  BOOST_TEST(!plan->seal);
  BOOST_TEST(numbers(*plan) == from_to(1, 8));
}

// Only consecutive parts, the newest ones first.
BOOST_AUTO_TEST_CASE(a_run_of_one_size_is_taken_from_the_newest_end) {
  const auto ten = plan_merge(Files().parts(kDay, 10, 1000).version(), rules());
  BOOST_TEST(numbers(ten.value()) == from_to(3, 10));
  const auto behind = Files().parts(kDay, 9, 100).part(kDay, 1U << 20).version();
  BOOST_TEST(numbers(plan_merge(behind, rules()).value()) == from_to(2, 9));
  const auto between = Files().parts(kDay, 4, 100).part(kDay, 1U << 20).parts(kDay, 4, 100);
  BOOST_TEST(!plan_merge(between.version(), rules()));
}

// Sizes of a tier differ by a factor of less than eight: 64 to 511 is one tier.
BOOST_AUTO_TEST_CASE(sizes_of_one_tier_are_alike) {
  Files alike;
  alike.parts(kDay, 4, 64).parts(kDay, 4, 511);
  BOOST_TEST(plan_merge(alike.version(), rules()).has_value());
  Files unlike;
  unlike.parts(kDay, 4, 64).parts(kDay, 4, 512);
  BOOST_TEST(!plan_merge(unlike.version(), rules()));
}

// Whatever their sizes, since queries open every part of a day.
BOOST_AUTO_TEST_CASE(very_many_parts_are_merged_whatever_their_sizes) {
  Files files;
  for (int i = 0; i < 32; ++i) files.part(kDay, i % 2 == 0 ? 100 : 100'000);
  BOOST_TEST(!plan_merge(files.version(), rules()));
  files.part(kDay, 100);
  BOOST_TEST(numbers(plan_merge(files.version(), rules()).value()) == from_to(26, 33));
}

BOOST_AUTO_TEST_CASE(the_newest_day_comes_first) {
  const Files files = Files().parts(kDay - 1, 8, 1000).parts(kDay, 8, 1000);
  BOOST_TEST(plan_merge(files.version(), rules())->day == kDay);
  const Files older = Files().parts(kDay - 1, 8, 1000).parts(kDay, 7, 1000);
  BOOST_TEST(plan_merge(older.version(), rules())->day == kDay - 1);
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_read_stay_as_they_are) {
  MergeRules wanted = rules();
  wanted.unmergeable = {3};
  const Files files = Files().parts(kDay, 8, 1000);
  BOOST_TEST(!plan_merge(files.version(), wanted));
  Files unopened;
  unopened.parts(kDay, 8, 1000);
  unopened.last(kDay).reader = nullptr;
  BOOST_TEST(!plan_merge(unopened.version(), rules()));
  // The parts around it are merged without it.
  const Files nine = Files().parts(kDay, 9, 1000);
  BOOST_TEST(numbers(plan_merge(nine.version(), wanted).value()) ==
             (Numbers{1, 2, 4, 5, 6, 7, 8, 9}));
}

BOOST_AUTO_TEST_CASE(a_day_that_is_over_and_quiet_is_sealed) {
  const Files files = Files().part(kDay - 1, 100).part(kDay - 1, 100'000);
  BOOST_TEST(!plan_merge(files.version(), rules(0)));
  const auto plan = plan_merge(files.version(), rules(1));
  BOOST_REQUIRE(plan);
  BOOST_TEST(plan->seal);
  BOOST_TEST(numbers(*plan) == from_to(1, 2));
  // A single part becomes a segment; a single segment needs no merge.
  BOOST_TEST(plan_merge(Files().part(kDay - 1, 100).version(), rules(1))->seal);
  BOOST_TEST(!plan_merge(Files().segment(kDay - 1, 100).version(), rules(kLongestQuiet)));
  BOOST_TEST(
      plan_merge(Files().segment(kDay - 1, 100).segment(kDay - 1, 1).version(), rules(1))->seal);
}

// Late parts that are a small share of the day wait for a longer quiet time.
BOOST_AUTO_TEST_CASE(late_parts_are_sealed_once_they_are_worth_it) {
  const Files few = Files().segment(kDay - 1, 8000).part(kDay - 1, 999);
  BOOST_TEST(!plan_merge(few.version(), rules(1)));
  BOOST_TEST(!plan_merge(few.version(), rules(kLongestQuiet - 1)));
  BOOST_TEST(plan_merge(few.version(), rules(kLongestQuiet))->seal);
  const Files many = Files().segment(kDay - 1, 8000).part(kDay - 1, 1000);
  BOOST_TEST(plan_merge(many.version(), rules(1))->seal);
}

// A merge holds a block of each input: memory limits the number of inputs, and a day with more
// parts is sealed in steps.
BOOST_AUTO_TEST_CASE(inputs_are_as_many_as_memory_allows) {
  const auto many = plan_merge(Files().parts(kDay - 1, 40, 1000).version(), rules(1));
  BOOST_REQUIRE(many);
  BOOST_TEST(!many->seal);
  BOOST_TEST(many->inputs.size() <= 32U);
  BOOST_TEST(many->inputs.size() >= 2U);
  Files long_lines;
  for (int i = 0; i < 6; ++i) {
    long_lines.part(kDay - 1, 1U << 30);
    long_lines.last(kDay - 1).entry.summary.line_bytes = 1000 * kMaxLineBytes;
  }
  const auto two = plan_merge(long_lines.version(), rules(1));
  BOOST_TEST(numbers(two.value()) == from_to(1, 2));
  BOOST_TEST(!two->seal);
  // Without calls there is no mean length.
  Files empty;
  empty.parts(kDay - 1, 2, 100);
  empty.last(kDay - 1).entry.summary.calls = 0;
  BOOST_TEST(plan_merge(empty.version(), rules(1))->seal);
}

// For any parts, merging ends: each plan leaves fewer parts, or a segment.
BOOST_AUTO_TEST_CASE(merging_ends) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::pair<std::uint64_t, FileKind>> parts;
    for (std::uint64_t i = random() % 100; i > 0; --i) {
      parts.emplace_back(std::uint64_t{1} << random() % 30,
                         random() % 8 == 0 ? FileKind::segment : FileKind::part);
    }
    const Day day = random() % 2 == 0 ? kDay : kDay - 1;
    for (std::size_t merges = 0;; ++merges) {
      BOOST_REQUIRE_LE(merges, 101U);
      Files files;
      for (const auto& [bytes, kind] : parts) files.part(day, bytes, kind);
      const auto plan = plan_merge(files.version(), rules(kLongestQuiet));
      if (!plan) break;
      const Numbers inputs = numbers(*plan);
      BOOST_REQUIRE(!inputs.empty());
      BOOST_REQUIRE(inputs.size() > 1 || plan->seal);
      // They are consecutive, so that the output can replace them.
      BOOST_REQUIRE(inputs == from_to(inputs.front(), inputs.back()));
      std::uint64_t bytes = 0;
      for (const LivePart& part : plan->inputs) bytes += part.entry.summary.bytes;
      const auto first = parts.begin() + static_cast<std::ptrdiff_t>(inputs.front()) - 1;
      *first = {bytes, plan->seal ? FileKind::segment : FileKind::part};
      parts.erase(first + 1, first + static_cast<std::ptrdiff_t>(inputs.size()));
    }
    if (day < kDay && !parts.empty()) {
      BOOST_TEST(parts.size() == 1U);
      BOOST_TEST((parts.front().second == FileKind::segment));
    }
  }
}

BOOST_AUTO_TEST_CASE(rollups_of_a_day_are_merged_by_kind) {
  Files files;
  files.rollups(kDay - 1, 3).rollups(kDay - 1, 2, FileKind::late_rollup).rollups(kDay, 7);
  BOOST_TEST(!plan_rollup_merge(files.version(), rules()));
  const auto quiet = plan_rollup_merge(files.version(), rules(1));
  BOOST_REQUIRE(quiet);
  BOOST_TEST(quiet->day == kDay - 1);
  BOOST_TEST((quiet->kind == FileKind::rollup));
  BOOST_TEST(quiet->inputs.size() == 3U);

  Files late;
  late.rollups(kDay - 1, 1).rollups(kDay - 1, 2, FileKind::late_rollup);
  MergeRules folded = rules(1);
  folded.capped = {1};
  BOOST_TEST((plan_rollup_merge(late.version(), folded)->kind == FileKind::late_rollup));

  Files eight;
  eight.rollups(kDay, 8);
  BOOST_TEST(plan_rollup_merge(eight.version(), rules())->inputs.size() == 8U);
  MergeRules wanted = rules();
  wanted.unmergeable = {8};
  BOOST_TEST(!plan_rollup_merge(eight.version(), wanted));
}

// A day's only rollup is folded once the day is over and quiet, if it names too many values.
BOOST_AUTO_TEST_CASE(a_single_rollup_is_folded_once) {
  Files files;
  files.rollups(kDay - 1, 1);
  BOOST_TEST(!plan_rollup_merge(files.version(), rules()));
  const auto quiet = plan_rollup_merge(files.version(), rules(1));
  BOOST_REQUIRE(quiet);
  BOOST_TEST(quiet->inputs.size() == 1U);
  BOOST_TEST(quiet->capped);
  BOOST_TEST(quiet->quiet);
  MergeRules folded = rules(1);
  folded.capped = {1};
  BOOST_TEST(!plan_rollup_merge(files.version(), folded));

  Files late;
  late.rollups(kDay - 1, 1, FileKind::late_rollup);
  BOOST_TEST(!plan_rollup_merge(late.version(), rules(1)));

  // While calls still arrive, values that may recur are kept.
  Files eight;
  eight.rollups(kDay, 8);
  BOOST_TEST(!plan_rollup_merge(eight.version(), rules())->capped);
  BOOST_TEST(!plan_rollup_merge(eight.version(), rules())->quiet);
}

BOOST_AUTO_TEST_SUITE_END()
