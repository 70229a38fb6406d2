// Chunks of text: a block's values of one text column, encoded. Reading side; text_encoder.h
// writes.
//
// Every encoding gives each value's bytes back exactly, and most give one value without touching
// the others, so that fetching one call costs a few bits of each of its columns. docs/format.md,
// "Text chunks".
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/error.h"
#include "storage/base/strings.h"
#include "storage/call/batch.h"
#include "storage/encoding/format.h"

namespace fortnight::storage {

// Where a value of a column stands in its block.
struct Place {
  std::uint32_t row = 0;      // of the block
  std::uint32_t ordinal = 0;  // among the row's values of this column: arrays have several
  std::uint32_t index = 0;    // among the block's values of this column
};

// What a chunk may ask of the call whose value it gives back. Implemented by the opened block.
class RowSource {
 public:
  RowSource() = default;
  RowSource(const RowSource&) = delete;
  RowSource& operator=(const RowSource&) = delete;
  virtual ~RowSource() = default;

  virtual void append_text_field(TextField field, std::uint32_t row, std::string& out) const = 0;
  [[nodiscard]] virtual std::int64_t number_field(FieldColumn column, std::uint32_t row) const = 0;
  // The value of another column: `ordinal`th of the row. Nothing is appended where there is none.
  virtual void append_sibling(std::uint32_t column, std::uint32_t row, std::uint32_t ordinal,
                              std::string& out) const = 0;
};

// Where a text may stand among a chunk's values: what a look-up by ID looks at, instead of each of
// them. What is left out isn't the text, nor is what its JSON escapes stand for; what is in may be.
struct Whereabouts {
  bool anywhere = false;               // the chunk can't tell
  std::vector<std::uint32_t> values;   // these may be it, in any order
  std::vector<std::uint32_t> columns;  // and those of calls that have it in one of these columns
};

// Immutable and thread-safe. Refers to the bytes that it was parsed from, which must outlive it.
class TextChunk {
 public:
  TextChunk() = default;
  TextChunk(const TextChunk&) = delete;
  TextChunk& operator=(const TextChunk&) = delete;
  virtual ~TextChunk() = default;

  virtual void append(const Place& place, const RowSource& rows, std::string& out) const = 0;
  // Where all values are one: that value, for a plan to test once.
  [[nodiscard]] virtual const std::string_view* constant() const { return nullptr; }
  // Where values are codes of the column's dictionary: the code of a value. Else -1.
  [[nodiscard]] virtual std::int64_t code(std::uint32_t /*index*/) const { return -1; }
  // A number for each of the first `values` values, which the chunk has to have: values of one
  // number are the same text. Numbers are small, fit for a table; kUnlike: nothing is known of the
  // value.
  [[nodiscard]] virtual std::vector<std::uint32_t> alike(std::uint32_t values) const;
  static constexpr std::uint32_t kUnlike = 0xffffffff;
  // Adds to `where` what of the first `values` values, which the chunk has to have, may be `text`
  // once JSON escapes are decoded.
  virtual void find(std::string_view text, std::uint32_t values, Whereabouts& where) const;
  [[nodiscard]] virtual std::size_t memory() const = 0;
};

// What parsing a chunk needs besides its bytes.
struct ChunkContext {
  std::uint32_t column = 0;
  std::uint32_t values = 0;  // how many there have to be
  // The column's dictionary, or null where it has none. Must outlive the chunk.
  const class Dictionary* dictionary = nullptr;
  // The part's dictionary of words, or null. Must outlive the chunk.
  const class Dictionary* words = nullptr;
  unsigned depth = 0;  // of chunks in chunks
  // The shape of each value's call, an index into the part's shapes: asked for by chunks whose
  // values are grouped by shape, and by no others.
  std::function<std::vector<std::uint16_t>()> value_shapes;
};

// `bytes` must be readable for kPackPadding bytes past its end.
Result<std::unique_ptr<TextChunk>> parse_text_chunk(std::string_view bytes,
                                                    const ChunkContext& context);

}  // namespace fortnight::storage
