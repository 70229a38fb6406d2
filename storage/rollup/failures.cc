// Answers queries for failed calls from a rollup file's error codes.
#include "storage/failures.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/require.h"
#include "storage/packing/distinct_sketch.h"
#include "storage/rollup/file.h"
#include "storage/rollup/filter.h"
#include "storage/rollup/rollup.h"

namespace fortnight::storage {
namespace {

// The quarters [first, end) of a day.
struct Quarters {
  std::uint64_t first = 0;
  std::uint64_t end = kQuartersPerDay;

  [[nodiscard]] bool has(std::uint64_t quarter) const { return quarter >= first && quarter < end; }
  [[nodiscard]] bool whole_hours() const {
    return first % kQuartersPerHour == 0 && end % kQuartersPerHour == 0;
  }
};

Quarters quarters_of(Day day, TimeNs from, TimeNs to) {
  const TimeNs start = day_start(day);
  const auto quarter = [&](TimeNs time) {
    return static_cast<std::uint64_t>(std::clamp<TimeNs>(time, start, day_start(day + 1)) - start) /
           kNsPerQuarter;
  };
  return {quarter(from), quarter(to)};
}

FailureName name_of(const RollupFailure& failure, const RollupCodes& codes,
                    const RollupKeys& keys) {
  const RollupCombo& combo = keys.combos[failure.combo];
  const auto endpoint = combo[static_cast<std::size_t>(RollupKey::endpoint)];
  const auto status = combo[static_cast<std::size_t>(RollupKey::status)];
  FailureName name;
  name.endpoint_past_cap = keys.is_other(RollupKey::endpoint, endpoint);
  if (!name.endpoint_past_cap) name.endpoint = keys.of(RollupKey::endpoint)[endpoint];
  name.status = status_of(keys.of(RollupKey::status)[status]);
  name.code_past_cap = codes.is_other(failure.code);
  if (!name.code_past_cap) name.code = codes.codes[failure.code];
  return name;
}

class RollupFailures {
 public:
  RollupFailures(const RollupFile& file, const FailureQuery& query, const Budget& budget,
                 Failures& failures)
      : file_(file),
        with_codes_(!query.codes.empty()),
        budget_(budget),
        filter_(query.predicates),
        day_(file.footer().day),
        quarters_(quarters_of(day_, query.from, query.to)),
        failures_(failures) {}

  Result<void> run() {
    FORTNIGHT_ASSIGN(codes_, file_.codes());
    if (codes_ == nullptr || quarters_.first >= quarters_.end) return {};
    FORTNIGHT_ASSIGN(keys_, file_.keys());
    const RollupFold& fold = file_.footer().fold;
    matching_ = filter_.matching_combos(*keys_, fold);
    found_.resize(codes_->failures.size());
    const auto add = [&](const TableEntry& entry) -> Result<void> {
      if (!filter_.matches_account(entry.name)) return {};
      const Failures::Account account = failures_.account_of(entry.name);
      return add_rows(entry, RollupFilter::Match(), &account);
    };
    if (const auto names = filter_.named_accounts()) {
      for (const std::string_view& name : *names) {
        FORTNIGHT_TRY(file_.for_each_entry(RollupTable::codes, &name, add));
      }
    } else {
      FORTNIGHT_TRY(file_.for_each_entry(RollupTable::codes, nullptr, add));
    }
    FORTNIGHT_TRY(add_other_accounts());
    widen();
    for (const Found& found : found_) {
      if (found.calls != 0) failures_.add(found.kind, found.calls, found.first, found.last);
    }
    return budget_.check_memory(failures_.bytes());
  }
  [[nodiscard]] std::uint64_t untested() const { return untested_; }

 private:
  struct Found {
    bool known = false;
    Failures::Kind kind = 0;
    std::uint64_t calls = 0;
    bool seen = false;  // `first` and `last` are set
    std::uint64_t first_quarter = kQuartersPerDay;
    std::uint64_t last_quarter = 0;
    FailureSighting first;
    FailureSighting last;
  };

  // Adds the rows of an account; null: of those under `(other)`.
  Result<void> add_rows(const TableEntry& entry, const RollupFilter::Match& of_account,
                        const Failures::Account* account) {
    FORTNIGHT_TRY(budget_.check());
    std::uint64_t last = codes_->failures.size();
    bool known = true;
    const bool fits = entry.rows.for_each([&](std::uint64_t key, std::uint64_t count) {
      const std::uint64_t failure = key >> kQuarterBits;
      known = known && failure < found_.size();
      if (!known || !quarters_.has(key & kQuarterMask)) return;
      RollupFilter::Match match = matching_[codes_->failures[failure].combo];
      match &= of_account;
      if (!match.sure) untested_ += count;
      if (!match.holds) return;
      Found& found = found_of(failure);
      found.calls += count;
      found.first_quarter = std::min(found.first_quarter, key & kQuarterMask);
      found.last_quarter = std::max(found.last_quarter, key & kQuarterMask);
      if (account != nullptr && failure != last) failures_.see(found.kind, *account);
      last = failure;
    });
    if (!known || !fits) return corrupt("the error codes of an account are damaged");
    return budget_.check_memory(failures_.bytes());
  }

  Found& found_of(std::uint64_t number) {
    Found& found = found_[number];
    if (std::exchange(found.known, true)) return found;
    FailureName name = name_of(codes_->failures[number], *codes_, *keys_);
    if (!with_codes_) {
      name.code = {};
      name.code_past_cap = false;
    }
    found.kind = failures_.kind_of(name);
    return found;
  }

  Result<void> add_other_accounts() {
    const RollupFold& fold = file_.footer().fold;
    if (codes_->index(RollupTable::other_codes).size == 0) return {};
    const RollupFilter::Match match =
        filter_.match_other_accounts(fold, [&](std::string_view account) {
          bool found = false;
          const auto read = file_.for_each_entry(RollupTable::accounts, &account,
                                                 [&](const TableEntry&) -> Result<void> {
                                                   found = true;
                                                   return {};
                                                 });
          return read && found;
        });
    if (!match.holds && match.sure) return {};
    FORTNIGHT_TRY(file_.for_each_entry(
        RollupTable::other_codes, nullptr,
        [&](const TableEntry& entry) { return add_rows(entry, match, nullptr); }));
    if (!match.holds) return {};
    return file_.for_each_entry(
        RollupTable::other_sketches, nullptr, [&](const TableEntry& entry) -> Result<void> {
          bool known = true;
          const bool fits = entry.rows.for_each([&](std::uint64_t key, std::uint64_t count) {
            const std::uint64_t failure = key >> kSketchRegisterBits;
            known = known && failure < found_.size() && count <= kMaxSketchRank;
            if (!known || found_[failure].calls == 0) return;
            failures_.see(found_[failure].kind,
                          static_cast<std::uint32_t>(key & (kSketchRegisters - 1)),
                          static_cast<std::uint8_t>(count));
          });
          return known && fits ? Result<void>() : corrupt("a sketch of accounts is damaged");
        });
  }

  // Finds the first and the last call of each failure. Only for whole hours of all accounts are
  // they known; otherwise the beginning of their quarter is all that is.
  void widen() {
    if (quarters_.whole_hours() && !filter_.tests_accounts()) {
      for (const HourSightings& seen : codes_->sightings) {
        Found& found = found_[seen.failure];
        if (found.calls == 0 || !quarters_.has(std::uint64_t{seen.hour} * kQuartersPerHour))
          continue;
        const bool first = !std::exchange(found.seen, true);
        if (first || seen.first < found.first) found.first = seen.first;
        if (first || found.last < seen.last) found.last = seen.last;
      }
      return;
    }
    const auto at = [&](std::uint64_t quarter) {
      const TimeNs ts = day_start(day_) + static_cast<TimeNs>(quarter) * kNsPerQuarter;
      return FailureSighting{ts, 0, {day_, 0}};
    };
    for (Found& found : found_) {
      if (found.calls == 0) continue;
      found.first = at(found.first_quarter);
      found.last = at(found.last_quarter);
    }
  }

  const RollupFile& file_;
  const bool with_codes_;  // otherwise all groups are without a code, as those of calls
  const Budget& budget_;
  const RollupFilter filter_;
  const Day day_;
  const Quarters quarters_;
  Failures& failures_;
  std::shared_ptr<const RollupCodes> codes_;
  std::shared_ptr<const RollupKeys> keys_;
  std::vector<RollupFilter::Match> matching_;  // by combo
  std::vector<Found> found_;                   // by failure
  std::uint64_t untested_ = 0;
};

}  // namespace

Result<void> RollupReader::failures(const FailureQuery& query, const Budget& budget,
                                    FoundFailures& answer) const {
  FORTNIGHT_REQUIRE(answers(query.predicates));
  RollupFailures failures(*file_, query, budget, answer.failures);
  FORTNIGHT_TRY(failures.run());
  if (failures.untested() != 0) {
    answer.completeness.complete = false;
    answer.completeness.untested += failures.untested();
  }
  return {};
}

Result<void> RollupReader::first_failures(
    const std::function<void(const FailureName& name, const FailureSighting& first)>& visit) const {
  FORTNIGHT_ASSIGN(const auto codes, file_->codes());
  if (codes == nullptr) return {};
  FORTNIGHT_ASSIGN(const auto keys, file_->keys());
  // Sorted by failure and hour, so that the first of each failure is the earliest.
  std::uint64_t last = codes->failures.size();
  for (const HourSightings& seen : codes->sightings) {
    if (seen.failure == last) continue;
    last = seen.failure;
    const FailureName name = name_of(codes->failures[seen.failure], *codes, *keys);
    if (!name.endpoint_past_cap && !name.code_past_cap) visit(name, seen.first);
  }
  return {};
}

Result<CodeCounts> RollupReader::code_counts(const FailureQuery& query) const {
  CodeCounts counts;
  FORTNIGHT_ASSIGN(const auto codes, file_->codes());
  if (codes == nullptr) return counts;
  counts.complete = codes->complete();
  counts.same_pointers =
      codes->counted == 0 || (!codes->mixed_pointers && codes->pointers == query.codes);
  counts.exact = !fold().any() && codes->folded() == 0;
  return counts;
}

}  // namespace fortnight::storage
