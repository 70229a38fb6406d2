// A part's character table: for each text chunk, which classes of characters its values have. A
// search through everything lives by what it needn't read.
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

// Collects it as blocks are written. Not thread-safe.
class CharacterTableBuilder {
 public:
  // What follows is of the next block.
  void start_block() { ++blocks_; }
  void add(std::uint32_t column, CharacterClasses classes);
  // `columns` is how many the part has, with those of numbers.
  void encode(std::size_t columns, Lz4Level level, std::string& out) const;

 private:
  std::size_t blocks_ = 0;
  // By column from kFirstTextColumn on, by block, as far as one has it.
  std::vector<std::vector<CharacterClasses>> columns_;
};

// Immutable, thread-safe. That of a part that has none holds nothing back.
class CharacterTable {
 public:
  CharacterTable() = default;
  // `columns` and `blocks` are those of the part.
  static Result<CharacterTable> parse(std::string_view bytes, std::size_t columns,
                                      std::size_t blocks);

  // False: no value of the column's chunk contains a text of these classes, decoded.
  [[nodiscard]] bool may_hold(std::size_t block, std::uint32_t column, CharacterClasses text) const;
  // By block: whether a column's chunk may. Empty where nothing is known.
  [[nodiscard]] std::vector<bool> blocks_that_may_hold(CharacterClasses text) const;
  // Whether it says of a chunk that its values have all of `classes`.
  [[nodiscard]] bool has_all_of(std::size_t block, std::uint32_t column,
                                CharacterClasses classes) const;
  [[nodiscard]] std::size_t memory() const {
    return sizeof(*this) + classes_.capacity() * sizeof(CharacterClasses);
  }

 private:
  // Null where nothing is known.
  [[nodiscard]] const CharacterClasses* find(std::size_t block, std::uint32_t column) const;

  std::size_t blocks_ = 0;
  std::vector<CharacterClasses> classes_;  // by column, by block
};

}  // namespace fortnight::storage
