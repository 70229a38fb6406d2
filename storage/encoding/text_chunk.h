// Chunks of text: a block's values of one text column, encoded. The reading side; text_encoder.h is
// the writing side.
//
// Every codec gives each value's bytes back exactly, and most give one value without touching the
// others, so that fetching one call costs a few bits of each of its columns. docs/format.md, "Text
// chunks".
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/strings.h"
#include "storage/call/batch.h"
#include "storage/encoding/format.h"

namespace fortnight::storage {

// The position of one value of a column within a block.
struct Place {
  std::uint32_t row = 0;      // of the block
  std::uint32_t ordinal = 0;  // among the row's values of this column: arrays have several
  std::uint32_t index = 0;    // among the block's values of this column
};

// What a chunk may read of the call that a value belongs to. Implemented by an opened block, and by
// the builder of a block.
class RowSource {
 public:
  RowSource() = default;
  RowSource(const RowSource&) = delete;
  RowSource& operator=(const RowSource&) = delete;
  virtual ~RowSource() = default;

  virtual void append_text_field(TextField field, std::uint32_t row, std::string& out) const = 0;
  [[nodiscard]] virtual std::int64_t number_field(FieldColumn column, std::uint32_t row) const = 0;
  // Appends the row's value number `ordinal` of another column; nothing if the row has no such
  // value.
  virtual void append_sibling(std::uint32_t column, std::uint32_t row, std::uint32_t ordinal,
                              std::string& out) const = 0;
};

// The values of a chunk that may be equal to a text: look-ups by ID read only these. May contain
// values that aren't equal, never lacks one that is.
struct CandidateValues {
  bool all = false;                    // every value: the chunk can't tell them apart
  std::vector<std::uint32_t> values;   // indices, in any order, some more than once
  std::vector<std::uint32_t> columns;  // values of calls that have the text in one of these columns
};

// Immutable and thread-safe. Refers to the bytes that it was parsed from, which must outlive it.
// One implementation a codec.
class TextChunk {
 public:
  TextChunk() = default;
  TextChunk(const TextChunk&) = delete;
  TextChunk& operator=(const TextChunk&) = delete;
  virtual ~TextChunk() = default;

  virtual void append(const Place& place, const RowSource& rows, std::string& out) const = 0;
  // The value, if all values are the same; else null. A plan tests it once.
  [[nodiscard]] virtual const std::string_view* constant() const { return nullptr; }
  // The value's code in the column's dictionary; -1 if the chunk has no codes.
  [[nodiscard]] virtual std::int64_t code(std::uint32_t /*index*/) const { return -1; }
  // An ID for each of the chunk's values, which must be `values` in number. Values of the same ID
  // are equal; values of different IDs may be. IDs are small, fit for indexing a table. kNoId:
  // nothing is known of the value.
  [[nodiscard]] virtual std::vector<std::uint32_t> value_ids(std::uint32_t values) const;
  static constexpr std::uint32_t kNoId = 0xffffffff;
  // Adds those of the chunk's values, which must be `values` in number, that may be equal to `text`
  // once JSON escapes are decoded. By default: all.
  virtual void add_candidates(std::string_view text, std::uint32_t values,
                              CandidateValues& candidates) const;
  // In bytes, without those that it was parsed from.
  [[nodiscard]] virtual std::size_t memory() const = 0;
};

// For TextChunk::add_candidates(): a value with JSON escapes may be equal to any text.
inline bool has_escapes(std::string_view value) {
  return value.find('\\') != std::string_view::npos;
}
inline bool may_equal(std::string_view value, std::string_view text) {
  return value == text || has_escapes(value);
}

// What parsing a chunk needs besides its bytes.
struct ChunkContext {
  std::uint32_t column = 0;
  std::uint32_t values = 0;  // the number of values that the chunk must have
  // The column's dictionary, or null if it has none. Must outlive the chunk.
  const class Dictionary* dictionary = nullptr;
  // The part's dictionary of words, or null. Must outlive the chunk.
  const class Dictionary* words = nullptr;
  unsigned depth = 0;  // of chunks in chunks
  // The shape of each value's call, as an index into the part's shapes. Called only for chunks
  // whose values are grouped by shape. Null within such a group.
  std::function<std::vector<std::uint16_t>()> value_shapes;
};

// `bytes` must be readable for kPackPadding bytes past its end. ErrorCode::corrupt where the bytes
// make no sense.
Result<std::unique_ptr<TextChunk>> parse_text_chunk(std::string_view bytes,
                                                    const ChunkContext& context);

}  // namespace fortnight::storage
