// Rollups at a million calls a day: building, merging, and counts over 14 and 90 days.
#include <benchmark/benchmark.h>

#include "bench/generated_calls.h"
#include "storage/files/block_cache.h"
#include "storage/rollup/rollup.h"

namespace fortnight {
namespace {

using storage::CountQuery;
using storage::Predicate;
using storage::TextField;

constexpr std::uint64_t kDayCalls = 1'000'000;
constexpr std::size_t kCacheBytes = 512U << 20;

void add(benchmark::State& state) {
  bench::kept_batches();
  std::size_t memory = 0;
  for (auto _ : state) {
    const auto builder = storage::RollupBuilder::create(bench::kDay);
    for (const storage::Batch& batch : bench::kept_batches()) {
      for (const storage::Call& call : batch.calls) builder->add(batch, call);
    }
    state.SetItemsProcessed(state.items_processed() + static_cast<std::int64_t>(builder->calls()));
    memory = builder->memory();
  }
  state.counters["memory"] = static_cast<double>(memory);
}
BENCHMARK(add)->Unit(benchmark::kMillisecond);

// One day's file, and as many readers of it as a query has days. They share a cache.
struct Day {
  Day() {
    const auto builder = storage::RollupBuilder::create(bench::kDay);
    bench::for_each_batch(kDayCalls, [&](const storage::Batch& batch) {
      for (const storage::Call& call : batch.calls) builder->add(batch, call);
      if (first_account.empty()) {
        first_account = batch.field(batch.calls.front(), TextField::account);
      }
    });
    bytes = builder->write(scratch.files(), "day").value();
  }
  [[nodiscard]] std::vector<std::shared_ptr<const storage::RollupReader>> open(
      std::int64_t days) const {
    const auto cache = std::make_shared<storage::BlockCache>(kCacheBytes);
    std::vector<std::shared_ptr<const storage::RollupReader>> readers;
    for (std::int64_t i = 0; i < days; ++i) {
      readers.push_back(storage::RollupReader::open(scratch.files(), "day", cache).value());
    }
    return readers;
  }

  bench::ScratchDirectory scratch;
  std::string first_account;
  std::uint64_t bytes = 0;
};

const Day& day() {
  static const Day made;
  return made;
}

void merge_of_two(benchmark::State& state) {
  const auto readers = day().open(2);
  for (auto _ : state) {
    const auto builder = storage::RollupBuilder::create(bench::kDay);
    for (const auto& reader : readers) builder->add(*reader).value();
    builder->write(day().scratch.files(), "merged").value();
  }
  state.counters["bytes_a_day"] = static_cast<double>(day().bytes);
}
BENCHMARK(merge_of_two)->Unit(benchmark::kMillisecond);

// A day that begins at local midnight: at 0:00, 5:00 or 5:30 UTC.
CountQuery local_days(std::int64_t quarters) {
  const TimeNs start = day_start(bench::kDay);
  CountQuery query;
  query.edges = {start};
  if (quarters > 0) query.edges.push_back(start + quarters * kNsPerQuarter);
  query.edges.push_back(start + 24 * kNsPerHour);
  return query;
}

void count(benchmark::State& state, const CountQuery& query) {
  const auto readers = day().open(state.range(0));
  for (auto _ : state) {
    storage::CountAnswer answer;
    for (const auto& reader : readers) reader->count(query, {}, answer).value();
    benchmark::DoNotOptimize(answer.groups.size());
  }
}

void all_calls(benchmark::State& state) { count(state, local_days(state.range(1))); }

void one_account(benchmark::State& state) {
  CountQuery query = local_days(state.range(1));
  query.predicates.emplace_back().patterns = {{{day().first_account}}};
  count(state, query);
}

void any_account_filtered(benchmark::State& state) {
  CountQuery query = local_days(state.range(1));
  Predicate& status = query.predicates.emplace_back();
  status.subject = Predicate::Subject::status;
  status.statuses = {{100, 499}};
  Predicate& method = query.predicates.emplace_back();
  method.field = TextField::method;
  method.negated = true;
  method.patterns = {{{"DELETE"}}};
  count(state, query);
}

void by_endpoint(benchmark::State& state) {
  CountQuery query = local_days(state.range(1));
  query.by_field = TextField::endpoint;
  count(state, query);
}

void by_account(benchmark::State& state) {
  CountQuery query = local_days(state.range(1));
  query.by_field = TextField::account;
  count(state, query);
}

void days_and_cuts(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"days", "cut"})->ArgsProduct({{14, 90}, {0, 20, 22}});
  benchmark->Unit(benchmark::kMicrosecond);
}
BENCHMARK(all_calls)->Apply(days_and_cuts);
BENCHMARK(one_account)->Apply(days_and_cuts);
BENCHMARK(any_account_filtered)->Apply(days_and_cuts);
BENCHMARK(by_endpoint)->Apply(days_and_cuts);
BENCHMARK(by_account)->Apply(days_and_cuts);

}  // namespace
}  // namespace fortnight

BENCHMARK_MAIN();
