#include "storage/rollup/verify.h"

#include <boost/unordered/unordered_flat_map.hpp>

#include "storage/rollup/source.h"

namespace fortnight::storage {
namespace {

using Sums = boost::unordered_flat_map<std::uint64_t, std::uint64_t>;

void add_rows(const std::vector<RollupRow>& rows, Sums& sums) {
  for (const RollupRow& row : rows) sums[row.key] += row.count;
}

// The names in the table's pages must ascend, and match the index.
Result<void> check_order(const RollupFile& file, RollupTable table) {
  FORTNIGHT_ASSIGN(const auto index, file.index(table));
  std::string last;
  for (const RollupIndex::Page& page : index->pages()) {
    FORTNIGHT_ASSIGN(const auto read, file.page(page.place));
    if (read->entries().empty() || read->entries().front().name != page.first) {
      return corrupt("an index has another name for a page than the page's first");
    }
    for (const TableEntry& entry : read->entries()) {
      if (entry.name < last) return corrupt("names don't ascend");
      last = entry.name;
    }
  }
  return {};
}

// Each name's series must be the sum of its rows over the combos.
Result<void> check_series(const RollupFile& file, RollupTable table) {
  FORTNIGHT_ASSIGN(const auto keys, file.keys());
  Sums left;  // series minus rows, modulo 2^64: all must be zero at the end of a name
  std::string name;
  const auto balanced = [&] {
    for (const auto& [key, count] : left) {
      if (count != 0) return false;
    }
    left.clear();
    return true;
  };
  FORTNIGHT_TRY(file.for_each_entry(table, nullptr, [&](const TableEntry& entry) -> Result<void> {
    if (entry.name != name) {
      if (!balanced()) return corrupt("\"" + name + "\" has a series that isn't its rows' sum");
      name = entry.name;
    }
    bool known = entry.series.for_each([&](auto key, auto count) { left[key] += count; });
    known = entry.rows.for_each([&](auto key, auto count) {
      const std::uint64_t combo = key >> kQuarterBits;
      const std::uint64_t failed = combo < keys->failed.size() ? keys->failed[combo] : 2;
      left[failed << kQuarterBits | (key & kQuarterMask)] -= count;
    }) && known;
    if (!known) return corrupt("the rows of \"" + name + "\" make no sense");
    return {};
  }));
  if (!balanced()) return corrupt("\"" + name + "\" has a series that isn't its rows' sum");
  return {};
}

Result<void> check_latency(RollupSource& source) {
  for (const RollupTable table : {RollupTable::latency, RollupTable::other_latency}) {
    for (NamedRows endpoint;;) {
      FORTNIGHT_ASSIGN(const bool more, source.next(table, endpoint));
      if (!more) break;
    }
  }
  return {};
}

// The footer's fold must equal the totals under `(other)`.
Result<void> check_fold(const RollupFold& fold, const RollupKeys& keys, const Sums& totals) {
  for (const RollupKey key : {RollupKey::endpoint, RollupKey::method, RollupKey::revision}) {
    std::uint64_t calls = 0;
    for (const auto& [row, count] : totals) {
      const std::uint64_t combo = row >> kQuarterBits;
      if (combo >= keys.combos.size()) return corrupt("the totals count an unknown combination");
      const std::uint32_t value = keys.combos[combo][static_cast<std::size_t>(key)];
      if (keys.is_other(key, value)) calls += count;
    }
    if (calls != fold.of(key).calls) {
      return corrupt("what is folded isn't what the footer says");
    }
  }
  return {};
}

// The accounts' rows must add up to the totals, and those to the footer's calls.
Result<void> check_totals(const RollupFile& file, RollupSource& source) {
  Sums totals;
  Sums accounts;
  for (const auto& [table, sums] :
       {std::pair{RollupTable::totals, &totals}, std::pair{RollupTable::accounts, &accounts},
        std::pair{RollupTable::other_accounts, &accounts}}) {
    for (NamedRows rows;;) {
      FORTNIGHT_ASSIGN(const bool more, source.next(table, rows));
      if (!more) break;
      add_rows(rows.rows, *sums);
    }
  }
  if (totals != accounts) return corrupt("the accounts' counts aren't the totals");
  std::uint64_t calls = 0;
  for (const auto& [key, count] : totals) calls += count;
  if (calls != file.footer().calls) return corrupt("the totals aren't the calls of the footer");
  return check_fold(file.footer().fold, source.keys(), totals);
}

// Adds up the rows of the failures by failure and hour; errors as in check_totals().
Result<void> add_failures(RollupSource& source, const RollupCodes& codes, Sums& by_hour) {
  for (const RollupTable table : {RollupTable::codes, RollupTable::other_codes}) {
    for (NamedRows rows;;) {
      FORTNIGHT_ASSIGN(const bool more, source.next(table, rows));
      if (!more) break;
      for (const RollupRow& row : rows.rows) {
        const std::uint64_t failure = row.key >> kQuarterBits;
        if (failure >= codes.failures.size()) return corrupt("a row counts an unknown failure");
        const std::uint64_t hour = (row.key & kQuarterMask) / kQuartersPerHour;
        by_hour[failure * kHoursPerDay + hour] += row.count;
      }
    }
  }
  return {};
}

// The failures' rows must add up to their calls, and each hour with calls must have sightings.
Result<void> check_codes(const RollupCodes& codes, RollupSource& source) {
  const RollupKeys& keys = source.keys();
  Sums by_hour;
  FORTNIGHT_TRY(add_failures(source, codes, by_hour));
  std::vector<std::uint64_t> calls(codes.failures.size());
  for (const auto& [key, count] : by_hour) calls[key / kHoursPerDay] += count;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const RollupFailure& failure = codes.failures[i];
    if (calls[i] != failure.calls) return corrupt("a failure's rows aren't its calls");
    if (keys.failed[failure.combo] == 0) return corrupt("a failure's status isn't an error");
  }
  for (const HourSightings& seen : codes.sightings) {
    const bool ordered = !(seen.last < seen.first);
    if (!ordered || by_hour.erase(std::uint64_t{seen.failure} * kHoursPerDay + seen.hour) == 0) {
      return corrupt("the sightings of a failure make no sense");
    }
  }
  if (!by_hour.empty()) return corrupt("a failure has calls in an hour without sightings");
  return {};
}

}  // namespace

std::vector<std::string> verify_rollup(const std::shared_ptr<const RollupFile>& file) {
  std::vector<std::string> problems;
  const auto note = [&](const Result<void>& result) {
    if (!result) problems.push_back(result.error().message);
  };
  for (const RollupTable table :
       {RollupTable::totals, RollupTable::accounts, RollupTable::latency,
        RollupTable::other_accounts, RollupTable::other_latency, RollupTable::codes,
        RollupTable::other_codes, RollupTable::other_sketches}) {
    note(check_order(*file, table));
  }
  const auto source = rollup_file_source(file);
  if (!source) {
    problems.push_back(source.error().message);
    return problems;
  }
  note(check_series(*file, RollupTable::totals));
  note(check_series(*file, RollupTable::accounts));
  note(check_series(*file, RollupTable::other_accounts));
  note(check_totals(*file, **source));
  note(check_latency(**source));
  if (const RollupCodes* codes = (*source)->codes()) note(check_codes(*codes, **source));
  return problems;
}

}  // namespace fortnight::storage
