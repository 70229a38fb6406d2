// Intake on one thread, compared with simdjson's on-demand walk of every value of the same lines.
// FORTNIGHT_BENCH_LINES names a file of lines; the default is generated calls.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "bench/on_demand_walk.h"
#include "config/config.h"
#include "intake/framing.h"
#include "intake/mapper.h"
#include "intake/structurals.h"
#include "tools/generate/call_writer.h"
#include "tools/generate/traffic.h"
#include "tools/generate/world.h"

namespace fortnight {
namespace {

constexpr std::uint64_t kCalls = 40'000;
// 2026-11-20T00:00:00Z, in microseconds; the lines are of the day before.
constexpr std::int64_t kEnd = 1'795'132'800'000'000;
constexpr std::int64_t kDay = 86'400'000'000;
// Calls of one append, as in a daemon under load.
constexpr std::size_t kBatchCalls = 4096;

std::string generated() {
  const generate::World world(1, 2000);
  generate::CallWriter writer(world, 1);
  generate::Traffic traffic(kEnd - kDay, kEnd, kCalls, 1);
  generate::Random random(1);
  std::string text;
  while (const auto time = traffic.next(random)) text.append(writer.write(*time).line) += '\n';
  return text;
}

std::string read_file(const char* name) {
  std::ifstream in(name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Lines {
  std::string text;  // padded for simdjson
  std::vector<std::string_view> lines;
  std::size_t bytes = 0;
};

const Lines& lines() {
  static const Lines all = [] {
    Lines made;
    const char* const file = std::getenv("FORTNIGHT_BENCH_LINES");
    made.text = file != nullptr ? read_file(file) : generated();
    made.bytes = made.text.size();
    made.text.append(simdjson::SIMDJSON_PADDING, ' ');
    const std::string_view text(made.text);
    for (std::size_t from = 0; from < made.bytes;) {
      const std::size_t end = std::min(text.find('\n', from), made.bytes);
      if (end > from) made.lines.push_back(text.substr(from, end - from));
      from = end + 1;
    }
    return made;
  }();
  return all;
}

void report(benchmark::State& state) {
  const auto rounds = static_cast<std::int64_t>(state.iterations());
  state.SetBytesProcessed(rounds * static_cast<std::int64_t>(lines().bytes));
  state.SetItemsProcessed(rounds * static_cast<std::int64_t>(lines().lines.size()));
}

void on_demand_walk(benchmark::State& state) {
  simdjson::ondemand::parser parser;
  std::uint64_t sum = 0;
  for (auto _ : state) {
    for (const std::string_view line : lines().lines) {
      auto document =
          parser.iterate(line.data(), line.size(), line.size() + simdjson::SIMDJSON_PADDING);
      sum += bench::walk(document.get_value());
    }
  }
  benchmark::DoNotOptimize(sum);
  report(state);
}
BENCHMARK(on_demand_walk)->Unit(benchmark::kMillisecond);

void structurals_alone(benchmark::State& state) {
  intake::Structurals structurals;
  std::size_t sum = 0;
  for (auto _ : state) {
    for (const std::string_view line : lines().lines) sum += structurals.find(line).size();
  }
  benchmark::DoNotOptimize(sum);
  report(state);
}
BENCHMARK(structurals_alone)->Unit(benchmark::kMillisecond);

void mapper(benchmark::State& state) {
  const config::Config config = config::default_config();
  intake::Mapper mapper(intake::mapper_settings(config, config.sources.front()));
  storage::Append append;
  for (auto _ : state) {
    for (const std::string_view line : lines().lines) {
      mapper.map(line, 0, kEnd * 1000, append);
      if (append.batch.calls.size() + append.rejects.size() == kBatchCalls) {
        append.batch.clear();
        append.rejects.clear();
      }
    }
  }
  report(state);
  state.counters["calls"] = static_cast<double>(mapper.counters().calls);
  state.counters["rejected"] = static_cast<double>(mapper.counters().rejected_total());
}
BENCHMARK(mapper)->Unit(benchmark::kMillisecond);

void framing(benchmark::State& state) {
  intake::LineFramer framer(config::kMiB);
  std::size_t sum = 0;
  for (auto _ : state) {
    std::string_view rest = std::string_view(lines().text).substr(0, lines().bytes);
    while (!rest.empty()) {
      const std::span<char> space = framer.space();
      const std::size_t count = rest.copy(space.data(), space.size());
      framer.filled(count);
      rest.remove_prefix(count);
      while (const auto line = framer.next()) sum += line->bytes.size();
    }
  }
  benchmark::DoNotOptimize(sum);
  report(state);
}
BENCHMARK(framing)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace fortnight

BENCHMARK_MAIN();
