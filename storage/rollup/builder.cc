#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_set.hpp>
#include <optional>
#include <utility>

#include "storage/call/number_bounds.h"
#include "storage/call/scalar_reader.h"
#include "storage/failures.h"
#include "storage/rollup/collected.h"
#include "storage/rollup/file.h"
#include "storage/rollup/history.h"
#include "storage/rollup/rollup.h"
#include "storage/rollup/writer.h"

namespace fortnight::storage {
namespace {

// Keys are folded during collection once they exceed their caps by this factor.
constexpr std::size_t kGrowth = 2;

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
  Builder(Day day, RollupRules rules)
      : day_(day),
        rules_(std::move(rules)),
        scalars_(rules_.codes.value_or(std::vector<std::string>())) {
    status_numbers_.fill(kUnknown);
    collected_.failed.pointers = rules_.codes;
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
    const auto combo = combo_of(*endpoint, *method, call.status, *revision);
    count(*account, combo, call.ts);
    if (combo && is_error(call.status)) add_code(batch, call, *account, *combo);
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

  // A value that was folded in the meantime is under `(other)` here, too.
  void add_code(const Batch& batch, const Call& call) override {
    const auto number = [&](RollupKey key, TextField field) {
      return values_of(key).find(batch.field(call, field)).value_or(kOtherValue);
    };
    const auto account = collected_.accounts.find(batch.field(call, TextField::account));
    const auto combo = combo_of(number(RollupKey::endpoint, TextField::endpoint),
                                number(RollupKey::method, TextField::method), call.status,
                                number(RollupKey::revision, TextField::revision));
    if (account && combo) add_code(batch, call, *account, *combo);
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
    const CollectedCodes& failed = collected_.failed;
    constexpr std::size_t kCell = sizeof(CountCells::value_type) + 1;
    const std::size_t codes =
        failed.cells.bucket_count() * kCell + failed.codes.entries().memory() +
        failed.sightings.bucket_count() * (sizeof(HourSightings) + sizeof(std::uint64_t) + 1);
    constexpr std::size_t kName = sizeof(std::string) + 16;
    const Strings& accounts = collected_.accounts.entries();
    return collected_.cells.bucket_count() * kCell + accounts.memory() + accounts.size() * kName +
           collected_.combos.bucket_count() * (sizeof(RollupCombo) + 8) + sketches + codes;
  }

  Result<std::uint64_t> write(FileSystem& files, const std::string& path) const override {
    if (overflown_) return Error{ErrorCode::limit, "too many different keys in one rollup"};
    std::vector<std::unique_ptr<RollupSource>> sources;
    sources.push_back(collected_source(collected_));
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
    sources.push_back(collected_source(collected_));
    RollupHistory history(rules_.earlier);
    const auto merged = merge_keys(sources, without_unmatched_cap(rules_.caps), history);
    sources.clear();
    if (!merged) {
      overflown_ = true;
      return;
    }
    collected_ = fold_keys(std::move(collected_), *merged);
    status_numbers_.fill(kUnknown);
    accounts_.forget();
    for (KeyNumbers& numbers : numbers_) numbers.forget();
  }

  DictionaryBuilder& values_of(RollupKey key) { return collected_.values_of(key); }

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

  void add_code(const Batch& batch, const Call& call, std::uint32_t account, std::uint32_t combo) {
    if (!rules_.codes) return;
    shapes_.insert(batch.shapes[call.shape]);
    found_.clear();
    scalars_.append(batch, call, found_);
    const FailureSighting seen{call.ts, call.ts_digits, {day_, call.seq}};
    overflown_ = overflown_ || !collected_.failed.add(account, combo, error_code(found_), seen);
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
  CollectedCounts collected_;
  ScalarReader scalars_;
  boost::unordered_flat_set<SharedShape> shapes_;  // kept, since the reader knows their addresses
  std::vector<std::string> found_;                 // of a call's error code
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
