#include "storage/rollup/collected.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace fortnight::storage {
namespace {

void append_bins(const HourSketches& hours, std::vector<RollupRow>& rows) {
  for (const HourSketch& hour : hours) {
    hour.sketch.for_each_bin([&](std::uint64_t bin, std::uint64_t count) {
      rows.push_back({hour.hour << kBinBits | bin, count});
    });
  }
  normalize_rows(rows);
}

// The numbers of a dictionary's texts, sorted by text.
std::vector<std::uint32_t> sorted_numbers(const Strings& texts) {
  std::vector<std::uint32_t> order(texts.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return texts[a] < texts[b]; });
  return order;
}

// The collected counts as a source: sorted copies, one table at a time.
class CollectedSource final : public RollupSource {
 public:
  explicit CollectedSource(const CollectedCounts& from) : from_(from) {
    for (std::size_t i = 0; i < kRollupKeys; ++i) keys_.values[i] = from.values[i].entries();
    keys_.combos.resize(from.combos.size());
    for (const auto& [combo, number] : from.combos) {
      for (std::size_t i = 0; i < kRollupKeys; ++i) {
        const auto values = static_cast<std::uint32_t>(keys_.values[i].size());
        keys_.combos[number][i] = combo[i] == kOtherValue ? values : combo[i];
      }
    }
    accounts_ = sorted_numbers(from.accounts.entries());
    endpoints_ = sorted_numbers(keys_.of(RollupKey::endpoint));
    std::vector<std::uint32_t> rank(accounts_.size());
    for (std::uint32_t i = 0; i < accounts_.size(); ++i) rank[accounts_[i]] = i;
    rows_.reserve(from.cells.size());
    for (const auto& [key, count] : from.cells) {
      const std::uint64_t account = rank[key >> kAccountShift];
      rows_.push_back({account << kAccountShift | (key & kRowMask), count});
    }
    normalize_rows(rows_);
    count_folded();
    for (const auto& [key, count] : from.failed.cells) {
      const std::uint64_t account = rank[key >> kAccountShift];
      failed_rows_.push_back({account << kAccountShift | (key & kRowMask), count});
    }
    normalize_rows(failed_rows_);
    describe_codes();
  }

  [[nodiscard]] const RollupKeys& keys() const override { return keys_; }
  [[nodiscard]] const RollupFold& fold() const override { return fold_; }
  // Nothing if the codes of failed calls weren't added.
  [[nodiscard]] const RollupCodes* codes() const override {
    return from_.failed.pointers && codes_.complete() ? &codes_ : nullptr;
  }

  Result<bool> next(RollupTable table, NamedRows& out) override {
    out.rows.clear();
    switch (table) {
      case RollupTable::totals:
        return next_totals(out);
      case RollupTable::accounts:
        return next_account(rows_, row_, out);
      case RollupTable::codes:
        return next_account(failed_rows_, failed_row_, out);
      case RollupTable::latency:
        return next_endpoint(out);
      case RollupTable::other_accounts:
      case RollupTable::other_codes:
      case RollupTable::other_sketches:
        return false;
      case RollupTable::other_latency:
        return next_other_endpoint(out);
    }
    return false;
  }

  void rewind(RollupTable table) override {
    switch (table) {
      case RollupTable::totals:
        totals_given_ = false;
        break;
      case RollupTable::accounts:
        row_ = 0;
        break;
      case RollupTable::codes:
        failed_row_ = 0;
        break;
      case RollupTable::latency:
        endpoint_ = 0;
        break;
      case RollupTable::other_accounts:
      case RollupTable::other_codes:
      case RollupTable::other_sketches:
        break;
      case RollupTable::other_latency:
        other_endpoint_given_ = false;
        break;
    }
  }

 private:
  void count_folded() {
    fold_ = from_.fold;
    for (const RollupKey key : {RollupKey::endpoint, RollupKey::method, RollupKey::revision}) {
      FoldedKey& folded = fold_.of(key);
      folded.calls = 0;
      // A value that was folded may have come again and been named since.
      folded.max_named = std::max(folded.max_named, folded.max_unnamed);
      const auto at = static_cast<std::size_t>(key);
      const auto is_folded = [&](const RollupCombo& combo) {
        return keys_.is_other(key, combo[at]);
      };
      if (std::none_of(keys_.combos.begin(), keys_.combos.end(), is_folded)) continue;
      for (const RollupRow& row : rows_) {
        if (is_folded(keys_.combos[(row.key & kRowMask) >> kQuarterBits])) {
          folded.calls += row.count;
        }
      }
    }
  }

  void describe_codes() {
    const CollectedCodes& failed = from_.failed;
    if (!failed.pointers) return;
    codes_.pointers = *failed.pointers;
    codes_.codes = failed.codes.entries();
    codes_.failures.resize(failed.numbers.size());
    for (const auto& [failure, number] : failed.numbers) {
      const auto [combo, code] = failure;
      const auto other = static_cast<std::uint32_t>(codes_.codes.size());
      codes_.failures[number] = {combo, code == kOtherValue ? other : code, 0};
    }
    for (const RollupRow& row : failed_rows_) {
      codes_.failures[(row.key & kRowMask) >> kQuarterBits].calls += row.count;
    }
    for (const auto& [key, seen] : failed.sightings) codes_.sightings.push_back(seen);
    codes_.counted = failed.calls;
    find_failed_combos(keys_);
    for (const RollupRow& row : rows_) {
      if (keys_.failed[(row.key & kRowMask) >> kQuarterBits] != 0) codes_.errors += row.count;
    }
  }

  bool next_totals(NamedRows& out) {
    if (std::exchange(totals_given_, true) || rows_.empty()) return false;
    out.name.clear();
    CountCells sums;
    for (const RollupRow& row : rows_) sums[row.key & kRowMask] += row.count;
    for (const auto& [key, count] : sums) out.rows.push_back({key, count});
    normalize_rows(out.rows);
    return true;
  }

  // The next account of sorted rows, from the row `at` on.
  bool next_account(const std::vector<RollupRow>& rows, std::size_t& at, NamedRows& out) const {
    if (at == rows.size()) return false;
    const std::uint64_t account = rows[at].key >> kAccountShift;
    out.name = from_.accounts.entries()[accounts_[account]];
    for (; at < rows.size() && rows[at].key >> kAccountShift == account; ++at) {
      out.rows.push_back({rows[at].key & kRowMask, rows[at].count});
    }
    return true;
  }

  bool next_endpoint(NamedRows& out) {
    while (endpoint_ < endpoints_.size()) {
      const std::uint32_t number = endpoints_[endpoint_++];
      if (number >= from_.latency.size() || from_.latency[number].empty()) continue;
      out.name = keys_.of(RollupKey::endpoint)[number];
      append_bins(from_.latency[number], out.rows);
      return true;
    }
    return false;
  }

  bool next_other_endpoint(NamedRows& out) {
    if (std::exchange(other_endpoint_given_, true) || from_.other_latency.empty()) return false;
    out.name.clear();
    append_bins(from_.other_latency, out.rows);
    return true;
  }

  const CollectedCounts& from_;
  RollupKeys keys_;
  RollupFold fold_;
  std::vector<std::uint32_t> accounts_;   // numbers, sorted by name
  std::vector<std::uint32_t> endpoints_;  // likewise
  std::vector<RollupRow> rows_;           // key: account's rank, combo, quarter
  std::vector<RollupRow> failed_rows_;    // key: account's rank, failure, quarter
  RollupCodes codes_;
  bool totals_given_ = false;
  std::size_t row_ = 0;
  std::size_t failed_row_ = 0;
  std::size_t endpoint_ = 0;
  bool other_endpoint_given_ = false;
};

void move_latency(CollectedCounts& from, CollectedCounts& to) {
  DictionaryBuilder& kept = to.values_of(RollupKey::endpoint);
  const Strings& endpoints = from.values_of(RollupKey::endpoint).entries();
  to.latency.resize(kept.entries().size());
  to.other_latency = std::move(from.other_latency);
  for (std::size_t i = 0; i < from.latency.size(); ++i) {
    HourSketches& hours = from.latency[i];
    if (const auto number = kept.find(endpoints[i])) {
      to.latency[*number] = std::move(hours);
      continue;
    }
    for (const HourSketch& hour : hours) {
      sketch_of(to.other_latency, hour.hour).merge(hour.sketch);
    }
  }
}

}  // namespace

LatencySketch& sketch_of(HourSketches& hours, std::uint64_t hour) {
  for (auto at = hours.rbegin(); at != hours.rend(); ++at) {
    if (at->hour == hour) return at->sketch;
  }
  return hours.emplace_back(HourSketch{hour, {}}).sketch;
}

bool CollectedCodes::add(std::uint32_t account, std::uint32_t combo, std::string_view code,
                         const FailureSighting& seen) {
  const std::optional<std::uint32_t> known =
      code.size() > kMaxKeyBytes ? std::nullopt : codes.intern(code);
  const std::optional<std::uint32_t> number = number_of({combo, known.value_or(kOtherValue)});
  if (!number) return false;
  const auto quarter = static_cast<std::uint64_t>(quarter_of_day(seen.ts));
  ++cells[std::uint64_t{account} << kAccountShift | std::uint64_t{*number} << kQuarterBits |
          quarter];
  ++calls;
  widen({*number, static_cast<std::uint32_t>(quarter / kQuartersPerHour), seen, seen});
  return true;
}

std::optional<std::uint32_t> CollectedCodes::number_of(const Failure& failure) {
  const auto next = static_cast<std::uint32_t>(numbers.size());
  const auto [at, added] = numbers.try_emplace(failure, next);
  if (added && next >= kMaxRollupCombos) return std::nullopt;
  return at->second;
}

void CollectedCodes::widen(const HourSightings& seen) {
  const std::uint64_t key = std::uint64_t{seen.failure} * kHoursPerDay + seen.hour;
  const auto [at, added] = sightings.try_emplace(key, seen);
  if (!added) at->second.widen(seen.first, seen.last);
}

void CollectedCodes::renumber(const std::vector<std::uint32_t>& places) {
  std::vector<Failure> failures(numbers.size());
  for (const auto& [failure, number] : numbers) failures[number] = failure;
  numbers.clear();
  std::vector<std::uint32_t> moved;
  for (const auto& [combo, code] : failures) moved.push_back(*number_of({places[combo], code}));
  CountCells old_cells;
  old_cells.swap(cells);
  for (const auto& [key, count] : old_cells) {
    const std::uint64_t failure = moved[(key & kRowMask) >> kQuarterBits];
    cells[(key & ~kRowMask) | failure << kQuarterBits | (key & kQuarterMask)] += count;
  }
  boost::unordered_flat_map<std::uint64_t, HourSightings> old_sightings;
  old_sightings.swap(sightings);
  for (auto& [key, seen] : old_sightings) {
    widen({moved[seen.failure], seen.hour, seen.first, seen.last});
  }
}

CollectedCounts fold_keys(CollectedCounts&& from, const MergedKeys& merged) {
  CollectedCounts to;
  to.accounts = std::move(from.accounts);
  to.fold = merged.fold;
  for (std::size_t i = 0; i < kRollupKeys; ++i) {
    const Strings& values = merged.keys.values[i];
    for (std::size_t value = 0; value < values.size(); ++value) {
      to.values[i].intern(values[value]);
    }
  }
  for (std::uint32_t number = 0; number < merged.keys.combos.size(); ++number) {
    RollupCombo combo = merged.keys.combos[number];
    for (std::size_t i = 0; i < kRollupKeys; ++i) {
      if (combo[i] == merged.keys.values[i].size()) combo[i] = kOtherValue;
    }
    to.combos.emplace(combo, number);
  }
  const std::vector<std::uint32_t>& places = merged.combos.front();
  for (const auto& [key, count] : from.cells) {
    const std::uint64_t combo = places[(key & kRowMask) >> kQuarterBits];
    to.cells[(key & ~kRowMask) | combo << kQuarterBits | (key & kQuarterMask)] += count;
  }
  move_latency(from, to);
  to.failed = std::move(from.failed);
  to.failed.renumber(places);
  return to;
}

std::unique_ptr<RollupSource> collected_source(const CollectedCounts& from) {
  return std::make_unique<CollectedSource>(from);
}

}  // namespace fortnight::storage
