// A part's character table: which classes of characters each text chunk's values have. It lets a
// search of all columns skip most chunks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/character_classes.h"
#include "base/error.h"
#include "storage/packing/compression.h"

namespace fortnight::storage {

// Collects the table while blocks are written. Not thread-safe.
class CharacterTableBuilder {
 public:
  // Later calls are for the next block.
  void start_block() { ++blocks_; }
  void add(std::uint32_t column, CharacterClasses classes);
  // `columns` is the number of the part's columns, including those of numbers.
  void encode(std::size_t columns, Lz4Level level, std::string& out) const;

 private:
  std::size_t blocks_ = 0;
  // By column from kFirstTextColumn on, by block; shorter if the last blocks lack the column.
  std::vector<std::vector<CharacterClasses>> columns_;
};

// Immutable, thread-safe. Without a table, every chunk may contain any text.
class CharacterTable {
 public:
  CharacterTable() = default;
  // `columns` and `blocks` are those of the part.
  static Result<CharacterTable> parse(std::string_view bytes, std::size_t columns,
                                      std::size_t blocks);

  // Returns false if no value of the column's chunk, decoded, contains a text with these classes.
  [[nodiscard]] bool may_hold(std::size_t block, std::uint32_t column, CharacterClasses text) const;
  // Whether a chunk's entry has all of `classes`.
  [[nodiscard]] bool has_all_of(std::size_t block, std::uint32_t column,
                                CharacterClasses classes) const;
  [[nodiscard]] std::size_t memory() const {
    return sizeof(*this) + classes_.capacity() * sizeof(CharacterClasses);
  }

 private:
  // Null without a table.
  [[nodiscard]] const CharacterClasses* find(std::size_t block, std::uint32_t column) const;

  std::size_t blocks_ = 0;
  std::vector<CharacterClasses> classes_;  // by column, by block
};

}  // namespace fortnight::storage
