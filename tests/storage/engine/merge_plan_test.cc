// Which parts and rollups are merged next.
#include "storage/engine/merge_plan.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
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
  [[nodiscard]] TimeNs oldest_in(std::uint32_t) const override { return 0; }
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

// A version made from sizes. Parts and rollups are numbered from 1 in order; parts follow each
// other in time, and overlap a little.
class Files {
 public:
  Files& part(Day day, std::uint64_t bytes, FileKind kind = FileKind::part) {
    LivePart part;
    part.entry.name = {kind, ++number_, day};
    part.entry.summary = {.day = day,
                          .calls = 1000,
                          .bytes = bytes,
                          .line_bytes = 1000 * 500,
                          .min_ts = static_cast<TimeNs>(number_ * 100),
                          .max_ts = static_cast<TimeNs>(number_ * 100 + 110)};
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
  rules.today = kDay;
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

BOOST_AUTO_TEST_CASE(eight_parts_of_today_are_merged_whatever_their_sizes) {
  const auto plan = plan_merge(Files().parts(kDay, 8, 1000).version(), rules());
  BOOST_REQUIRE(plan);
  BOOST_TEST(plan->day == kDay);
  BOOST_TEST(!plan->seal);
  BOOST_TEST(numbers(*plan) == from_to(1, 8));
  Files unlike;
  for (int i = 0; i < 8; ++i) unlike.part(kDay, i % 2 == 0 ? 100 : 100'000);
  BOOST_TEST(numbers(plan_merge(unlike.version(), rules()).value()) == from_to(1, 8));
}

BOOST_AUTO_TEST_CASE(a_call_is_merged_once_before_its_day_is_sealed) {
  Files files;
  files.parts(kDay, 4, 100).part(kDay, 800).parts(kDay, 3, 100);
  BOOST_TEST(plan_merge(files.version(), rules()).has_value());
  Files merged;
  merged.part(kDay, 800);
  merged.last(kDay).entry.rewrites = 1;
  merged.parts(kDay, 7, 100);
  BOOST_TEST(!plan_merge(merged.version(), rules()));
  merged.part(kDay, 100);
  BOOST_TEST(numbers(plan_merge(merged.version(), rules()).value()) == from_to(2, 9));
  // The more merged ones there are, the wider the next merge.
  Files many;
  for (int i = 0; i < 10; ++i) {
    many.part(kDay, 800);
    many.last(kDay).entry.rewrites = 1;
  }
  many.parts(kDay, 9, 100);
  BOOST_TEST(!plan_merge(many.version(), rules()));
  many.part(kDay, 100);
  BOOST_TEST(numbers(plan_merge(many.version(), rules()).value()) == from_to(11, 20));
}

BOOST_AUTO_TEST_CASE(parts_of_a_past_day_wait_for_its_seal) {
  BOOST_TEST(!plan_merge(Files().parts(kDay - 1, 127, 1000).version(), rules()));
  const auto plan = plan_merge(Files().parts(kDay - 1, 128, 1000).version(), rules());
  BOOST_REQUIRE(plan);
  BOOST_TEST(!plan->seal);
}

BOOST_AUTO_TEST_CASE(the_newest_day_comes_first) {
  const Files files = Files().parts(kDay - 1, 128, 1000).parts(kDay, 8, 1000);
  BOOST_TEST(plan_merge(files.version(), rules())->day == kDay);
  const Files older = Files().parts(kDay - 1, 128, 1000).parts(kDay, 7, 1000);
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

// A merge holds a block of each input of the same time: memory limits their number, and a day with
// more of them is sealed in steps, the smallest ones first.
BOOST_AUTO_TEST_CASE(inputs_of_the_same_time_are_as_many_as_memory_allows) {
  const auto together = [](Files& files) -> Files& {
    files.last(kDay - 1).entry.summary.min_ts = 0;
    files.last(kDay - 1).entry.summary.max_ts = 100;
    return files;
  };
  Files same_time;
  for (int i = 0; i < 40; ++i) together(same_time.part(kDay - 1, 1000));
  const auto many = plan_merge(same_time.version(), rules(1));
  BOOST_REQUIRE(many);
  BOOST_TEST(!many->seal);
  BOOST_TEST(many->inputs.size() < 40U);
  BOOST_TEST(many->inputs.size() > 2U);
  Files long_lines;
  for (int i = 0; i < 6; ++i) {
    together(long_lines.part(kDay - 1, i < 3 ? 1U << 30 : 1U << 20));
    long_lines.last(kDay - 1).entry.summary.line_bytes = 1000 * kMaxLineBytes;
  }
  const auto two = plan_merge(long_lines.version(), rules(1));
  BOOST_TEST(numbers(two.value()) == from_to(4, 5));
  BOOST_TEST(!two->seal);
  // In order of time, all of them fit.
  const auto all = plan_merge(Files().parts(kDay - 1, 500, 1000).version(), rules(1));
  BOOST_TEST(all->seal);
  BOOST_TEST(all->inputs.size() == 500U);
  // Without calls there is no mean length.
  Files empty;
  empty.parts(kDay - 1, 2, 100);
  empty.last(kDay - 1).entry.summary.calls = 0;
  BOOST_TEST(plan_merge(empty.version(), rules(1))->seal);
}

namespace {

// A day whose parts are planned and merged, without files.
struct SimulatedDay {
  std::vector<LivePart> parts;
  std::uint64_t number = 0;
  double written = 0;  // bytes of lines, as often as they were written
  std::size_t most_parts = 0;

  void flush(std::uint64_t calls, TimeNs from, TimeNs to) {
    LivePart part;
    part.entry.name = {FileKind::part, ++number, kDay};
    constexpr std::uint64_t line = 1000;
    part.entry.summary = {.day = kDay,
                          .calls = calls,
                          .bytes = calls * 100,
                          .line_bytes = calls * line,
                          .min_ts = from,
                          .max_ts = to};
    part.reader = std::make_shared<NoReader>();
    add(std::move(part));
  }
  // Merges until no merge is due. `today`: the current day.
  void settle(Day today, int quiet_for) {
    MergeRules now = rules();
    now.today = today;
    now.quiet = [=](Day day, int times) { return day < today && times <= quiet_for; };
    for (;;) {
      Version version;
      version.parts[kDay] = parts;
      const auto plan = plan_merge(version, now);
      if (!plan) return;
      LivePart output;
      output.entry.name = {plan->seal ? FileKind::segment : FileKind::part, ++number, kDay};
      output.reader = plan->inputs.front().reader;
      PartSummary& sum = output.entry.summary;
      for (const LivePart& input : plan->inputs) {
        const PartSummary& one = input.entry.summary;
        sum.calls += one.calls;
        sum.bytes += one.bytes;
        sum.line_bytes += one.line_bytes;
        sum.min_ts = std::min(sum.min_ts, one.min_ts);
        sum.max_ts = std::max(sum.max_ts, one.max_ts);
        output.entry.rewrites = std::max(output.entry.rewrites, input.entry.rewrites);
        std::erase_if(parts,
                      [&](const LivePart& part) { return part.entry.name == input.entry.name; });
      }
      ++output.entry.rewrites;
      add(std::move(output));
    }
  }
  [[nodiscard]] double lines() const {
    double sum = 0;
    for (const LivePart& part : parts) sum += static_cast<double>(part.entry.summary.line_bytes);
    return sum;
  }

 private:
  void add(LivePart part) {
    written += static_cast<double>(part.entry.summary.line_bytes);
    parts.push_back(std::move(part));
    most_parts = std::max(most_parts, parts.size());
  }
};

}  // namespace

// However many flushes a day has: once on arrival, once while the day is open, once when it is
// sealed.
BOOST_AUTO_TEST_CASE(each_call_is_written_three_times_at_most) {
  std::mt19937_64 random(7);
  for (const int flushes : {1, 2, 7, 8, 9, 31, 64, 100, 500, 2000}) {
    for (const Day today : {kDay, kDay + 3}) {  // calls of today, and of a past day
      SimulatedDay day;
      for (int i = 0; i < flushes; ++i) {
        const TimeNs from = i * 1000;
        day.flush(1 + random() % 70'000, from - static_cast<TimeNs>(random() % 500), from + 1100);
        day.settle(today, 0);
      }
      const double root = std::sqrt(2.0 * flushes);
      BOOST_TEST(static_cast<double>(day.most_parts) <= 2 * root + 140);
      day.settle(today + 1, kLongestQuiet);
      BOOST_TEST(day.parts.size() == 1U);
      BOOST_TEST((day.parts.front().entry.name.kind == FileKind::segment));
      BOOST_TEST(day.written / day.lines() <= 3.0);
      if (flushes < 8) BOOST_TEST(day.written / day.lines() == 2.0);
    }
  }
}

// If all flushes have calls of the whole day, it grows with the logarithm of their number.
BOOST_AUTO_TEST_CASE(calls_in_no_order_are_written_once_for_each_level) {
  for (const int flushes : {10, 100, 1000}) {
    SimulatedDay day;
    for (int i = 0; i < flushes; ++i) {
      day.flush(60'000, 0, kNsPerDay);
      day.settle(kDay + 3, 0);
    }
    day.settle(kDay + 4, kLongestQuiet);
    BOOST_TEST(day.parts.size() == 1U);
    BOOST_TEST(day.written / day.lines() <= 3 + std::log(flushes) / std::log(5));
  }
}

// For any parts, merging ends: each plan leaves fewer parts, or a segment.
BOOST_AUTO_TEST_CASE(merging_ends) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 200; ++round) {
    SimulatedDay day;
    for (std::uint64_t i = random() % 100; i > 0; --i) {
      const auto from = static_cast<TimeNs>(random() % 1000);
      day.flush(1 + random() % 100'000, from, from + static_cast<TimeNs>(random() % 1000));
      LivePart& part = day.parts.back();
      if (random() % 8 == 0) part.entry.name.kind = FileKind::segment;
      part.entry.rewrites = static_cast<std::uint8_t>(random() % 3);
    }
    const bool any = !day.parts.empty();
    day.settle(kDay, 0);
    day.settle(kDay + 1, kLongestQuiet);
    BOOST_TEST(day.parts.size() == (any ? 1U : 0U));
    if (any) BOOST_TEST((day.parts.front().entry.name.kind == FileKind::segment));
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
