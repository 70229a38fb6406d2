#include <utility>

#include "storage/call/latency_sketch.h"
#include "storage/rollup/file.h"

namespace fortnight::storage {
namespace {

// Walks over one table of a file, a page at a time.
class TableCursor {
 public:
  Result<bool> next(const RollupFile& file, RollupTable table, NamedRows& out) {
    out.rows.clear();
    bool found = false;
    for (;;) {
      FORTNIGHT_ASSIGN(const TableEntry* const entry, peek(file, table));
      if (entry == nullptr || (found && entry->name != out.name)) break;
      found = true;
      out.name = entry->name;
      const bool fits = entry->rows.for_each([&](std::uint64_t key, std::uint64_t count) {
        out.rows.push_back({key, count});
      });
      if (!fits) return corrupt("the rows of a rollup make no sense");
      ++entry_;
    }
    normalize_rows(out.rows);
    return found;
  }

 private:
  // The next entry; null at the end.
  Result<const TableEntry*> peek(const RollupFile& file, RollupTable table) {
    while (page_ == nullptr || entry_ == page_->entries().size()) {
      FORTNIGHT_ASSIGN(const auto index, file.index(table));
      if (next_page_ == index->pages().size()) return nullptr;
      FORTNIGHT_ASSIGN(page_, file.page(index->pages()[next_page_++].place));
      entry_ = 0;
    }
    return &page_->entries()[entry_];
  }

  std::shared_ptr<const RollupPage> page_;
  std::size_t next_page_ = 0;
  std::size_t entry_ = 0;
};

bool valid_key(RollupTable table, std::uint64_t key) {
  if (table == RollupTable::other_sketches) return true;  // the caller checks it
  if (table == RollupTable::latency || table == RollupTable::other_latency) {
    return key >> kBinBits < kHoursPerDay && (key & kBinMask) < kSketchBins;
  }
  // The caller checks the combo when it translates it.
  return (key & kQuarterMask) < kQuartersPerDay;
}

class FileSource final : public RollupSource {
 public:
  FileSource(std::shared_ptr<const RollupFile> file, std::shared_ptr<const RollupKeys> keys,
             std::shared_ptr<const RollupCodes> codes)
      : file_(std::move(file)), keys_(std::move(keys)), codes_(std::move(codes)) {}

  [[nodiscard]] const RollupKeys& keys() const override { return *keys_; }
  [[nodiscard]] const RollupFold& fold() const override { return file_->footer().fold; }

  [[nodiscard]] const RollupCodes* codes() const override { return codes_.get(); }

  Result<bool> next(RollupTable table, NamedRows& out) override {
    FORTNIGHT_ASSIGN(const bool more,
                     cursors_[static_cast<std::size_t>(table)].next(*file_, table, out));
    for (const RollupRow& row : out.rows) {
      if (!valid_key(table, row.key)) return corrupt("a row of a rollup is damaged");
    }
    return more;
  }

  void rewind(RollupTable table) override { cursors_[static_cast<std::size_t>(table)] = {}; }

 private:
  const std::shared_ptr<const RollupFile> file_;
  const std::shared_ptr<const RollupKeys> keys_;
  const std::shared_ptr<const RollupCodes> codes_;
  std::array<TableCursor, kRollupTables> cursors_;
};

}  // namespace

Result<std::unique_ptr<RollupSource>> rollup_file_source(std::shared_ptr<const RollupFile> file) {
  FORTNIGHT_ASSIGN(std::shared_ptr<const RollupKeys> keys, file->keys());
  FORTNIGHT_ASSIGN(std::shared_ptr<const RollupCodes> codes, file->codes());
  return std::unique_ptr<RollupSource>(
      std::make_unique<FileSource>(std::move(file), std::move(keys), std::move(codes)));
}

}  // namespace fortnight::storage
