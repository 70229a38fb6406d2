#include "storage/rollup/writer.h"

#include <array>

#include "storage/base/bytes.h"
#include "storage/base/checksum.h"
#include "storage/rollup/footer.h"
#include "storage/rollup/merge.h"
#include "storage/rollup/table.h"

namespace fortnight::storage {
namespace {

// An account's rows without their combos: the calls and the errors by quarter.
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

Result<RollupPlace> write_accounts(RollupSectionWriter& sections, RollupSources sources,
                                   const MergedKeys& merged) {
  RollupTableWriter table(sections);
  NamedRowsMerger merger(sources, RollupTable::accounts);
  for (NamedRows account;;) {
    FORTNIGHT_ASSIGN(const bool more, merger.next(account, &merged.combos));
    if (!more) return table.finish();
    FORTNIGHT_TRY(
        table.add(account.name, series_of(account.rows, merged.keys.failed), account.rows));
  }
}

Result<RollupPlace> write_latency(RollupSectionWriter& sections, RollupSources sources) {
  RollupTableWriter table(sections);
  NamedRowsMerger merger(sources, RollupTable::latency);
  for (NamedRows endpoint;;) {
    FORTNIGHT_ASSIGN(const bool more, merger.next(endpoint, nullptr));
    if (!more) return table.finish();
    FORTNIGHT_TRY(table.add(endpoint.name, {}, endpoint.rows));
  }
}

}  // namespace

Result<std::uint64_t> write_rollup(FileSystem& files, const std::string& path, Day day,
                                   RollupSources sources, Lz4Level level) {
  FORTNIGHT_ASSIGN(const MergedKeys merged, merge_keys(sources));
  FORTNIGHT_ASSIGN(const std::unique_ptr<WritableFile> file, files.create(path));
  FORTNIGHT_TRY(file->write(0, encode_rollup_header()));
  RollupSectionWriter sections(*file, kRollupHeaderBytes, level);
  RollupFooter footer;
  footer.day = day;
  footer.calls = sum(merged.totals);
  FORTNIGHT_ASSIGN(footer.index(RollupTable::totals), write_totals(sections, merged));
  FORTNIGHT_ASSIGN(footer.index(RollupTable::accounts), write_accounts(sections, sources, merged));
  FORTNIGHT_ASSIGN(footer.index(RollupTable::latency), write_latency(sections, sources));
  FORTNIGHT_ASSIGN(footer.keys, sections.add(merged.keys.encode()));
  const std::string end = footer.encode();
  FORTNIGHT_TRY(file->write(sections.offset(), end));
  FORTNIGHT_TRY(file->sync());
  return sections.offset() + end.size();
}

}  // namespace fortnight::storage
