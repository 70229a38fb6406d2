// Searching a chunk's bytes for a text without parsing the chunk, keeping it, or reading its values
// one by one. A search through all of a part's texts depends on its speed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/call/needle.h"
#include "storage/encoding/format.h"
#include "storage/encoding/needle_lookup.h"
#include "storage/encoding/text_chunk.h"

namespace fortnight::storage {

// The calls of the block that a chunk belongs to.
struct SearchedCalls {
  const RowSource& rows;
  std::uint32_t count = 0;
  TimeNs first = 0;  // no call is earlier, by the part's block table
  TimeNs last = 0;   // no call is later, likewise
};

struct ChunkSearch {
  const Needle& needle;
  std::string& scratch;      // for decompressed bytes
  std::uint32_t values = 0;  // of the chunk
  // The needle in the column's dictionary; null: nothing is known.
  const NeedleInDictionary* dictionary = nullptr;
  const NeedleInWords* words = nullptr;  // likewise
  // By column: whether it may contain the needle. A chunk that repeats another column contains what
  // that column does. Null: any column may.
  const std::vector<bool>* found = nullptr;
  // By text field's column: whether it may contain bytes that mark tokens in patterns. Null: any
  // may.
  const std::vector<bool>* marked = nullptr;
  // Null: nothing is known of them.
  const SearchedCalls* calls = nullptr;
  bool in_patterns = false;  // the chunk's values are patterns
  unsigned depth = 0;        // of chunks in chunks

  // Whether a chunk that repeats `column` may contain the needle. In a chunk of patterns, a pattern
  // without tokens is a value of that column. A pattern with tokens has control characters, which
  // no raw value of a line has; a field, which is decoded, may have them.
  [[nodiscard]] bool repeats(std::uint64_t column) const {
    if (found == nullptr) return true;
    if (in_patterns && column < kFieldColumns && (marked == nullptr || (*marked)[column])) {
      return true;
    }
    return column < found->size() && (*found)[column];
  }
};

// False: no value of the chunk contains the needle, decoded. True: one may, or the bytes make no
// sense. `chunk` must be readable for kPackPadding bytes past its end.
bool chunk_may_contain(std::string_view chunk, const ChunkSearch& search);

}  // namespace fortnight::storage
