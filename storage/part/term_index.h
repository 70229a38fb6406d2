// The index of terms: which blocks may have a term (storage/call/terms.h) in a value. It finds
// e-mail addresses, names, codes and paths in any part of a call without reading the blocks that
// lack them. docs/format.md, "Term index".
//
// It has at most 4 bytes a call, so it leaves out
//   - columns whose values differ from call to call and are easily ruled out, such as times: all
//     their chunks may have a term, as far as the character table allows it;
//   - terms of more than an eighth of the blocks: these are listed, and may be anywhere;
//   - values that the ID index has.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/strings.h"
#include "storage/part/id_index.h"
#include "storage/part/id_pairs.h"

namespace fortnight::storage {

// A part of fewer blocks has no index: reading them is as fast.
inline constexpr std::size_t kLeastTermBlocks = 8;

// Collects the terms of a part that is being written. Memory: that of IdPairs, and at most 16 MiB
// for the terms of one block and of the first ones. Not thread-safe.
class TermCollector {
 public:
  // `files` must outlive it. `path`: of a temporary file.
  TermCollector(FileSystem& files, std::string path) : pairs_(files, std::move(path)) {}

  // Adds the values of a column of holes in the present block. `is_string`: JSON strings, without
  // quotes. `ids`: the ID index has all values.
  void add(std::size_t column, const Strings& values, bool is_string, bool ids);
  // The column's values aren't indexed, such as those of lines that are stored whole.
  void leave_out(std::size_t column);
  // The block of `calls` calls is complete.
  Result<void> end_block(std::uint32_t calls);
  // Makes the index of `columns` columns of holes. Writes the section of pages piece by piece, and
  // appends the section of the directory; nothing if the part is too small for an index.
  Result<void> encode(std::size_t columns, std::string& directory,
                      const std::function<Result<void>(std::string_view)>& write_pages);

 private:
  struct Column {
    bool covered = true;
    bool numeric = true;      // its first terms are numbers or times
    std::uint64_t terms = 0;  // pairs of a term and a block that it has added
  };
  struct Trial {
    std::uint64_t hash;
    std::uint32_t block;
    std::uint32_t column;
  };

  Column& state_of(std::size_t column);
  void add_value(std::size_t column, std::string_view value, bool ids);
  void keep_within_budget();
  void find_frequent();
  Result<void> end_trial();

  IdPairs pairs_;
  std::vector<Column> columns_;
  std::vector<Trial> trial_;  // the terms of the first blocks
  bool tries_ = true;
  boost::unordered_flat_set<std::uint64_t> frequent_;  // of those, the terms of most blocks
  std::uint32_t block_ = 0;
  std::uint64_t calls_ = 0;
  std::uint64_t terms_ = 0;                            // of covered columns
  std::size_t of_this_block_ = 0;                      // terms that columns have added
  boost::unordered_flat_set<std::uint64_t> of_block_;  // what the block has already added
  std::vector<std::string_view> recent_;               // the column's last values, by hash
  std::string scratch_;
};

// The directory. Immutable, thread-safe.
class TermDirectory {
 public:
  // `columns` is the number of the part's columns of holes.
  static Result<TermDirectory> parse(std::string_view bytes, std::uint64_t pages_bytes,
                                     std::size_t columns);

  [[nodiscard]] std::size_t columns() const { return covered_.size(); }
  // Whether all terms of the column of holes are in the index, in the ID index or frequent.
  [[nodiscard]] bool covers(std::size_t column) const { return covered_[column]; }
  // Whether the term may be in any block.
  [[nodiscard]] bool frequent(std::uint64_t hash) const;
  // The pages, as those of the ID index.
  [[nodiscard]] const IdDirectory& pages() const { return pages_; }
  [[nodiscard]] std::size_t memory() const {
    return pages_.memory() + covered_.capacity() / 8 + frequent_.capacity() * 8;
  }

 private:
  std::vector<bool> covered_;
  std::vector<std::uint64_t> frequent_;  // ascending; the top IdPairs::kHashBits bits of hashes
  IdDirectory pages_;
};

}  // namespace fortnight::storage
