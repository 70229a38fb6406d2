#include "storage/rollup/count.h"

#include <optional>
#include <utility>

#include "storage/rollup/buckets.h"
#include "storage/rollup/filter.h"

namespace fortnight::storage {
namespace {

class RollupCounter {
 public:
  RollupCounter(const RollupFile& file, const CountQuery& query, const Budget& budget)
      : file_(file),
        budget_(budget),
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
  [[nodiscard]] const PastCap& past_cap() const { return past_cap_; }

 private:
  using Match = RollupFilter::Match;

  Result<void> find_combos() {
    FORTNIGHT_ASSIGN(keys_, file_.keys());
    matching_ = filter_.matching_combos(*keys_, file_.footer().fold);
    if (by_key_) other_value_ = keys_->of(*by_key_).size();
    other_is_unmatched_ =
        by_key_ == RollupKey::endpoint && folds_only_unmatched(*keys_, file_.footer().fold);
    return {};
  }

  // The number of values that can have a group; the last one is `(other)`.
  [[nodiscard]] std::size_t values() const { return by_key_ ? keys_->of(*by_key_).size() + 1 : 1; }
  [[nodiscard]] std::size_t value_of(std::size_t combo) const {
    return by_key_ ? keys_->combos[combo][static_cast<std::size_t>(*by_key_)] : 0;
  }

  // Adds the tally to the groups: one for each value, or all of it to the account's.
  Result<void> collect(RollupTally& tally, std::string_view account) {
    for (std::size_t value = 0; value < (by_account_ ? 1 : values()); ++value) {
      if (!tally.any(value)) continue;
      tally.add_to(value, groups_, group_of(value, account));
    }
    return budget_.check_memory(groups_.bytes());
  }

  CountGroups::Group group_of(std::size_t value, std::string_view account) {
    if (!by_key_) return in_other_account_ ? groups_.other() : groups_.at(account);
    const Strings& values = keys_->of(*by_key_);
    return value == other_value_ ? groups_.other() : groups_.at(values[value]);
  }

  // Adds the calls of a combo that matches, or may match, the query.
  void add_calls(const Match& match, std::size_t value, RollupTally& tally, std::uint32_t bucket,
                 std::uint64_t failed, std::uint64_t calls) {
    if (match.holds) RollupTally::add(tally.row(value)[bucket], failed, calls);
    if (bucket == buckets_.spare()) return;
    if (!match.sure) past_cap_.untested += calls;
    const bool other_group = value == other_value_ || (by_account_ && in_other_account_);
    if (!match.sure || (match.holds && other_group)) past_cap_.calls += calls;
    if (match.sure && match.holds && other_group && other_is_unmatched_) {
      past_cap_.unmatched += calls;
    }
  }

  Result<void> add_series(const TableEntry& entry, RollupTally& tally, const Match& match = {}) {
    const bool fits = entry.series.for_each([&](std::uint64_t key, std::uint64_t calls) {
      const std::uint64_t failed = key >> kQuarterBits & 1;
      add_calls(match, 0, tally, buckets_.of_quarter(key & kQuarterMask), failed, calls);
    });
    if (!fits) return corrupt("a series of a rollup is damaged");
    return {};
  }

  Result<void> add_rows(const TableEntry& entry, RollupTally& tally, const Match& account = {}) {
    bool known = true;
    const bool fits = entry.rows.for_each([&](std::uint64_t key, std::uint64_t calls) {
      const std::uint64_t combo = key >> kQuarterBits;
      if (combo >= matching_.size()) {
        known = false;
      } else {
        Match match = matching_[combo];
        match &= account;
        add_calls(match, value_of(combo), tally, buckets_.of_quarter(key & kQuarterMask),
                  keys_->failed[combo], calls);
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
      const Match match = matching_[combo];
      if (!match.holds && match.sure) continue;
      const std::size_t value = value_of(combo);
      // Consecutive slots share a bucket. Adding them up in a register makes this loop fast.
      std::uint32_t current = buckets_.spare();
      std::uint64_t calls = 0;
      for (std::uint32_t i = totals->starts[combo]; i < totals->starts[combo + 1]; ++i) {
        const std::uint32_t next = bucket[totals->slots[i]];
        if (next != current) {
          add_calls(match, value, tally, current, keys_->failed[combo], std::exchange(calls, 0));
          current = next;
        }
        calls += totals->counts[i];
      }
      add_calls(match, value, tally, current, keys_->failed[combo], calls);
    }
    return collect(tally, "");
  }

  Result<void> count_accounts(bool by_combos) {
    RollupTally tally(by_account_ ? 1 : values(), buckets_);
    const auto add = [&](const TableEntry& entry) -> Result<void> {
      if (!filter_.matches_account(entry.name)) return {};
      FORTNIGHT_TRY(budget_.check());
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
    FORTNIGHT_TRY(count_other_accounts(by_combos, tally));
    if (by_account_) return {};
    return collect(tally, "");
  }

  // Whether the file counts the account by name.
  [[nodiscard]] bool names(std::string_view account) const {
    bool found = false;
    const auto read = file_.for_each_entry(RollupTable::accounts, &account,
                                           [&](const TableEntry&) -> Result<void> {
                                             found = true;
                                             return {};
                                           });
    return read && found;
  }

  Result<void> count_other_accounts(bool by_combos, RollupTally& tally) {
    const RollupFold& fold = file_.footer().fold;
    if (fold.account.calls == 0) return {};
    const Match match = filter_.match_other_accounts(
        fold, [&](std::string_view account) { return names(account); });
    if (!match.holds && match.sure) return {};
    in_other_account_ = true;
    FORTNIGHT_TRY(
        file_.for_each_entry(RollupTable::other_accounts, nullptr, [&](const TableEntry& entry) {
          return by_combos ? add_rows(entry, tally, match) : add_series(entry, tally, match);
        }));
    if (by_account_) FORTNIGHT_TRY(collect(tally, ""));
    in_other_account_ = false;
    return {};
  }

  const RollupFile& file_;
  const Budget& budget_;
  const RollupFilter filter_;
  const RollupBuckets buckets_;
  bool by_account_ = false;
  std::optional<RollupKey> by_key_;
  std::shared_ptr<const RollupKeys> keys_;                  // set if combos must be distinguished
  std::vector<Match> matching_;                             // by combo
  std::size_t other_value_ = static_cast<std::size_t>(-1);  // of the key that is grouped by
  bool other_is_unmatched_ = false;
  bool in_other_account_ = false;
  CountGroups groups_;
  PastCap past_cap_;
};

}  // namespace

Result<void> count_rollup(const RollupFile& file, const CountQuery& query, const Budget& budget,
                          CountAnswer& answer) {
  const Budget::Reservation held = budget.reserve(answer.groups.bytes());
  RollupCounter counter(file, query, budget);
  FORTNIGHT_TRY(counter.run());
  answer.groups.add(counter.groups());
  answer.past_cap += counter.past_cap();
  return {};
}

}  // namespace fortnight::storage
