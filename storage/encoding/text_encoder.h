// The writing side of text chunks: chooses each column's smallest encoding.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "storage/encoding/format.h"
#include "storage/encoding/text_chunk.h"
#include "storage/packing/dictionary.h"

namespace fortnight::storage {

// The canonical field that a column's values are likely to repeat, and how that field was written.
struct FieldHint {
  FieldColumn column = FieldColumn::extra_ids;  // extra_ids: none
  TimeText time = TimeText::other;              // of ts
  DurationUnit unit = DurationUnit::ms;         // of duration
  friend bool operator==(const FieldHint&, const FieldHint&) = default;
};

// The input of one chunk: a column of a block. Refers to its caller's data.
struct ColumnInput {
  std::uint32_t column = 0;
  const Strings* values = nullptr;  // one at least
  std::span<const Place> places;    // one a value
  FieldHint hint;
  const Strings* hinted = nullptr;          // if `hint` names a text field: its values by row
  DictionaryBuilder* dictionary = nullptr;  // null: the chunk may use none
  std::span<const std::uint32_t> codes;     // of the values in the dictionary, if they are known
  DictionaryBuilder* words = nullptr;       // the part's; null: the chunk may use none
  const RowSource* rows = nullptr;          // the block's fields, and its other columns
  std::span<const std::int64_t> shape_of_row;
  Effort effort = Effort::fast;
  unsigned depth = 0;  // of chunks in chunks
  // The columns of the block that this one may repeat: none of them repeats this one. Null: none.
  const class SiblingIndex* siblings = nullptr;
  bool grouped = false;  // the values are a group of shapes already
  // The choices for earlier blocks, and the key of this column (or group, or tokens) there. Null:
  // choices are not remembered.
  class ChoiceMemory* memory = nullptr;
  std::string memory_key;
};

// Appends the chunk: the smallest of those that the effort tries. Any texts can be encoded.
void encode_text(const ColumnInput& input, std::string& out);

// By their codes, if these are known.
bool all_values_equal(const ColumnInput& input);

}  // namespace fortnight::storage
