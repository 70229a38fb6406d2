#include <fmt/format.h>

#include <algorithm>

#include "base/number_text.h"
#include "storage/part/report.h"
#include "storage/rollup/file.h"
#include "tools/segment/commands.h"
#include "tools/segment/table.h"

namespace fortnight::segment {
namespace {

using storage::ColumnReport;
using storage::PartReport;
using storage::RollupFile;
using storage::RollupTable;

std::string encodings_of(const ColumnReport& column) {
  std::vector<std::pair<std::uint64_t, std::string>> by_bytes;
  for (const auto& [encoding, sum] : column.encodings) {
    by_bytes.emplace_back(sum.bytes, name_of(encoding));
  }
  std::sort(by_bytes.rbegin(), by_bytes.rend());
  std::string text;
  for (const auto& [bytes, name] : by_bytes) {
    if (!text.empty()) text += " ";
    text += name;
  }
  return text;
}

// Sums over parts. Columns of the same name are added up.
class PartSum {
 public:
  void add(const PartReport& report) {
    ++parts_;
    calls_ += report.summary.calls;
    lines_ += report.summary.line_bytes;
    bytes_ += report.summary.bytes;
    ids_ += report.ids;
    blocks_ += report.blocks;
    indices_ += report.index_bytes();
    headers_ += report.header_bytes;
    chunks_ += report.chunk_bytes;
    for (const auto& [kind, bytes] : report.sections) sections_[kind] += bytes;
    add(report.encodings, encodings_);
    for (const ColumnReport& column : report.columns) {
      ColumnReport& sum = columns_[column.name];
      sum.name = column.name;
      sum.dictionary_bytes += column.dictionary_bytes;
      add(column.encodings, sum.encodings);
    }
  }

  [[nodiscard]] std::uint64_t calls() const { return calls_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] bool empty() const { return parts_ == 0; }

  [[nodiscard]] std::string text() const {
    return fmt::format("{} calls, {} IDs, {} blocks\n{} bytes of lines, kept in {}: 1/{:.1f}\n\n",
                       with_commas(calls_), with_commas(ids_), with_commas(blocks_),
                       with_commas(lines_), with_commas(bytes_),
                       static_cast<double>(lines_) /
                           static_cast<double>(std::max<std::uint64_t>(bytes_, 1))) +
           sections() + "\n" + columns() + "\n" + encodings();
  }

 private:
  static void add(const storage::EncodingSums& from, storage::EncodingSums& to) {
    for (const auto& [encoding, sum] : from) {
      to[encoding].chunks += sum.chunks;
      to[encoding].bytes += sum.bytes;
    }
  }

  void row(Table& table, std::string_view name, std::uint64_t bytes) const {
    table.add({std::string(name), with_commas(bytes), each(bytes, calls_), share(bytes, bytes_)});
  }

  [[nodiscard]] std::string sections() const {
    Table table({"section", "bytes", "a call", "share"});
    row(table, "chunks", chunks_);
    row(table, "block headers", headers_);
    std::uint64_t rest = bytes_ - chunks_ - headers_;
    for (const auto& [kind, bytes] : sections_) {
      row(table, name_of(kind), bytes);
      rest -= bytes;
    }
    row(table, "header and footer", rest);
    row(table, "all", bytes_);
    row(table, "of it indices", indices_);
    return table.text();
  }

  [[nodiscard]] std::string columns() const {
    std::vector<const ColumnReport*> sorted;
    for (const auto& [name, column] : columns_) sorted.push_back(&column);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto* a, const auto* b) { return a->bytes() > b->bytes(); });
    Table table({"column", "bytes", "a call", "share", "dictionary", "encodings"});
    for (const ColumnReport* column : sorted) {
      table.add({column->name, with_commas(column->bytes()), each(column->bytes(), calls_),
                 share(column->bytes(), bytes_), with_commas(column->dictionary_bytes),
                 encodings_of(*column)});
    }
    return table.text();
  }

  [[nodiscard]] std::string encodings() const {
    Table table({"encoding", "chunks", "bytes", "a call", "share"});
    for (const auto& [encoding, sum] : encodings_) {
      table.add({std::string(name_of(encoding)), with_commas(sum.chunks), with_commas(sum.bytes),
                 each(sum.bytes, calls_), share(sum.bytes, bytes_)});
    }
    return table.text();
  }

  std::uint64_t parts_ = 0, calls_ = 0, lines_ = 0, bytes_ = 0, ids_ = 0, blocks_ = 0;
  std::uint64_t indices_ = 0, headers_ = 0, chunks_ = 0;
  std::map<storage::Section, std::uint64_t> sections_;
  std::map<std::string, ColumnReport> columns_;
  storage::EncodingSums encodings_;
};

Result<std::uint64_t> table_bytes(const RollupFile& file, RollupTable table) {
  FORTNIGHT_ASSIGN(const auto index, file.index(table));
  FORTNIGHT_ASSIGN(std::uint64_t bytes, file.index_bytes(table));
  for (const auto& page : index->pages()) bytes += page.place.size;
  return bytes;
}

// Sums over rollups.
struct RollupSum {
  std::uint64_t files = 0, calls = 0, bytes = 0, keys = 0;
  std::map<RollupTable, std::uint64_t> tables;

  Result<void> add(const RollupFile& file) {
    std::map<RollupTable, std::uint64_t> sizes;
    for (const auto table :
         {RollupTable::totals, RollupTable::accounts, RollupTable::latency, RollupTable::codes}) {
      FORTNIGHT_ASSIGN(sizes[table], table_bytes(file, table));
    }
    FORTNIGHT_ASSIGN(const std::uint64_t failures, file.codes_bytes());
    sizes[RollupTable::codes] += failures;
    for (const auto& [table, size] : sizes) tables[table] += size;
    ++files;
    calls += file.footer().calls;
    bytes += file.size();
    keys += file.footer().keys.size;
    return {};
  }

  [[nodiscard]] std::string text() const {
    Table table({"rollups of " + with_commas(calls) + " calls", "bytes", "a call", "share"});
    const auto row = [&](std::string name, std::uint64_t size) {
      table.add({std::move(name), with_commas(size), each(size, calls), share(size, bytes)});
    };
    row("accounts", tables.at(RollupTable::accounts));
    row("totals", tables.at(RollupTable::totals));
    row("latency", tables.at(RollupTable::latency));
    row("error codes", tables.at(RollupTable::codes));
    row("keys", keys);
    row("all", bytes);
    return table.text();
  }
};

// Returns the number of the file's calls.
Result<std::uint64_t> add(const StoredFile& file, PartSum& parts, RollupSum& rollups) {
  if (file.rollup) {
    FORTNIGHT_TRY(rollups.add(*file.rollup->file()));
    return file.rollup->calls();
  }
  FORTNIGHT_ASSIGN(const PartReport report, storage::report_part(*file.part));
  parts.add(report);
  return report.summary.calls;
}

}  // namespace

Result<void> info(const Target& target, std::FILE* out) {
  Table list({"file", "calls", "bytes", "a call"});
  PartSum parts;
  RollupSum rollups;
  std::uint64_t damaged = 0;
  for (const StoredFile& file : target.store.opened) {
    const auto calls = file.error ? *file.error : add(file, parts, rollups);
    if (calls) {
      list.add({file.path, with_commas(*calls), with_commas(file.bytes), each(file.bytes, *calls)});
    } else {
      ++damaged;
      list.add({file.path, "?", with_commas(file.bytes),
                file.error ? trouble_of(file) : calls.error().message});
    }
  }
  FORTNIGHT_TRY(write(out, list.text()));
  if (!parts.empty()) FORTNIGHT_TRY(write(out, "\n" + parts.text()));
  if (rollups.files > 0) FORTNIGHT_TRY(write(out, "\n" + rollups.text()));
  if (!parts.empty() && rollups.files > 0) {
    FORTNIGHT_TRY(write(out, fmt::format("\nrollups are {} of parts and segments\n",
                                         share(rollups.bytes, parts.bytes()))));
  }
  return damage_left_out(damaged, 0);
}

}  // namespace fortnight::segment
