#include "storage/rollup/count.h"

#include <optional>
#include <utility>

#include "storage/rollup/buckets.h"
#include "storage/rollup/filter.h"

namespace fortnight::storage {
namespace {

class RollupCounter {
 public:
  // `held`: bytes of groups that the query holds already.
  RollupCounter(const RollupFile& file, const CountQuery& query, const Budget& budget,
                std::size_t held)
      : file_(file),
        budget_(budget),
        held_(held),
        filter_(query.predicates),
        buckets_(file.footer().day, query.edges) {
    by_account_ = query.by_field == TextField::account;
    if (query.by_status) by_key_ = RollupKey::status;
    if (query.by_field && !by_account_) by_key_ = rollup_key_of(*query.by_field);
  }

  Result<void> run() {
    if (!buckets_.any()) return {};
    const bool by_accounts = by_account_ || filter_.tests_accounts();
    const bool by_combos = by_key_ || filter_.tests_combos();
    if (by_combos) FORTNIGHT_TRY(find_combos());
    if (by_accounts) return count_accounts(by_combos);
    return by_combos ? count_totals() : count_series();
  }

  [[nodiscard]] const CountGroups& groups() const { return groups_; }

 private:
  Result<void> find_combos() {
    FORTNIGHT_ASSIGN(keys_, file_.keys());
    matching_ = filter_.matching_combos(*keys_);
    return {};
  }

  [[nodiscard]] std::size_t values() const { return by_key_ ? keys_->of(*by_key_).size() : 1; }
  [[nodiscard]] std::size_t value_of(std::size_t combo) const {
    return by_key_ ? keys_->combos[combo][static_cast<std::size_t>(*by_key_)] : 0;
  }

  // Adds what was tallied to the groups, one a value, or all of it to the account's.
  Result<void> collect(RollupTally& tally, std::string_view account) {
    for (std::size_t value = 0; value < (by_account_ ? 1 : values()); ++value) {
      if (!tally.any(value)) continue;
      tally.add_to(value, groups_, groups_.at(by_key_ ? keys_->of(*by_key_)[value] : account));
    }
    return check_groups(held_ + groups_.bytes(), budget_);
  }

  Result<void> add_series(const TableEntry& entry, RollupTally& tally) const {
    Counts* const row = tally.row(0);
    const bool fits = entry.series.for_each([&](std::uint64_t key, std::uint64_t calls) {
      const std::uint64_t failed = key >> kQuarterBits & 1;
      RollupTally::add(row[buckets_.of_quarter(key & kQuarterMask)], failed, calls);
    });
    if (!fits) return corrupt("a series of a rollup makes no sense");
    return {};
  }

  Result<void> add_rows(const TableEntry& entry, RollupTally& tally) const {
    bool known = true;
    const bool fits = entry.rows.for_each([&](std::uint64_t key, std::uint64_t calls) {
      const std::uint64_t combo = key >> kQuarterBits;
      if (combo >= matching_.size()) {
        known = false;
      } else if (matching_[combo] != 0) {
        Counts& counts = tally.row(value_of(combo))[buckets_.of_quarter(key & kQuarterMask)];
        RollupTally::add(counts, keys_->failed[combo], calls);
      }
    });
    if (!fits || !known) return corrupt("the rows of a rollup make no sense");
    return {};
  }

  Result<void> count_series() {
    RollupTally tally(1, buckets_);
    FORTNIGHT_TRY(file_.for_each_entry(RollupTable::totals, nullptr, [&](const TableEntry& entry) {
      return add_series(entry, tally);
    }));
    return collect(tally, "");
  }

  Result<void> count_totals() {
    const RollupGrain grain = buckets_.grain();
    FORTNIGHT_ASSIGN(const auto totals, file_.totals(grain));
    std::array<std::uint32_t, kQuarterMask + 1> bucket{};
    for (std::size_t i = 0; i < kQuartersPerDay; ++i) {
      bucket[i / static_cast<std::size_t>(grain)] = buckets_.of_quarter(i);
    }
    RollupTally tally(values(), buckets_);
    for (std::size_t combo = 0; combo < matching_.size(); ++combo) {
      if (matching_[combo] == 0) continue;
      Counts* const row = tally.row(value_of(combo));
      // Slots of one bucket follow each other: adding them up in a register is what makes this
      // fast.
      std::uint32_t current = buckets_.spare();
      std::uint64_t calls = 0;
      for (std::uint32_t i = totals->starts[combo]; i < totals->starts[combo + 1]; ++i) {
        const std::uint32_t next = bucket[totals->slots[i]];
        if (next != current) {
          RollupTally::add(row[current], keys_->failed[combo], std::exchange(calls, 0));
          current = next;
        }
        calls += totals->counts[i];
      }
      RollupTally::add(row[current], keys_->failed[combo], calls);
    }
    return collect(tally, "");
  }

  Result<void> count_accounts(bool by_combos) {
    RollupTally tally(by_account_ ? 1 : values(), buckets_);
    const auto add = [&](const TableEntry& entry) -> Result<void> {
      if (!filter_.matches_account(entry.name)) return {};
      if (budget_.stop) {
        if (std::optional<Error> stopped = budget_.stop()) return *stopped;
      }
      FORTNIGHT_TRY(by_combos ? add_rows(entry, tally) : add_series(entry, tally));
      if (!by_account_) return {};
      FORTNIGHT_TRY(collect(tally, entry.name));
      tally.clear();
      return {};
    };
    if (const auto names = filter_.named_accounts()) {
      for (const std::string_view& name : *names) {
        FORTNIGHT_TRY(file_.for_each_entry(RollupTable::accounts, &name, add));
      }
    } else {
      FORTNIGHT_TRY(file_.for_each_entry(RollupTable::accounts, nullptr, add));
    }
    if (by_account_) return {};
    return collect(tally, "");
  }

  const RollupFile& file_;
  const Budget& budget_;
  const std::size_t held_;
  const RollupFilter filter_;
  const RollupBuckets buckets_;
  bool by_account_ = false;
  std::optional<RollupKey> by_key_;
  std::shared_ptr<const RollupKeys> keys_;  // where combos are told apart
  std::vector<std::uint8_t> matching_;      // by combo
  CountGroups groups_;
};

}  // namespace

Result<void> count_rollup(const RollupFile& file, const CountQuery& query, const Budget& budget,
                          CountAnswer& answer) {
  RollupCounter counter(file, query, budget, answer.groups.bytes());
  FORTNIGHT_TRY(counter.run());
  answer.groups.add(counter.groups());
  return {};
}

}  // namespace fortnight::storage
