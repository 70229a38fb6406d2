// Telling from a chunk's bytes that no value of it has a text: without parsing it, keeping it, or
// touching its values one by one. What a search through everything lives by.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/dictionary.h"
#include "storage/call/needle.h"
#include "storage/encoding/format.h"
#include "storage/encoding/text_chunk.h"

namespace fortnight::storage {

// What else is looked for, to tell whether a needle may stand in patterns: its pieces, and then the
// beginnings of JSON escapes (any, and those that a pattern and a token may share) and the bytes
// that stand for tokens.
inline constexpr std::size_t kEscapeParts = 4;
inline constexpr std::size_t kMarkParts = 2;
std::size_t parts_of(const Needle& needle);
const Needle& part_of(const Needle& needle, std::size_t i);

// Whether a needle's parts are looked for too: only patterns ask for them.
enum class NeedleParts : std::uint8_t { with, without };

// What a dictionary says of a needle and of its parts: found out once a part file.
class NeedleInDictionary {
 public:
  // Of a needle of which nothing but this is known.
  explicit NeedleInDictionary(bool whole) : whole_(whole) {}
  // `dictionary` is null where the column has none.
  NeedleInDictionary(const Needle& needle, const Dictionary* dictionary, NeedleParts parts);

  // Whether an entry may contain the needle.
  [[nodiscard]] bool whole() const { return whole_; }
  // Whether an entry may contain part_of(needle, i); true where that wasn't looked for.
  [[nodiscard]] bool part(std::size_t i) const { return i >= parts_.size() || parts_[i]; }

 private:
  bool whole_ = false;
  std::vector<bool> parts_;
};

// What the dictionary of words says of a needle and of its parts.
class NeedleInWords {
 public:
  // `words` is null where there is none.
  NeedleInWords(const Needle& needle, const Dictionary* words);

  // False: no text that is written in `codes` (docs/format.md, "words") contains the needle.
  [[nodiscard]] bool may_stand_in(std::string_view codes) const;
  // What it says of part_of(needle, i); null: nothing.
  [[nodiscard]] const NeedleInWords* part(std::size_t i) const {
    return i < parts_.size() ? &parts_[i] : nullptr;
  }

 private:
  NeedleInWords(const Needle& needle, const Dictionary* words, NeedleParts parts);
  [[nodiscard]] bool has_escapes(std::string_view codes) const;

  bool always_ = true;                      // nothing can be told
  std::vector<std::string> unlisted_;       // runs of letters and digits that are in no entry
  std::optional<std::uint64_t> backslash_;  // its code, where there is one
  std::string coded_;                       // the codes of the tokens that the needle has whole
  std::vector<std::string> spelt_out_;      // the same tokens, each as it is written without a code
  std::vector<NeedleInWords> parts_;
};

// The calls of the block that a chunk is of.
struct SearchedCalls {
  const RowSource& rows;
  std::uint32_t count = 0;
  TimeNs first = 0;  // none is earlier, by the part's table
  TimeNs last = 0;   // none is later, likewise
};

struct ChunkSearch {
  const Needle& needle;
  std::string& scratch;      // for what has to be decompressed
  std::uint32_t values = 0;  // of the chunk
  // The column's dictionary; null: nothing is known of it.
  const NeedleInDictionary* dictionary = nullptr;
  const NeedleInWords* words = nullptr;  // likewise
  // By column: whether it may have the needle. What repeats another column has what that one has.
  // Null: any column may.
  const std::vector<bool>* found = nullptr;
  // By text field's column: whether it may have the bytes that stand for tokens in patterns. Null:
  // any may.
  const std::vector<bool>* marked = nullptr;
  // Null: nothing is known of them.
  const SearchedCalls* calls = nullptr;
  bool in_patterns = false;  // the chunk's values are patterns
  unsigned depth = 0;        // of chunks in chunks

  // A pattern without tokens is the value itself: it has what the column has that it repeats. With
  // tokens it is none of a line's values, which have no raw control characters; decoded, in a
  // field, they may stand.
  [[nodiscard]] bool repeats(std::uint64_t column) const {
    if (found == nullptr) return true;
    if (in_patterns && column < kFieldColumns && (marked == nullptr || (*marked)[column])) {
      return true;
    }
    return column < found->size() && (*found)[column];
  }
};

// False: no value of the chunk contains the needle, decoded. True: one may, or the bytes make no
// sense.
// `chunk` must be readable for kPackPadding bytes past its end.
bool chunk_may_contain(std::string_view chunk, const ChunkSearch& search);

}  // namespace fortnight::storage
