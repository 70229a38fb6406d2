#include "storage/rollup/merge_codes.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <limits>
#include <numeric>
#include <optional>

#include "storage/packing/dictionary.h"
#include "storage/rollup/fold.h"

namespace fortnight::storage {
namespace {

// Represents `(other)` until the number of codes is known.
constexpr std::uint32_t kOtherCode = std::numeric_limits<std::uint32_t>::max();

std::uint64_t failure_key(std::uint32_t combo, std::uint32_t code) {
  return std::uint64_t{combo} << 32 | code;
}

class CodesMerger {
 public:
  // Sources come in the order of `merged.combos`.
  Result<void> add(const RollupSource& source, const std::vector<std::uint32_t>& combos) {
    std::vector<std::uint32_t>& here = numbers_.emplace_back();
    const RollupCodes* const codes = source.codes();
    if (codes == nullptr) return {};
    note_pointers(*codes);
    out_.counted += codes->counted;
    std::vector<std::uint32_t> code_numbers(codes->codes.size() + 1, kOtherCode);
    for (std::size_t i = 0; i < codes->codes.size(); ++i) {
      if (codes->codes[i].size() > kMaxKeyBytes) continue;
      code_numbers[i] = names_.intern(codes->codes[i]).value_or(kOtherCode);
    }
    for (const RollupFailure& failure : codes->failures) {
      if (failure.combo >= combos.size()) return unknown();
      here.push_back(number_of(combos[failure.combo], code_numbers[failure.code]));
      out_.failures[here.back()].calls += failure.calls;
    }
    for (const HourSightings& seen : codes->sightings) {
      HourSightings& moved = out_.sightings.emplace_back(seen);
      moved.failure = here[seen.failure];
    }
    return {};
  }

  MergedCodes finish(std::uint32_t most) {
    while (countable() > most || out_.failures.size() > kKeptFailures) {
      fold(most);
      // With all codes folded there are as few failures as combos allow.
      if (out_.failures.size() <= kKeptFailures || most == 0) break;
      most = static_cast<std::uint32_t>(std::min<std::size_t>(most, countable()) / 2);
    }
    order();
    const Strings& names = names_.entries();
    for (RollupFailure& failure : out_.failures) {
      if (failure.code == kOtherCode) failure.code = static_cast<std::uint32_t>(names.size());
    }
    out_.codes = names;
    return {std::move(out_), std::move(numbers_)};
  }

 private:
  static Error unknown() {
    return corrupt("a rollup counts error codes of a combination that it doesn't list");
  }

  // How a source without failures would have read their codes doesn't matter.
  void note_pointers(const RollupCodes& codes) {
    const bool first = out_.counted == 0;
    if (codes.counted == 0) {
      if (first) out_.pointers = codes.pointers;
      return;
    }
    out_.mixed_pointers =
        codes.mixed_pointers || out_.mixed_pointers || (!first && out_.pointers != codes.pointers);
    if (first) out_.pointers = codes.pointers;
  }

  // The number of names that the cap applies to.
  [[nodiscard]] std::size_t countable() const {
    return names_.entries().size() - (names_.find("") ? 1 : 0);
  }

  std::uint32_t number_of(std::uint32_t combo, std::uint32_t code) {
    const auto next = static_cast<std::uint32_t>(out_.failures.size());
    const auto [at, added] = by_key_.try_emplace(failure_key(combo, code), next);
    if (added) out_.failures.push_back({combo, code, 0});
    return at->second;
  }

  // Keeps the names of the `most` codes with the most calls; calls without a code keep theirs.
  void fold(std::uint32_t most) {
    const Strings& names = names_.entries();
    std::vector<std::uint64_t> ranks(names.size());
    for (const RollupFailure& failure : out_.failures) {
      if (failure.code != kOtherCode) ranks[failure.code] += failure.calls;
    }
    const std::optional<std::uint32_t> absent = names_.find("");
    if (absent) ranks[*absent] = 0;
    std::vector<std::uint8_t> kept = keep_greatest(ranks, &names, most);
    if (absent) kept[*absent] = 1;
    DictionaryBuilder left(kMaxRollupCombos, kMaxRollupSectionBytes);
    std::vector<std::uint32_t> places(names.size(), kOtherCode);
    for (std::uint32_t i = 0; i < names.size(); ++i) {
      if (kept[i] != 0) places[i] = left.intern(names[i]).value();
    }
    names_ = std::move(left);
    std::vector<RollupFailure> failures;
    failures.swap(out_.failures);
    by_key_.clear();
    std::vector<std::uint32_t> moved;
    for (const RollupFailure& failure : failures) {
      const std::uint32_t code = failure.code == kOtherCode ? kOtherCode : places[failure.code];
      moved.push_back(number_of(failure.combo, code));
      out_.failures[moved.back()].calls += failure.calls;
    }
    renumber(moved);
  }

  void renumber(const std::vector<std::uint32_t>& moved) {
    for (std::vector<std::uint32_t>& source : numbers_) {
      for (std::uint32_t& failure : source) failure = moved[failure];
    }
    for (HourSightings& seen : out_.sightings) seen.failure = moved[seen.failure];
  }

  // Gives the lowest numbers to the failures with the most calls, so that the gaps of their rows
  // are short; then sorts the sightings.
  void order() {
    std::vector<std::uint32_t> order(out_.failures.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return out_.failures[a].calls > out_.failures[b].calls;
    });
    std::vector<std::uint32_t> place(order.size());
    std::vector<RollupFailure> failures;
    for (std::uint32_t i = 0; i < order.size(); ++i) {
      place[order[i]] = i;
      failures.push_back(out_.failures[order[i]]);
    }
    out_.failures = std::move(failures);
    renumber(place);
    std::vector<HourSightings>& all = out_.sightings;
    std::sort(all.begin(), all.end(), [](const HourSightings& a, const HourSightings& b) {
      return a.failure != b.failure ? a.failure < b.failure : a.hour < b.hour;
    });
    std::size_t kept = 0;
    for (const HourSightings& seen : all) {
      if (kept > 0 && all[kept - 1].failure == seen.failure && all[kept - 1].hour == seen.hour) {
        all[kept - 1].widen(seen.first, seen.last);
      } else {
        all[kept++] = seen;
      }
    }
    all.resize(kept);
  }

  RollupCodes out_;
  std::vector<std::vector<std::uint32_t>> numbers_;  // by source and failure
  DictionaryBuilder names_{kMaxRollupCombos, kMaxRollupSectionBytes};
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> by_key_;
};

}  // namespace

Result<MergedCodes> merge_codes(RollupSources sources, const MergedKeys& merged,
                                std::uint32_t most) {
  CodesMerger merger;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    FORTNIGHT_TRY(merger.add(*sources[i], merged.combos[i]));
  }
  return merger.finish(most);
}

}  // namespace fortnight::storage
