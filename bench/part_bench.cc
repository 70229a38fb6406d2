// Parts: writing, reading, scanning and fetching. Bytes a second count the lines.
#include <benchmark/benchmark.h>

#include "bench/generated_calls.h"
#include "storage/executor.h"
#include "storage/files/block_cache.h"
#include "storage/part/part.h"

namespace fortnight {
namespace {

using storage::Effort;
using storage::Predicate;

constexpr std::size_t kCacheBytes = 256U << 20;

storage::PartSummary write_part(storage::FileSystem& files, const std::string& path,
                                Effort effort) {
  storage::ThreadExecutor executor;
  const auto writer =
      storage::PartWriter::create(files, path, bench::kDay, effort, {}, {}, &executor).value();
  for (const storage::Batch& batch : bench::kept_batches()) {
    for (const storage::Call& call : batch.calls) writer->add(batch, call).value();
  }
  return writer->finish().value();
}

void write(benchmark::State& state) {
  const bench::ScratchDirectory scratch;
  const auto effort = static_cast<Effort>(state.range(0));
  bench::kept_batches();
  storage::PartSummary summary;
  for (auto _ : state) summary = write_part(scratch.files(), "part", effort);
  const auto rounds = static_cast<std::int64_t>(state.iterations());
  state.SetBytesProcessed(rounds * static_cast<std::int64_t>(summary.line_bytes));
  state.SetItemsProcessed(rounds * static_cast<std::int64_t>(summary.calls));
  state.counters["bytes_a_call"] =
      static_cast<double>(summary.bytes) / static_cast<double>(summary.calls);
}
BENCHMARK(write)
    ->Arg(static_cast<int>(Effort::fast))
    ->Arg(static_cast<int>(Effort::sealed))
    ->Unit(benchmark::kMillisecond);

// A sealed part of all calls, written once.
struct SealedPart {
  SealedPart() {
    summary = write_part(scratch.files(), "part", Effort::sealed);
    reader = open(kCacheBytes);
  }
  [[nodiscard]] std::shared_ptr<const storage::PartReader> open(std::size_t cache_bytes) const {
    return storage::PartReader::open(scratch.files(), "part",
                                     std::make_shared<storage::BlockCache>(cache_bytes))
        .value();
  }

  bench::ScratchDirectory scratch;
  storage::PartSummary summary;
  std::shared_ptr<const storage::PartReader> reader;
};

const SealedPart& sealed_part() {
  static const SealedPart part;
  return part;
}

void read_all_blocks(benchmark::State& state) {
  const auto part = sealed_part().open(0);
  for (auto _ : state) {
    for (std::uint32_t block = 0; block < part->blocks(); ++block) {
      benchmark::DoNotOptimize(part->read_block(block).value().calls.data());
    }
  }
  const auto rounds = static_cast<std::int64_t>(state.iterations());
  state.SetBytesProcessed(rounds * static_cast<std::int64_t>(part->summary().line_bytes));
  state.SetItemsProcessed(rounds * static_cast<std::int64_t>(part->summary().calls));
}
BENCHMARK(read_all_blocks)->Unit(benchmark::kMillisecond);

void scan(benchmark::State& state, const storage::CallQuery& query) {
  std::uint64_t found = 0;
  for (auto _ : state) {
    found = 0;
    storage::ScanSummary summary;
    const auto count = [&](storage::CallRecord&&) { return ++found < query.limit; };
    sealed_part().reader->scan(query, {}, count, summary).value();
  }
  state.counters["found"] = static_cast<double>(found);
}

void whole_call_by_id(benchmark::State& state) {
  const auto& batch = bench::kept_batches().front();
  Predicate predicate;
  predicate.subject = Predicate::Subject::any_id;
  const auto call_id = batch.field(batch.calls[1234], storage::TextField::call_id);
  predicate.patterns = {{{std::string(call_id)}}};
  storage::CallQuery query;
  query.predicates = {predicate};
  query.with_line = true;
  scan(state, query);
}
BENCHMARK(whole_call_by_id)->Unit(benchmark::kMicrosecond);

void page_by_two_keys(benchmark::State& state) {
  const auto& batch = bench::kept_batches().front();
  Predicate account;
  account.patterns = {{{std::string(batch.field(batch.calls[0], storage::TextField::account))}}};
  Predicate failed;
  failed.subject = Predicate::Subject::status;
  failed.statuses = {{400, 999}};
  storage::CallQuery query;
  query.predicates = {account, failed};
  scan(state, query);
}
BENCHMARK(page_by_two_keys)->Unit(benchmark::kMicrosecond);

// A new text each time, since texts that were not found are remembered.
void needle_that_is_nowhere(benchmark::State& state) {
  Predicate predicate;
  predicate.subject = Predicate::Subject::text;
  storage::CallQuery query;
  static int number = 0;
  for (auto _ : state) {
    predicate.patterns = {{{"nobody." + std::to_string(++number) + "@nowhere.example"}}};
    query.predicates = {predicate};
    storage::ScanSummary summary;
    const auto never = [](storage::CallRecord&&) { return true; };
    sealed_part().reader->scan(query, {}, never, summary).value();
    if (summary.blocks_read == 0) state.SkipWithError("nothing was searched");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(sealed_part().summary.line_bytes));
}
BENCHMARK(needle_that_is_nowhere)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace fortnight

BENCHMARK_MAIN();
