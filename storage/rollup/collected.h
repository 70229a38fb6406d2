// What a rollup's builder has counted so far: keys, cells and sketches in memory.
#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/checksum.h"
#include "storage/call/latency_sketch.h"
#include "storage/packing/dictionary.h"
#include "storage/rollup/caps.h"
#include "storage/rollup/codes.h"
#include "storage/rollup/fold.h"
#include "storage/rollup/merge.h"
#include "storage/rollup/source.h"

namespace fortnight::storage {

// A count's key while it is collected: account, combo and quarter in one word.
constexpr unsigned kAccountShift = 32;
constexpr std::uint64_t kRowMask = (std::uint64_t{1} << kAccountShift) - 1;
static_assert(kMaxRollupCombos <= std::uint64_t{1} << (kAccountShift - kQuarterBits));

// Represents `(other)` while a key's values are still growing.
constexpr std::uint32_t kOtherValue = 0xffffffff;

struct HourSketch {
  std::uint64_t hour = 0;
  LatencySketch sketch;
};
// Of one endpoint. Calls mostly come in the order of time, so the last hour is searched first.
using HourSketches = std::vector<HourSketch>;
using CountCells = boost::unordered_flat_map<std::uint64_t, std::uint64_t>;

// Hashes the bytes of a combo, which has no padding.
struct ComboHash {
  using is_avalanching = void;
  std::size_t operator()(const RollupCombo& combo) const {
    static_assert(std::has_unique_object_representations_v<RollupCombo>);
    return checksum64({reinterpret_cast<const char*>(combo.data()), sizeof(combo)});
  }
};

inline DictionaryBuilder rollup_names() { return {kMaxRollupCombos, kMaxRollupSectionBytes}; }

// The failed calls by error code.
struct CollectedCodes {
  // A failure's combo and code; the code may be kOtherValue.
  using Failure = std::pair<std::uint32_t, std::uint32_t>;

  std::optional<std::vector<std::string>> pointers;  // nothing: codes aren't counted
  // So many codes in the calls of one builder are no codes: the rest is folded as it comes.
  DictionaryBuilder codes{std::size_t{2} * kFreshValues, kMaxRollupSectionBytes};
  boost::unordered_flat_map<Failure, std::uint32_t> numbers;
  CountCells cells;  // key: account, failure, quarter
  boost::unordered_flat_map<std::uint64_t, HourSightings> sightings;  // key: failure, hour
  std::uint64_t calls = 0;

  // Counts a call. Returns false if there is no room for another failure.
  bool add(std::uint32_t account, std::uint32_t combo, std::string_view code,
           const FailureSighting& seen);
  // Changes the combos of the failures: combo i becomes places[i].
  void renumber(const std::vector<std::uint32_t>& places);

 private:
  [[nodiscard]] std::optional<std::uint32_t> number_of(const Failure& failure);
  void widen(const HourSightings& seen);
};

struct CollectedCounts {
  DictionaryBuilder accounts = rollup_names();
  std::array<DictionaryBuilder, kRollupKeys> values = {rollup_names(), rollup_names(),
                                                       rollup_names(), rollup_names()};
  boost::unordered_flat_map<RollupCombo, std::uint32_t, ComboHash> combos;
  CountCells cells;
  std::vector<HourSketches> latency;  // by endpoint
  HourSketches other_latency;
  RollupFold fold;  // of the keys, without its calls
  CollectedCodes failed;

  [[nodiscard]] DictionaryBuilder& values_of(RollupKey key) {
    return values[static_cast<std::size_t>(key)];
  }
};

// The sketch of an hour, added if it isn't there.
LatencySketch& sketch_of(HourSketches& hours, std::uint64_t hour);

// `from`, with its keys folded as `merged` says. Requires that merge_keys() made `merged` of `from`
// alone.
CollectedCounts fold_keys(CollectedCounts&& from, const MergedKeys& merged);

// Reads sorted copies of the counts, one table after the other. `from` must outlive the source.
std::unique_ptr<RollupSource> collected_source(const CollectedCounts& from);

}  // namespace fortnight::storage
