// Finds the calls of a block that contain some texts in values or key names. The bytes of its
// chunks rule out most blocks; the rest is searched value by value.
//
// One per predicate and part. Not thread-safe.
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
#include "storage/part/raw_chunks.h"

namespace fortnight::storage {

class TextFilter {
 public:
  // `predicate` is about texts, and all must be found. Ignores whether it is negated.
  explicit TextFilter(const Predicate& predicate);

  // By row of the block: whether the call has all texts. False for rows that are not in `rows`.
  Result<std::vector<bool>> find(const BlockReader& block, const std::vector<std::uint32_t>& rows);

 private:
  // A text, and what is cached for it.
  struct Sought {
    Sought(std::string text, bool whole_terms)
        : needle(std::move(text)),
          whole(whole_terms),
          characters(CharacterClasses::of(needle.text())) {}

    // Whether the decoded text is one that is sought.
    [[nodiscard]] bool found_in(std::string_view text) const;
    // Whether a key name of `json` is, or a scalar, if `scalars`.
    [[nodiscard]] bool found_in_json(std::string_view json, bool scalars) const;

    Needle needle;
    bool whole;
    CharacterClasses characters;
    std::map<std::uint32_t, NeedleInDictionary> dictionaries;  // by column
    std::optional<NeedleInWords> words;
    std::vector<std::optional<bool>> in_keys;        // by shape of the part
    std::optional<bool> in_some_keys;                // in any of them
    std::map<std::uint32_t, CodeAnswers> by_column;  // for each column, by its values' codes
  };
  using RawChunks = std::vector<RawChunk>;

  // Reads the table once. If it is damaged, it excludes nothing.
  const CharacterTable& characters_in(const PartFile& part);
  // Whether a key name of any shape of the part contains it; true if shapes can't be read.
  static bool in_some_keys(Sought& sought, const PartFile& part);
  // Whether values of the block's column may have one of the texts.
  bool may_have_values(const BlockReader& block, std::uint32_t column);
  // Searches the part's dictionaries for it.
  static Result<void> look_up(Sought& sought, const PartFile& part, const RawChunks& chunks);
  // By column of the part: whether its values in the block may have it.
  std::vector<bool> columns_with(const Sought& sought, const BlockReader& block,
                                 const RawChunks& chunks);
  // Removes from `left` the rows that don't have it.
  Result<void> narrow(Sought& sought, const BlockReader& block, const RawChunks& chunks,
                      std::vector<bool>& left);
  static void mark_values(Sought& sought, const BlockReader& block, std::uint32_t column,
                          const std::vector<bool>& wanted, std::vector<bool>& found);
  static bool in_keys(Sought& sought, const PartShapes& shapes, std::uint32_t shape);

  std::vector<Sought> sought_;
  std::shared_ptr<const CharacterTable> characters_;  // of the part, once read
  std::string bytes_;                                 // of the block
  std::string scratch_;
};

}  // namespace fortnight::storage
