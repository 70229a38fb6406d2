#include "storage/rollup/file.h"

#include <utility>

namespace fortnight::storage {
namespace {

// Sections are cached by their place and the form in which they are decoded. A hostile file may use
// one place for a page and for something else.
constexpr std::uint64_t kSectionForms = 8;

template <typename T>
constexpr std::uint64_t kFormOf = 0;
template <>
constexpr std::uint64_t kFormOf<RollupKeys> = 4;
template <>
constexpr std::uint64_t kFormOf<RollupIndex> = 5;
template <>
constexpr std::uint64_t kFormOf<RollupPage> = 6;
template <>
constexpr std::uint64_t kFormOf<RollupCodes> = 7;

std::uint64_t form_of(RollupGrain grain) {
  switch (grain) {
    case RollupGrain::quarter:
      return 1;
    case RollupGrain::hour:
      return 2;
    case RollupGrain::day:
      return 3;
  }
  return 0;
}

}  // namespace

Result<std::shared_ptr<const RollupFile>> RollupFile::open(FileSystem& files,
                                                           const std::string& path,
                                                           std::shared_ptr<BlockCache> cache,
                                                           std::uint64_t number) {
  FORTNIGHT_ASSIGN(std::unique_ptr<ReadableFile> file, files.open(path));
  Result<RollupFooter> footer = read_rollup_footer(*file);
  if (!footer) return footer.error().within(path);
  return std::make_shared<const RollupFile>(std::move(file), *footer, std::move(cache), number);
}

RollupFile::RollupFile(std::unique_ptr<ReadableFile> file, RollupFooter footer,
                       std::shared_ptr<BlockCache> cache, std::uint64_t number)
    : file_(std::move(file)), footer_(footer), cache_(std::move(cache)), number_(number) {}

template <typename T, typename Parse>
Result<std::shared_ptr<const T>> RollupFile::load(const RollupPlace& place, Parse&& parse) const {
  const BlockCache::Key key{number_, place.offset * kSectionForms + kFormOf<T>};
  if (auto found = cache_->find<T>(key)) return found;
  FORTNIGHT_ASSIGN(std::string raw, read_rollup_section(*file_, place, footer_.end));
  FORTNIGHT_ASSIGN(std::shared_ptr<const T> value, parse(std::move(raw)));
  cache_->insert(key, value, value->memory());
  return value;
}

Result<std::shared_ptr<const RollupKeys>> RollupFile::keys() const {
  return load<RollupKeys>(footer_.keys, &RollupKeys::parse);
}

Result<std::shared_ptr<const RollupCodes>> RollupFile::codes() const {
  if (!footer_.has_codes) return std::shared_ptr<const RollupCodes>();
  // Cached by the end of their places, which is the footer's beginning.
  const BlockCache::Key key{number_, footer_.end * kSectionForms + kFormOf<RollupCodes>};
  if (auto found = cache_->find<RollupCodes>(key)) return found;
  const auto codes = std::make_shared<RollupCodes>();
  FORTNIGHT_ASSIGN(const RollupPlace place, codes->read_places(*file_, footer_.end));
  FORTNIGHT_ASSIGN(const std::string raw, read_rollup_section(*file_, place, footer_.end));
  FORTNIGHT_ASSIGN(const auto known, keys());
  FORTNIGHT_TRY(codes->decode(raw, footer_.day, known->combos.size()));
  cache_->insert(key, std::shared_ptr<const RollupCodes>(codes), codes->memory());
  return std::shared_ptr<const RollupCodes>(codes);
}

Result<std::uint64_t> RollupFile::codes_bytes() const {
  if (!footer_.has_codes) return std::uint64_t{0};
  FORTNIGHT_ASSIGN(const RollupPlace place, RollupCodes().read_places(*file_, footer_.end));
  return place.size;
}

Result<RollupPlace> RollupFile::place_of(RollupTable table) const {
  if (static_cast<std::size_t>(table) < kRollupFooterTables) return footer_.index(table);
  FORTNIGHT_ASSIGN(const auto known, codes());
  return known == nullptr ? RollupPlace() : known->index(table);
}

Result<std::shared_ptr<const RollupIndex>> RollupFile::index(RollupTable table) const {
  FORTNIGHT_ASSIGN(const RollupPlace place, place_of(table));
  if (place.size == 0) return std::make_shared<const RollupIndex>();
  return load<RollupIndex>(place, &RollupIndex::parse);
}

Result<std::shared_ptr<const RollupPage>> RollupFile::page(const RollupPlace& place) const {
  return load<RollupPage>(place, &RollupPage::parse);
}

Result<std::shared_ptr<const RollupTotals>> RollupFile::totals(RollupGrain grain) const {
  const std::uint64_t offset = footer_.index(RollupTable::totals).offset;
  const BlockCache::Key key{number_, offset * kSectionForms + form_of(grain)};
  if (auto found = cache_->find<RollupTotals>(key)) return found;
  FORTNIGHT_ASSIGN(const auto known, keys());
  RollupTotalsBuilder builder(known->combos.size(), grain);
  FORTNIGHT_ASSIGN(const auto pages, index(RollupTable::totals));
  for (const RollupIndex::Page& page : pages->pages()) {
    // Bypasses the cache, which only keeps the decoded form.
    FORTNIGHT_ASSIGN(std::string raw, read_rollup_section(*file_, page.place, footer_.end));
    FORTNIGHT_ASSIGN(const auto parsed, RollupPage::parse(std::move(raw)));
    for (const TableEntry& entry : parsed->entries()) FORTNIGHT_TRY(builder.add(entry));
  }
  std::shared_ptr<const RollupTotals> totals = builder.finish();
  cache_->insert(key, totals, totals->memory());
  return totals;
}

}  // namespace fortnight::storage
