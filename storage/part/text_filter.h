// Finds the calls of a block that have some texts in their values or key names: most blocks are
// passed by on the bytes of their chunks, and what is left is looked at value by value.
//
// One a predicate and part. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/call/needle.h"
#include "storage/call/predicate.h"
#include "storage/encoding/chunk_search.h"
#include "storage/part/block_reader.h"
#include "storage/part/character_table.h"
#include "storage/part/code_answers.h"

namespace fortnight::storage {

class TextFilter {
 public:
  // `patterns` are the texts, all of which have to be found.
  explicit TextFilter(const std::vector<TextPattern>& patterns);

  // False: no call of the block has all texts. Told without opening the block.
  bool may_be_in(const PartFile& part, std::uint32_t block);
  // By row of the block: whether the call has all texts. Of `rows` alone, the others stay false.
  Result<std::vector<bool>> find(const BlockReader& block, const std::vector<std::uint32_t>& rows);

 private:
  // A text, and what was learnt for it.
  struct Sought {
    explicit Sought(std::string text)
        : needle(std::move(text)), characters(CharacterClasses::of(needle.text())) {}

    Needle needle;
    CharacterClasses characters;
    std::optional<std::vector<bool>> blocks;  // that may have it, by the character table
    std::map<std::uint32_t, NeedleInDictionary> dictionaries;  // by column
    std::optional<NeedleInWords> words;
    std::vector<std::optional<bool>> in_keys;        // by shape of the part
    std::optional<bool> in_some_keys;                // of them
    std::map<std::uint32_t, CodeAnswers> by_column;  // by column, of its values
  };
  using RawChunks = std::vector<BlockReader::RawChunk>;

  // Read once. One that is damaged tells nothing.
  const CharacterTable& characters_in(const PartFile& part);
  // Whether a key of a shape of the part has it; yes where that can't be read.
  static bool in_some_keys(Sought& sought, const PartFile& part);
  // Whether values of the block's column may have one of the texts.
  bool may_have_values(const BlockReader& block, std::uint32_t column);
  // What the part's dictionaries say of it.
  static Result<void> look_up(Sought& sought, const PartFile& part, const RawChunks& chunks);
  // By column of the part: whether its values in the block may have it.
  std::vector<bool> columns_with(const Sought& sought, const BlockReader& block,
                                 const RawChunks& chunks);
  // Takes off `left` the rows that don't have it.
  Result<void> narrow(Sought& sought, const BlockReader& block, const RawChunks& chunks,
                      std::vector<bool>& left);
  static void mark_values(Sought& sought, const BlockReader& block, std::uint32_t column,
                          const std::vector<bool>& wanted, std::vector<bool>& found);
  static bool in_keys(Sought& sought, const PartShapes& shapes, std::uint32_t shape);

  std::vector<Sought> sought_;
  std::shared_ptr<const CharacterTable> characters_;  // of the part, once it was read
  std::string bytes_;                                 // of the block
  std::string scratch_;
};

}  // namespace fortnight::storage
