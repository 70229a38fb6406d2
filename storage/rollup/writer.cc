#include "storage/rollup/writer.h"

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "storage/rollup/account_codes.h"
#include "storage/rollup/account_fold.h"
#include "storage/rollup/footer.h"
#include "storage/rollup/history.h"
#include "storage/rollup/merge.h"
#include "storage/rollup/merge_codes.h"
#include "storage/rollup/table.h"

namespace fortnight::storage {
namespace {

// An account's rows without their combos: calls and errors by quarter.
std::vector<RollupRow> series_of(std::span<const RollupRow> rows,
                                 const std::vector<std::uint8_t>& failed) {
  std::vector<RollupRow> series;
  series.reserve(rows.size());
  for (const RollupRow& row : rows) {
    const std::uint64_t error = failed[row.key >> kQuarterBits];
    series.push_back({error << kQuarterBits | (row.key & kQuarterMask), row.count});
  }
  normalize_rows(series);
  return series;
}

std::uint64_t sum(std::span<const RollupRow> rows) {
  std::uint64_t total = 0;
  for (const RollupRow& row : rows) total += row.count;
  return total;
}

Result<RollupPlace> write_totals(RollupSectionWriter& sections, const MergedKeys& merged) {
  RollupTableWriter table(sections);
  if (!merged.totals.empty()) {
    FORTNIGHT_TRY(table.add("", series_of(merged.totals, merged.keys.failed), merged.totals));
  }
  return table.finish();
}

// Writes the accounts' rows, and those of their failed calls by error code if there are `codes`.
Result<RollupPlace> write_accounts(RollupSectionWriter& sections, RollupSources sources,
                                   const MergedKeys& merged, AccountFold& fold,
                                   AccountCodes* codes) {
  RollupTableWriter table(sections);
  NamedRowsMerger merger(sources, RollupTable::accounts);
  for (NamedRows account;;) {
    FORTNIGHT_ASSIGN(const bool more, merger.next(account, &merged.combos));
    if (!more) return table.finish();
    const bool kept = fold.take(merger, account);
    if (codes != nullptr) FORTNIGHT_TRY(codes->add(account.name, kept));
    if (!kept) continue;
    FORTNIGHT_TRY(
        table.add(account.name, series_of(account.rows, merged.keys.failed), account.rows));
  }
}

// Writes a table of rows under `(other)`; with series if rows have combos.
Result<RollupPlace> write_other(RollupSectionWriter& sections, std::span<const RollupRow> rows,
                                const MergedKeys* merged) {
  RollupTableWriter table(sections);
  std::vector<RollupRow> series;
  if (merged != nullptr) series = series_of(rows, merged->keys.failed);
  if (!rows.empty()) FORTNIGHT_TRY(table.add("", series, rows));
  return table.finish();
}

Result<void> add_other_accounts(RollupSources sources, const MergedKeys& merged,
                                AccountFold& fold) {
  NamedRowsMerger merger(sources, RollupTable::other_accounts);
  for (NamedRows other;;) {
    FORTNIGHT_ASSIGN(const bool more, merger.next(other, &merged.combos));
    if (!more) return {};
    fold.add_other(other.rows);
  }
}

// Writes the latency of endpoints that are counted by name, and adds the rest to `other`.
Result<RollupPlace> write_latency(RollupSectionWriter& sections, RollupSources sources,
                                  const MergedKeys& merged, std::vector<RollupRow>& other) {
  boost::unordered_flat_map<std::uint64_t, std::uint64_t> sums;
  const auto add_other = [&](const NamedRows& rows) {
    for (const RollupRow& row : rows.rows) sums[row.key] += row.count;
  };
  const bool folded = merged.fold.endpoint.calls != 0;
  const Strings& endpoints = merged.keys.of(RollupKey::endpoint);
  boost::unordered_flat_set<std::string_view> kept;
  if (folded) {
    for (std::size_t i = 0; i < endpoints.size(); ++i) kept.insert(endpoints[i]);
  }
  RollupTableWriter table(sections);
  NamedRowsMerger merger(sources, RollupTable::latency);
  for (NamedRows endpoint;;) {
    FORTNIGHT_ASSIGN(const bool more, merger.next(endpoint, nullptr));
    if (!more) break;
    if (folded && !kept.contains(endpoint.name)) {
      add_other(endpoint);
    } else {
      FORTNIGHT_TRY(table.add(endpoint.name, {}, endpoint.rows));
    }
  }
  NamedRowsMerger others(sources, RollupTable::other_latency);
  for (NamedRows rows;;) {
    FORTNIGHT_ASSIGN(const bool more, others.next(rows, nullptr));
    if (!more) break;
    add_other(rows);
  }
  for (const auto& [key, count] : sums) other.push_back({key, count});
  normalize_rows(other);
  return table.finish();
}

}  // namespace

Result<std::uint64_t> write_rollup(FileSystem& files, const std::string& path, Day day,
                                   RollupSources sources, const RollupRules& rules,
                                   Lz4Level level) {
  RollupHistory history(rules.earlier);
  FORTNIGHT_ASSIGN(const MergedKeys merged, merge_keys(sources, rules.caps, history));
  FORTNIGHT_ASSIGN(const std::unique_ptr<WritableFile> file, files.create(path));
  RollupSectionWriter sections(*file, kRollupHeaderBytes, level);
  RollupFooter footer;
  footer.day = day;
  footer.calls = sum(merged.totals);
  footer.fold = merged.fold;
  AccountFold accounts(sources);
  FORTNIGHT_TRY(accounts.choose(footer.calls, rules.caps, history));
  FORTNIGHT_ASSIGN(const std::unique_ptr<AccountCodes> codes,
                   AccountCodes::create(sections, sources, merged, rules.caps));
  FORTNIGHT_ASSIGN(footer.index(RollupTable::totals), write_totals(sections, merged));
  FORTNIGHT_ASSIGN(footer.index(RollupTable::accounts),
                   write_accounts(sections, sources, merged, accounts, codes.get()));
  FORTNIGHT_TRY(add_other_accounts(sources, merged, accounts));
  std::vector<RollupRow> other_latency;
  FORTNIGHT_ASSIGN(footer.index(RollupTable::latency),
                   write_latency(sections, sources, merged, other_latency));
  if (accounts.folded().calls != 0) footer.fold.account = accounts.folded();
  if (footer.fold.any()) {
    FORTNIGHT_ASSIGN(footer.index(RollupTable::other_accounts),
                     write_other(sections, accounts.other_rows(), &merged));
    FORTNIGHT_ASSIGN(footer.index(RollupTable::other_latency),
                     write_other(sections, other_latency, nullptr));
  }
  FORTNIGHT_ASSIGN(footer.keys, sections.add(merged.keys.encode()));
  std::string end;
  if (codes) {
    FORTNIGHT_ASSIGN(end, codes->finish(day));
  }
  end += footer.encode();
  FORTNIGHT_TRY(file->write(sections.offset(), end));
  FORTNIGHT_TRY(file->write(
      0, encode_rollup_header({footer.fold.any() ? kRollupFolded : 0, codes ? kRollupCodes : 0})));
  FORTNIGHT_TRY(file->sync());
  return sections.offset() + end.size();
}

}  // namespace fortnight::storage
