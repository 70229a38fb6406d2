// A table of a rollup file: rows by name, sorted by name, in pages that are read one by one, and an
// index of the pages.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "storage/rollup/rows.h"
#include "storage/rollup/section.h"

namespace fortnight::storage {

// One name's rows. A name with many rows has several consecutive entries, which add up.
struct TableEntry {
  std::string_view name;
  RollupRows series;  // all combos together; key: failed << kQuarterBits | quarter
  RollupRows rows;
};

// A page as it is cached. Immutable.
class RollupPage {
 public:
  static Result<std::shared_ptr<const RollupPage>> parse(std::string raw);
  RollupPage() = default;
  RollupPage(const RollupPage&) = delete;
  RollupPage& operator=(const RollupPage&) = delete;

  [[nodiscard]] std::span<const TableEntry> entries() const { return entries_; }
  [[nodiscard]] std::size_t memory() const {
    return raw_.capacity() + entries_.capacity() * sizeof(TableEntry);
  }

 private:
  std::string raw_;
  std::vector<TableEntry> entries_;  // views of raw_
};

// The places of a table's pages, and the first name of each.
class RollupIndex {
 public:
  struct Page {
    std::string first;
    RollupPlace place;
  };

  static Result<std::shared_ptr<const RollupIndex>> parse(std::string_view raw);
  void add(Page page) { pages_.push_back(std::move(page)); }
  [[nodiscard]] std::string encode() const;

  [[nodiscard]] const std::vector<Page>& pages() const { return pages_; }
  // The pages [first, last) that may have the name.
  [[nodiscard]] std::pair<std::size_t, std::size_t> find(std::string_view name) const;
  [[nodiscard]] std::size_t memory() const;

 private:
  std::vector<Page> pages_;
};

// Writes a table, a page at a time. Memory: one page and the index.
class RollupTableWriter {
 public:
  explicit RollupTableWriter(RollupSectionWriter& sections) : sections_(sections) {}

  // Names and rows must come in ascending order.
  Result<void> add(std::string_view name, std::span<const RollupRow> series,
                   std::span<const RollupRow> rows);
  // Returns the place of the index.
  Result<RollupPlace> finish();

 private:
  Result<void> add_entry(std::string_view name, std::span<const RollupRow> series,
                         std::span<const RollupRow> rows);
  Result<void> flush();

  RollupSectionWriter& sections_;
  RollupIndex index_;
  std::uint64_t entries_ = 0;
  std::string first_;
  std::string heads_;
  std::string gaps_;
  std::string counts_;
};

}  // namespace fortnight::storage
