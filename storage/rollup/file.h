// An open rollup file. Its sections are loaded on demand, checked and cached. Immutable and
// thread-safe.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "storage/files/block_cache.h"
#include "storage/files/file_system.h"
#include "storage/rollup/codes.h"
#include "storage/rollup/footer.h"
#include "storage/rollup/keys.h"
#include "storage/rollup/source.h"
#include "storage/rollup/table.h"
#include "storage/rollup/totals.h"

namespace fortnight::storage {

class RollupFile {
 public:
  // `number` is the file's number in the cache.
  static Result<std::shared_ptr<const RollupFile>> open(FileSystem& files, const std::string& path,
                                                        std::shared_ptr<BlockCache> cache,
                                                        std::uint64_t number);
  RollupFile(std::unique_ptr<ReadableFile> file, RollupFooter footer,
             std::shared_ptr<BlockCache> cache, std::uint64_t number);

  [[nodiscard]] const RollupFooter& footer() const { return footer_; }
  [[nodiscard]] std::uint64_t size() const { return file_->size(); }
  [[nodiscard]] Result<std::shared_ptr<const RollupKeys>> keys() const;
  // Null if the file has none.
  [[nodiscard]] Result<std::shared_ptr<const RollupCodes>> codes() const;
  [[nodiscard]] Result<std::shared_ptr<const RollupIndex>> index(RollupTable table) const;
  // The size of the table's index; 0 if the file doesn't have the table.
  [[nodiscard]] Result<std::uint64_t> index_bytes(RollupTable table) const {
    FORTNIGHT_ASSIGN(const RollupPlace place, place_of(table));
    return place.size;
  }
  // The size of the section of failures and their sightings.
  [[nodiscard]] Result<std::uint64_t> codes_bytes() const;
  [[nodiscard]] Result<std::shared_ptr<const RollupPage>> page(const RollupPlace& place) const;
  // The totals of all accounts, by combo and by slots of `grain` quarters.
  [[nodiscard]] Result<std::shared_ptr<const RollupTotals>> totals(RollupGrain grain) const;

  // Calls `visit(entry)`, which returns a Result<void>, for each entry of the table; if `name` is
  // given, only for its entries.
  template <typename Visit>
  Result<void> for_each_entry(RollupTable table, const std::string_view* name, Visit&& visit) const;

 private:
  [[nodiscard]] Result<RollupPlace> place_of(RollupTable table) const;
  template <typename T, typename Parse>
  Result<std::shared_ptr<const T>> load(const RollupPlace& place, Parse&& parse) const;

  const std::unique_ptr<ReadableFile> file_;
  const RollupFooter footer_;
  const std::shared_ptr<BlockCache> cache_;
  const std::uint64_t number_;
};

// The file's counts as a source for another file. ErrorCode::corrupt if the file is damaged.
Result<std::unique_ptr<RollupSource>> rollup_file_source(std::shared_ptr<const RollupFile> file);

// ---- templates ----

template <typename Visit>
Result<void> RollupFile::for_each_entry(RollupTable table, const std::string_view* name,
                                        Visit&& visit) const {
  FORTNIGHT_ASSIGN(const auto pages, index(table));
  const auto [first, last] =
      name != nullptr ? pages->find(*name) : std::pair{std::size_t{0}, pages->pages().size()};
  for (std::size_t i = first; i < last; ++i) {
    FORTNIGHT_ASSIGN(const auto read, page(pages->pages()[i].place));
    for (const TableEntry& entry : read->entries()) {
      if (name == nullptr || entry.name == *name) FORTNIGHT_TRY(visit(entry));
    }
  }
  return {};
}

}  // namespace fortnight::storage
