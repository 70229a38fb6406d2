#include <algorithm>
#include <array>
#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <charconv>
#include <numeric>
#include <optional>
#include <utility>

#include "storage/base/dictionary.h"
#include "storage/rollup/file.h"
#include "storage/rollup/rollup.h"
#include "storage/rollup/writer.h"

namespace fortnight::storage {
namespace {

// A count's key while it is collected: account, combo and quarter in one word.
constexpr unsigned kAccountShift = 32;
constexpr std::uint64_t kRowMask = (std::uint64_t{1} << kAccountShift) - 1;
static_assert(kMaxRollupCombos <= std::uint64_t{1} << (kAccountShift - kQuarterBits));

using HourSketches = std::array<LatencySketch, kHoursPerDay>;
using Cells = boost::unordered_flat_map<std::uint64_t, std::uint64_t>;

DictionaryBuilder names() { return {kMaxRollupCombos, kMaxRollupSectionBytes}; }

struct Collected {
  DictionaryBuilder accounts = names();
  std::array<DictionaryBuilder, kRollupKeys> values = {names(), names(), names(), names()};
  boost::unordered_flat_map<RollupCombo, std::uint32_t, boost::hash<RollupCombo>> combos;
  Cells cells;
  std::vector<std::unique_ptr<HourSketches>> latency;  // by endpoint
};

// The numbers of a dictionary's texts, in the order of the texts.
std::vector<std::uint32_t> sorted_numbers(const Strings& texts) {
  std::vector<std::uint32_t> order(texts.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return texts[a] < texts[b]; });
  return order;
}

// What was collected, as a source: sorted copies of the counts, one table after the other.
class CollectedSource final : public RollupSource {
 public:
  explicit CollectedSource(const Collected& from) : from_(from) {
    for (std::size_t i = 0; i < kRollupKeys; ++i) keys_.values[i] = from.values[i].entries();
    keys_.combos.resize(from.combos.size());
    for (const auto& [combo, number] : from.combos) keys_.combos[number] = combo;
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
  }

  [[nodiscard]] const RollupKeys& keys() const override { return keys_; }

  Result<bool> next(RollupTable table, NamedRows& out) override {
    out.rows.clear();
    switch (table) {
      case RollupTable::totals:
        return next_totals(out);
      case RollupTable::accounts:
        return next_account(out);
      case RollupTable::latency:
        return next_endpoint(out);
    }
    return false;
  }

 private:
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
      if (number >= from_.latency.size() || from_.latency[number] == nullptr) continue;
      out.name = keys_.of(RollupKey::endpoint)[number];
      std::uint64_t hour = 0;
      for (const LatencySketch& sketch : *from_.latency[number]) {
        sketch.for_each_bin([&](std::uint64_t bin, std::uint64_t count) {
          out.rows.push_back({hour << kBinBits | bin, count});
        });
        ++hour;
      }
      return true;
    }
    return false;
  }

  const Collected& from_;
  RollupKeys keys_;
  std::vector<std::uint32_t> accounts_;   // numbers, by name
  std::vector<std::uint32_t> endpoints_;  // the same
  std::vector<RollupRow> rows_;           // key: account's rank, combo, quarter
  bool totals_given_ = false;
  std::size_t row_ = 0;
  std::size_t endpoint_ = 0;
};

class Builder final : public RollupBuilder {
 public:
  explicit Builder(Day day) : day_(day) {}

  void add(const Batch& batch, const Call& call) override {
    std::array<char, 12> digits;
    char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), call.status).ptr;
    const std::array<std::string_view, kRollupKeys> texts = {
        batch.field(call, TextField::endpoint), batch.field(call, TextField::method),
        std::string_view(digits.data(), end), batch.field(call, TextField::revision)};
    const auto account = collected_.accounts.intern(batch.field(call, TextField::account));
    const auto combo = combo_of(texts);
    if (!account || !combo) {
      overflown_ = true;
      return;
    }
    const auto quarter = static_cast<std::uint64_t>(quarter_of_day(call.ts));
    ++collected_.cells[std::uint64_t{*account} << kAccountShift |
                       std::uint64_t{combo->first} << kQuarterBits | quarter];
    ++calls_;
    if (call.duration_ns != kNoDuration) {
      add_latency(combo->second, quarter / kQuartersPerHour, call.duration_ns);
    }
  }

  Result<void> add(const RollupReader& other) override {
    if (other.day() != day_) return Error{ErrorCode::invalid, "a rollup of another day"};
    files_.push_back(other.file());
    calls_ += other.calls();
    return {};
  }

  [[nodiscard]] std::uint64_t calls() const override { return calls_; }

  [[nodiscard]] std::size_t memory() const override {
    constexpr std::size_t kCell = sizeof(Cells::value_type) + 1;
    constexpr std::size_t kName = sizeof(std::string) + 16;
    const Strings& accounts = collected_.accounts.entries();
    return collected_.cells.bucket_count() * kCell + accounts.memory() + accounts.size() * kName +
           collected_.combos.bucket_count() * (sizeof(RollupCombo) + 8) + sketch_bytes_;
  }

  Result<std::uint64_t> write(FileSystem& files, const std::string& path) const override {
    if (overflown_) return Error{ErrorCode::limit, "too many different keys in one rollup"};
    std::vector<std::unique_ptr<RollupSource>> sources;
    sources.push_back(std::make_unique<CollectedSource>(collected_));
    for (const auto& file : files_) {
      FORTNIGHT_ASSIGN(auto source, rollup_file_source(file));
      sources.push_back(std::move(source));
    }
    // What calls alone made is merged before long.
    const Lz4Level level = files_.empty() ? Lz4Level::fast : Lz4Level::high;
    return write_rollup(files, path, day_, sources, level);
  }

 private:
  // The combo's number and its endpoint's; nothing where there is no room for another.
  std::optional<std::pair<std::uint32_t, std::uint32_t>> combo_of(
      const std::array<std::string_view, kRollupKeys>& texts) {
    RollupCombo combo;
    for (std::size_t i = 0; i < kRollupKeys; ++i) {
      const auto number = collected_.values[i].intern(texts[i]);
      if (!number) return std::nullopt;
      combo[i] = *number;
    }
    const auto next = static_cast<std::uint32_t>(collected_.combos.size());
    const auto [at, added] = collected_.combos.try_emplace(combo, next);
    if (added && next >= kMaxRollupCombos) return std::nullopt;
    return std::pair{at->second, combo[static_cast<std::size_t>(RollupKey::endpoint)]};
  }

  void add_latency(std::uint32_t endpoint, std::uint64_t hour, std::int64_t duration_ns) {
    auto& latency = collected_.latency;
    if (endpoint >= latency.size()) latency.resize(endpoint + 1);
    if (latency[endpoint] == nullptr) {
      latency[endpoint] = std::make_unique<HourSketches>();
      sketch_bytes_ += sizeof(HourSketches);
    }
    LatencySketch& sketch = (*latency[endpoint])[hour];
    const std::size_t before = sketch.memory();
    sketch.add(duration_ns);
    sketch_bytes_ += sketch.memory() - before;
  }

  const Day day_;
  Collected collected_;
  std::vector<std::shared_ptr<const RollupFile>> files_;
  std::uint64_t calls_ = 0;
  std::size_t sketch_bytes_ = 0;
  bool overflown_ = false;
};

}  // namespace

std::unique_ptr<RollupBuilder> RollupBuilder::create(Day day) {
  return std::make_unique<Builder>(day);
}

}  // namespace fortnight::storage
