#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <numeric>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/checksum.h"
#include "storage/call/number_bounds.h"
#include "storage/packing/dictionary.h"
#include "storage/rollup/file.h"
#include "storage/rollup/history.h"
#include "storage/rollup/merge.h"
#include "storage/rollup/rollup.h"
#include "storage/rollup/writer.h"

namespace fortnight::storage {
namespace {

// A count's key while it is collected: account, combo and quarter in one word.
constexpr unsigned kAccountShift = 32;
constexpr std::uint64_t kRowMask = (std::uint64_t{1} << kAccountShift) - 1;
static_assert(kMaxRollupCombos <= std::uint64_t{1} << (kAccountShift - kQuarterBits));

// Keys are folded during collection once they exceed their caps by this factor.
constexpr std::size_t kGrowth = 2;
// Represents `(other)` while a key's values are still growing.
constexpr std::uint32_t kOther = 0xffffffff;

struct HourSketch {
  std::uint64_t hour = 0;
  LatencySketch sketch;
};
// Of one endpoint. Calls mostly come in the order of time, so the last hour is searched first.
using HourSketches = std::vector<HourSketch>;
using Cells = boost::unordered_flat_map<std::uint64_t, std::uint64_t>;

// Hashes the bytes of a combo, which has no padding.
struct ComboHash {
  using is_avalanching = void;
  std::size_t operator()(const RollupCombo& combo) const {
    static_assert(std::has_unique_object_representations_v<RollupCombo>);
    return checksum64({reinterpret_cast<const char*>(combo.data()), sizeof(combo)});
  }
};

DictionaryBuilder names() { return {kMaxRollupCombos, kMaxRollupSectionBytes}; }

struct Collected {
  DictionaryBuilder accounts = names();
  std::array<DictionaryBuilder, kRollupKeys> values = {names(), names(), names(), names()};
  boost::unordered_flat_map<RollupCombo, std::uint32_t, ComboHash> combos;
  Cells cells;
  std::vector<HourSketches> latency;  // by endpoint
  HourSketches other_latency;
  RollupFold fold;  // of the keys, without its calls
};

LatencySketch& sketch_of(HourSketches& hours, std::uint64_t hour) {
  for (auto at = hours.rbegin(); at != hours.rend(); ++at) {
    if (at->hour == hour) return at->sketch;
  }
  return hours.emplace_back(HourSketch{hour, {}}).sketch;
}

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
  explicit CollectedSource(const Collected& from) : from_(from) {
    for (std::size_t i = 0; i < kRollupKeys; ++i) keys_.values[i] = from.values[i].entries();
    keys_.combos.resize(from.combos.size());
    for (const auto& [combo, number] : from.combos) {
      for (std::size_t i = 0; i < kRollupKeys; ++i) {
        const auto values = static_cast<std::uint32_t>(keys_.values[i].size());
        keys_.combos[number][i] = combo[i] == kOther ? values : combo[i];
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
  }

  [[nodiscard]] const RollupKeys& keys() const override { return keys_; }
  [[nodiscard]] const RollupFold& fold() const override { return fold_; }

  Result<bool> next(RollupTable table, NamedRows& out) override {
    out.rows.clear();
    switch (table) {
      case RollupTable::totals:
        return next_totals(out);
      case RollupTable::accounts:
        return next_account(out);
      case RollupTable::latency:
        return next_endpoint(out);
      case RollupTable::other_accounts:
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
      case RollupTable::latency:
        endpoint_ = 0;
        break;
      case RollupTable::other_accounts:
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
        if (is_folded(keys_.combos[(row.key & kRowMask) >> kQuarterBits]))
          folded.calls += row.count;
      }
    }
  }

  bool next_totals(NamedRows& out) {
    if (std::exchange(totals_given_, true) || rows_.empty()) return false;
    out.name.clear();
    Cells sums;
    for (const RollupRow& row : rows_) sums[row.key & kRowMask] += row.count;
    for (const auto& [key, count] : sums) out.rows.push_back({key, count});
    normalize_rows(out.rows);
    return true;
  }

  bool next_account(NamedRows& out) {
    if (row_ == rows_.size()) return false;
    const std::uint64_t account = rows_[row_].key >> kAccountShift;
    out.name = from_.accounts.entries()[accounts_[account]];
    for (; row_ < rows_.size() && rows_[row_].key >> kAccountShift == account; ++row_) {
      out.rows.push_back({rows_[row_].key & kRowMask, rows_[row_].count});
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

  const Collected& from_;
  RollupKeys keys_;
  RollupFold fold_;
  std::vector<std::uint32_t> accounts_;   // numbers, sorted by name
  std::vector<std::uint32_t> endpoints_;  // likewise
  std::vector<RollupRow> rows_;           // key: account's rank, combo, quarter
  bool totals_given_ = false;
  std::size_t row_ = 0;
  std::size_t endpoint_ = 0;
  bool other_endpoint_given_ = false;
};

// The numbers that a builder's dictionary assigns to the values of one of KeyedCalls' keys.
class KeyNumbers {
 public:
  // Returns false if not all of them fit.
  bool take(const KeyedCalls::Key& key, DictionaryBuilder& numbers) {
    if (std::exchange(names_, key.names) != key.names) by_code_.clear();
    by_call_.clear();
    if (key.codes.empty()) {
      for (std::size_t i = 0; i < key.values->size(); ++i) {
        if (!put((*key.values)[i], numbers, by_call_)) return false;
      }
      return true;
    }
    by_code_.resize(names_->size(), kUnknown);
    by_call_.reserve(key.codes.size());
    for (const std::uint32_t code : key.codes) {
      std::uint32_t& number = by_code_[code];
      if (number == kUnknown) {
        const auto known = numbers.intern((*names_)[code]);
        if (!known) return false;
        number = *known;
      }
      by_call_.push_back(number);
    }
    return true;
  }
  // Must be called when the dictionary has renumbered its values.
  void forget() { by_code_.clear(); }
  // The number of a call that was taken.
  std::uint32_t operator[](std::size_t call) const { return by_call_[call]; }

 private:
  static bool put(std::string_view value, DictionaryBuilder& numbers,
                  std::vector<std::uint32_t>& out) {
    const auto number = numbers.intern(value);
    if (number) out.push_back(*number);
    return number.has_value();
  }

  static constexpr std::uint32_t kUnknown = 0xffffffff;

  const Strings* names_ = nullptr;
  std::vector<std::uint32_t> by_code_;  // of the codes that came; otherwise kUnknown
  std::vector<std::uint32_t> by_call_;
};

class Builder final : public RollupBuilder {
 public:
  Builder(Day day, RollupRules rules) : day_(day), rules_(std::move(rules)) {
    status_numbers_.fill(kUnknown);
  }

  void add(const Batch& batch, const Call& call) override {
    const auto number = [&](RollupKey key, TextField field) {
      return values_of(key).intern(batch.field(call, field));
    };
    const auto account = collected_.accounts.intern(batch.field(call, TextField::account));
    const auto endpoint = number(RollupKey::endpoint, TextField::endpoint);
    const auto method = number(RollupKey::method, TextField::method);
    const auto revision = number(RollupKey::revision, TextField::revision);
    if (!account || !endpoint || !method || !revision) {
      overflown_ = true;
      return;
    }
    count(*account, combo_of(*endpoint, *method, call.status, *revision), call.ts);
    if (call.duration_ns != kNoDuration) add_latency(*endpoint, call.ts, call.duration_ns);
    if (has_grown()) compact();
  }

  void add(const KeyedCalls& calls) override {
    KeyNumbers& endpoint = numbers_[static_cast<std::size_t>(RollupKey::endpoint)];
    KeyNumbers& method = numbers_[static_cast<std::size_t>(RollupKey::method)];
    KeyNumbers& revision = numbers_[static_cast<std::size_t>(RollupKey::revision)];
    if (!accounts_.take(calls.account, collected_.accounts) ||
        !endpoint.take(calls.endpoint, values_of(RollupKey::endpoint)) ||
        !method.take(calls.method, values_of(RollupKey::method)) ||
        !revision.take(calls.revision, values_of(RollupKey::revision))) {
      overflown_ = true;
      return;
    }
    for (std::size_t i = 0; i < calls.size(); ++i) {
      const auto status = static_cast<std::int32_t>(calls.status[i]);
      count(accounts_[i], combo_of(endpoint[i], method[i], status, revision[i]), calls.ts[i]);
    }
    for (std::size_t i = 0; i < calls.size(); ++i) {
      const std::int64_t duration = calls.duration_ns[i];
      if (duration != kNoDuration) add_latency(endpoint[i], calls.ts[i], duration);
    }
    if (has_grown()) compact();
  }

  Result<void> add(const RollupReader& other) override {
    if (other.day() != day_) return Error{ErrorCode::invalid, "a rollup of another day"};
    files_.push_back(other.file());
    calls_ += other.calls();
    return {};
  }

  [[nodiscard]] std::uint64_t calls() const override { return calls_; }

  [[nodiscard]] std::size_t memory() const override {
    std::size_t sketches = collected_.latency.capacity() * sizeof(HourSketches);
    for (const HourSketches& hours : collected_.latency) {
      for (const HourSketch& hour : hours) sketches += sizeof(HourSketch) + hour.sketch.memory();
    }
    constexpr std::size_t kCell = sizeof(Cells::value_type) + 1;
    constexpr std::size_t kName = sizeof(std::string) + 16;
    const Strings& accounts = collected_.accounts.entries();
    return collected_.cells.bucket_count() * kCell + accounts.memory() + accounts.size() * kName +
           collected_.combos.bucket_count() * (sizeof(RollupCombo) + 8) + sketches;
  }

  Result<std::uint64_t> write(FileSystem& files, const std::string& path) const override {
    if (overflown_) return Error{ErrorCode::limit, "too many different keys in one rollup"};
    std::vector<std::unique_ptr<RollupSource>> sources;
    sources.push_back(std::make_unique<CollectedSource>(collected_));
    for (const auto& file : files_) {
      FORTNIGHT_ASSIGN(auto source, rollup_file_source(file));
      sources.push_back(std::move(source));
    }
    // A file of new calls is merged soon, so fast compression is enough.
    const Lz4Level level = files_.empty() ? Lz4Level::fast : Lz4Level::high;
    return write_rollup(files, path, day_, sources, rules_, level);
  }

 private:
  [[nodiscard]] bool has_grown() const {
    const auto beyond = [&](RollupKey key, std::size_t cap) {
      return collected_.values[static_cast<std::size_t>(key)].entries().size() >
             kGrowth * std::max<std::size_t>(cap, kFewest);
    };
    return collected_.combos.size() > kGrowth * kKeptCombos ||
           beyond(RollupKey::endpoint, rules_.caps.endpoints) ||
           beyond(RollupKey::method, rules_.caps.methods) ||
           beyond(RollupKey::revision, rules_.caps.revisions);
  }

  // Folds the keys in the same way as for a file, except that more calls come.
  void compact() {
    std::vector<std::unique_ptr<RollupSource>> sources;
    sources.push_back(std::make_unique<CollectedSource>(collected_));
    RollupHistory history(rules_.earlier);
    const auto merged = merge_keys(sources, without_unmatched_cap(rules_.caps), history);
    sources.clear();
    if (!merged) {
      overflown_ = true;
      return;
    }
    Collected folded;
    folded.accounts = std::move(collected_.accounts);
    folded.fold = merged->fold;
    for (std::size_t i = 0; i < kRollupKeys; ++i) {
      const Strings& values = merged->keys.values[i];
      for (std::size_t value = 0; value < values.size(); ++value) {
        folded.values[i].intern(values[value]);
      }
    }
    for (std::uint32_t number = 0; number < merged->keys.combos.size(); ++number) {
      RollupCombo combo = merged->keys.combos[number];
      for (std::size_t i = 0; i < kRollupKeys; ++i) {
        if (combo[i] == merged->keys.values[i].size()) combo[i] = kOther;
      }
      folded.combos.emplace(combo, number);
    }
    const std::vector<std::uint32_t>& places = merged->combos.front();
    for (const auto& [key, count] : collected_.cells) {
      const std::uint64_t combo = places[(key & kRowMask) >> kQuarterBits];
      folded.cells[(key & ~kRowMask) | combo << kQuarterBits | (key & kQuarterMask)] += count;
    }
    move_latency(folded);
    collected_ = std::move(folded);
    status_numbers_.fill(kUnknown);
    accounts_.forget();
    for (KeyNumbers& numbers : numbers_) numbers.forget();
  }

  void move_latency(Collected& folded) {
    DictionaryBuilder& kept = folded.values[static_cast<std::size_t>(RollupKey::endpoint)];
    const Strings& endpoints = values_of(RollupKey::endpoint).entries();
    folded.latency.resize(kept.entries().size());
    folded.other_latency = std::move(collected_.other_latency);
    for (std::size_t i = 0; i < collected_.latency.size(); ++i) {
      HourSketches& hours = collected_.latency[i];
      if (const auto number = kept.find(endpoints[i])) {
        folded.latency[*number] = std::move(hours);
        continue;
      }
      for (const HourSketch& hour : hours) {
        sketch_of(folded.other_latency, hour.hour).merge(hour.sketch);
      }
    }
  }

  DictionaryBuilder& values_of(RollupKey key) {
    return collected_.values[static_cast<std::size_t>(key)];
  }

  std::uint32_t status_number(std::int32_t status) {
    std::uint32_t& number = status_numbers_[static_cast<std::size_t>(status)];
    // The dictionary has room for all statuses.
    if (number == kUnknown) {
      number = values_of(RollupKey::status).intern(std::to_string(status)).value();
    }
    return number;
  }

  // Nothing if there is no room for a new one.
  std::optional<std::uint32_t> combo_of(std::uint32_t endpoint, std::uint32_t method,
                                        std::int32_t status, std::uint32_t revision) {
    const RollupCombo combo = {endpoint, method, status_number(status), revision};
    const auto next = static_cast<std::uint32_t>(collected_.combos.size());
    const auto [at, added] = collected_.combos.try_emplace(combo, next);
    if (added && next >= kMaxRollupCombos) return std::nullopt;
    return at->second;
  }

  void count(std::uint32_t account, std::optional<std::uint32_t> combo, TimeNs ts) {
    if (!combo) {
      overflown_ = true;
      return;
    }
    const auto quarter = static_cast<std::uint64_t>(quarter_of_day(ts));
    ++collected_.cells[std::uint64_t{account} << kAccountShift |
                       std::uint64_t{*combo} << kQuarterBits | quarter];
    ++calls_;
  }

  void add_latency(std::uint32_t endpoint, TimeNs ts, std::int64_t duration_ns) {
    auto& latency = collected_.latency;
    if (endpoint >= latency.size()) latency.resize(endpoint + 1);
    const auto hour = static_cast<std::uint64_t>(quarter_of_day(ts) / kQuartersPerHour);
    sketch_of(latency[endpoint], hour).add(duration_ns);
  }

  static constexpr std::uint32_t kUnknown = 0xffffffff;
  // Folding takes time, so keys with fewer values are folded only when a file is written.
  static constexpr std::size_t kFewest = 1024;

  const Day day_;
  const RollupRules rules_;
  Collected collected_;
  std::array<std::uint32_t, kMaxStatus + 1> status_numbers_;
  KeyNumbers accounts_;
  std::array<KeyNumbers, kRollupKeys> numbers_;  // except the status, which needs none
  std::vector<std::shared_ptr<const RollupFile>> files_;
  std::uint64_t calls_ = 0;
  bool overflown_ = false;
};

}  // namespace

std::unique_ptr<RollupBuilder> RollupBuilder::create(Day day, RollupRules rules) {
  return std::make_unique<Builder>(day, std::move(rules));
}

}  // namespace fortnight::storage
