#include "storage/rollup/table.h"

#include <algorithm>

#include "base/bytes.h"
#include "storage/rollup/format.h"

namespace fortnight::storage {
namespace {

// The least bytes of an entry's header and of a page's index entry; bounds the counts that are
// read.
constexpr std::uint64_t kLeastEntry = 5;
constexpr std::uint64_t kLeastIndexLine = 11;

// The sizes of an entry's columns, which precede the columns: bytes of gaps and rows, for the
// series and for the rows.
struct EntrySizes {
  std::uint64_t series_gaps, series_rows, gaps, rows;
};

}  // namespace

Result<std::shared_ptr<const RollupPage>> RollupPage::parse(std::string raw) {
  auto page = std::make_shared<RollupPage>();
  page->raw_ = std::move(raw);
  ByteReader in(page->raw_);
  const std::uint64_t count = in.count(kLeastEntry);
  page->entries_.resize(count);
  std::vector<EntrySizes> sizes(count);
  for (std::size_t i = 0; i < count; ++i) {
    page->entries_[i].name = in.text();
    sizes[i] = {in.varint(), in.varint(), in.varint(), in.varint()};
  }
  for (std::size_t i = 0; i < count; ++i) {
    page->entries_[i].series.gaps = in.bytes(sizes[i].series_gaps);
    page->entries_[i].rows.gaps = in.bytes(sizes[i].gaps);
  }
  for (std::size_t i = 0; i < count; ++i) {
    page->entries_[i].series.counts = in.bytes(sizes[i].series_rows);
    page->entries_[i].rows.counts = in.bytes(sizes[i].rows);
  }
  if (!in.ok() || in.remaining() != 0) return corrupt("a page of a rollup is damaged");
  return std::shared_ptr<const RollupPage>(std::move(page));
}

Result<std::shared_ptr<const RollupIndex>> RollupIndex::parse(std::string_view raw) {
  auto index = std::make_shared<RollupIndex>();
  ByteReader in(raw);
  const std::uint64_t count = in.count(kLeastIndexLine);
  index->pages_.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    std::string first(in.text());
    index->pages_.push_back({std::move(first), RollupPlace::decode(in)});
  }
  const bool sorted =
      std::is_sorted(index->pages_.begin(), index->pages_.end(),
                     [](const Page& a, const Page& b) { return a.first < b.first; });
  if (!in.ok() || in.remaining() != 0 || !sorted) {
    return corrupt("an index of a rollup is damaged");
  }
  return std::shared_ptr<const RollupIndex>(std::move(index));
}

std::string RollupIndex::encode() const {
  std::string out;
  ByteWriter writer(out);
  writer.varint(pages_.size());
  for (const Page& page : pages_) {
    writer.text(page.first);
    page.place.encode(writer);
  }
  return out;
}

std::pair<std::size_t, std::size_t> RollupIndex::find(std::string_view name) const {
  const auto from = std::lower_bound(pages_.begin(), pages_.end(), name,
                                     [](const Page& page, auto n) { return page.first < n; });
  const auto to = std::upper_bound(from, pages_.end(), name,
                                   [](auto n, const Page& page) { return n < page.first; });
  // The page before the first one that begins with the name may end with it.
  const auto first = static_cast<std::size_t>(from - pages_.begin());
  return {first == 0 ? 0 : first - 1, static_cast<std::size_t>(to - pages_.begin())};
}

std::size_t RollupIndex::memory() const {
  std::size_t bytes = pages_.capacity() * sizeof(Page);
  for (const Page& page : pages_) bytes += page.first.capacity();
  return bytes;
}

Result<void> RollupTableWriter::add(std::string_view name, std::span<const RollupRow> series,
                                    std::span<const RollupRow> rows) {
  do {
    const std::size_t count = std::min<std::size_t>(rows.size(), kRollupEntryRows);
    FORTNIGHT_TRY(add_entry(name, series, rows.first(count)));
    series = {};
    rows = rows.subspan(count);
  } while (!rows.empty());
  return {};
}

Result<void> RollupTableWriter::add_entry(std::string_view name, std::span<const RollupRow> series,
                                          std::span<const RollupRow> rows) {
  if (entries_ == 0) first_ = name;
  ++entries_;
  ByteWriter heads(heads_);
  heads.text(name);
  for (const auto& list : {series, rows}) {
    const std::size_t before = gaps_.size();
    const std::uint64_t written = append_rows(list, gaps_, counts_);
    heads.varint(gaps_.size() - before);
    heads.varint(written);
  }
  if (heads_.size() + gaps_.size() + counts_.size() >= kRollupPageBytes) return flush();
  return {};
}

Result<void> RollupTableWriter::flush() {
  std::string raw;
  ByteWriter writer(raw);
  writer.varint(entries_);
  writer.bytes(heads_);
  writer.bytes(gaps_);
  writer.bytes(counts_);
  FORTNIGHT_ASSIGN(const RollupPlace place, sections_.add(raw));
  index_.add({first_, place});
  entries_ = 0;
  heads_.clear();
  gaps_.clear();
  counts_.clear();
  return {};
}

Result<RollupPlace> RollupTableWriter::finish() {
  if (entries_ > 0) FORTNIGHT_TRY(flush());
  return sections_.add(index_.encode());
}

}  // namespace fortnight::storage
