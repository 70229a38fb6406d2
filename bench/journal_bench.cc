// The journal: the time to make appended bytes durable, on the disk of TMPDIR.
#include <benchmark/benchmark.h>

#include "bench/generated_calls.h"
#include "storage/journal/journal.h"

namespace fortnight {
namespace {

constexpr std::uint64_t kFileBytes = 64U << 20;

// Appends and syncs one record of so many KiB: the time that a single sender waits.
void append_and_sync(benchmark::State& state) {
  const bench::ScratchDirectory scratch;
  storage::Journal journal(scratch.files(), kFileBytes, {}, 1, 1);
  const std::string payload(static_cast<std::size_t>(state.range(0)) << 10, 'x');
  const auto append = [&] {
    return journal.append({.front = {}, .shared = payload, .owner = {}, .back = {}});
  };
  if (!append()) state.SkipWithError("the journal failed");  // creates the file
  for (auto _ : state) {
    const auto lsn = append();
    if (!lsn || !journal.sync()) {
      state.SkipWithError("the journal failed");
      break;
    }
    journal.release(*lsn);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(payload.size()));
}
BENCHMARK(append_and_sync)
    ->Arg(4)
    ->Arg(256)
    ->Arg(4096)
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();

}  // namespace
}  // namespace fortnight

BENCHMARK_MAIN();
