// Fixed-width bit packing. Bytes a second count the unpacked values.
#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "storage/packing/bit_pack.h"

namespace fortnight::storage {
namespace {

constexpr std::size_t kValues = 4096;

std::vector<std::uint64_t> random_values(unsigned width) {
  std::mt19937_64 random(1);
  std::vector<std::uint64_t> values(kValues);
  for (std::uint64_t& value : values) value = random() >> (64 - width);
  return values;
}

void report(benchmark::State& state, std::size_t value_bytes) {
  const auto rounds = static_cast<std::int64_t>(state.iterations());
  state.SetBytesProcessed(rounds * static_cast<std::int64_t>(kValues * value_bytes));
  state.SetItemsProcessed(rounds * static_cast<std::int64_t>(kValues));
}

void pack(benchmark::State& state) {
  const auto width = static_cast<unsigned>(state.range(0));
  const std::vector<std::uint64_t> values = random_values(width);
  std::string packed;
  for (auto _ : state) {
    packed.clear();
    pack_bits(values, width, packed);
    benchmark::DoNotOptimize(packed.data());
  }
  report(state, sizeof(std::uint64_t));
}
BENCHMARK(pack)->Arg(1)->Arg(7)->Arg(13)->Arg(32)->Arg(61);

template <typename T>
void unpack(benchmark::State& state) {
  const auto width = static_cast<unsigned>(state.range(0));
  std::string packed;
  pack_bits(random_values(width), width, packed);
  std::vector<T> out(kValues);
  for (auto _ : state) {
    unpack_bits(packed.data(), 0, kValues, width, out.data());
    benchmark::DoNotOptimize(out.data());
  }
  report(state, sizeof(T));
}
BENCHMARK(unpack<std::uint8_t>)->Arg(1)->Arg(7)->Arg(8);
BENCHMARK(unpack<std::uint32_t>)->Arg(7)->Arg(13)->Arg(31);
BENCHMARK(unpack<std::uint64_t>)->Arg(13)->Arg(41)->Arg(61);

void unpack_one_by_one(benchmark::State& state) {
  const auto width = static_cast<unsigned>(state.range(0));
  std::string packed;
  pack_bits(random_values(width), width, packed);
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(unpack_one(packed.data(), at, width));
    at = (at + 2477) % kValues;  // a prime: jumps about
  }
}
BENCHMARK(unpack_one_by_one)->Arg(7)->Arg(41)->Arg(61);

}  // namespace
}  // namespace fortnight::storage

BENCHMARK_MAIN();
