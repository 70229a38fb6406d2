// Writing side of text chunks: picks each column's smallest encoding.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/dictionary.h"
#include "storage/base/strings.h"
#include "storage/encoding/format.h"
#include "storage/encoding/text_chunk.h"

namespace fortnight::storage {

// Which canonical field a column's values are likely to repeat, and how the field is told there.
struct FieldHint {
  FieldColumn column = FieldColumn::extra_ids;  // extra_ids: none
  TimeText time = TimeText::other;              // of ts
  DurationUnit unit = DurationUnit::ms;         // of duration
  friend bool operator==(const FieldHint&, const FieldHint&) = default;
};

// One column of one block, to be encoded. Refers to its caller's data.
struct ColumnInput {
  std::uint32_t column = 0;
  const Strings* values = nullptr;
  std::span<const Place> places;  // one a value
  FieldHint hint;
  const Strings* hinted = nullptr;          // of a text field that `hint` names, its values by row
  DictionaryBuilder* dictionary = nullptr;  // null: nothing may be looked up there
  std::span<const std::uint32_t> codes;     // of the values in the dictionary, if they are known
  DictionaryBuilder* words = nullptr;       // the part's; null: the chunk may use none
  const RowSource* rows = nullptr;          // the block's fields, and its other columns
  // The shape of each of the block's rows.
  std::span<const std::int64_t> shape_of_row;
  Effort effort = Effort::fast;
  unsigned depth = 0;
  // Columns of the block whose values this one may repeat: none of them repeats this one's. Null:
  // none.
  const class SiblingIndex* siblings = nullptr;
  bool grouped = false;  // the values are a group of shapes already
  // What served in the blocks before, and this column's (or group's) place there. Null: nothing
  // known.
  class ChoiceMemory* memory = nullptr;
  std::string place;
};

// Appends the chunk: the smallest of what the effort tries. Never fails: plain takes everything.
void encode_text(const ColumnInput& input, std::string& out);

// ---- one function an encoding, each in its own file ----

// Appends the chunk and returns true, or leaves `out` as it was and returns false where the values
// don't fit the encoding or another is sure to be smaller.
using TextEncoding = std::function<bool(const ColumnInput& input, std::string& out)>;

bool encode_constant(const ColumnInput& input, std::string& out);
bool encode_dictionary(const ColumnInput& input, std::string& out);
bool encode_integer(const ColumnInput& input, std::string& out);
bool encode_decimal(const ColumnInput& input, std::string& out);
bool encode_positional(const ColumnInput& input, std::string& out);
bool encode_alphabet(const ColumnInput& input, std::string& out);
bool encode_field(const ColumnInput& input, std::string& out);
bool encode_plain(const ColumnInput& input, std::string& out);
bool encode_timestamp(const ColumnInput& input, std::string& out);
bool encode_words(const ColumnInput& input, std::string& out);
bool encode_pattern(const ColumnInput& input, std::string& out);
bool encode_sibling(const ColumnInput& input, std::string& out);
bool encode_by_shape(const ColumnInput& input, std::string& out);

}  // namespace fortnight::storage
