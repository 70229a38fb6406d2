// The columns of a block and the encodings of its chunks, as they are numbered on disk.
// docs/format.md tells the same in words; a test holds the two together.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "storage/base/compression.h"
#include "storage/call/batch.h"

namespace fortnight::storage {

// The columns that every part has; the columns of holes come after.
enum class FieldColumn : std::uint32_t {
  seq,
  ts,
  ts_digits,
  duration,
  status,
  shape,  // numbers
  account,
  method,
  endpoint,
  path,
  revision,
  call_id,
  source,  // text, in TextField's order
  extra_ids,
};
inline constexpr std::uint32_t kFieldColumns = 14;
inline constexpr std::array<std::string_view, kFieldColumns> kFieldColumnNames = {
    "seq",    "ts",       "ts_digits", "duration", "status",  "shape",  "account",
    "method", "endpoint", "path",      "revision", "call_id", "source", "extra_ids"};
inline constexpr std::uint32_t kFirstTextColumn = static_cast<std::uint32_t>(FieldColumn::account);
constexpr std::uint32_t column_of(TextField field) {
  return kFirstTextColumn + static_cast<std::uint32_t>(field);
}

// The section of the dictionary of words, which all columns share: seq's, which has none of its
// own.
inline constexpr std::uint32_t kWordsDictionary = static_cast<std::uint32_t>(FieldColumn::seq);

// How a chunk's values are written: its first byte.
enum class Encoding : std::uint8_t {
  // Numbers.
  number_constant = 1,
  number_frame = 2,       // base + step * a value of fixed width
  number_dictionary = 4,  // codes of a few numbers
  number_decimal = 5,     // grouped by how many zeros they end in, each group packed
  number_delta = 3,       // differences, in runs of their own width
  // Text.
  constant = 16,
  dictionary = 17,       // codes into the column's dictionary, which the whole part shares
  integer = 18,          // canonical decimal integers, packed to their range
  decimal = 19,          // fixed-point decimals, packed to their range
  positional = 20,       // one length; every position has its own alphabet
  alphabet = 21,         // any length; one small alphabet
  words = 22,            // text as words of the column's dictionary
  pattern = 23,          // a dictionary's text with numbers and tokens in it
  field = 24,            // the same as a canonical field of the call
  sibling = 25,          // the same as another column's value in the call
  by_shape = 26,         // groups of shapes, each with a chunk of its own
  timestamp = 27,        // RFC 3339, as a distance from the call's ts
  plain = 28,            // lengths and bytes, LZ4 where it helps
  patched = 29,          // another encoding and the values that it can't give
  shared_constant = 30,  // one entry of the column's dictionary
};

enum class Effort : std::uint8_t {
  fast,    // on the way in: LZ4, no search for references
  sealed,  // every encoding is tried, LZ4-HC
};

constexpr Lz4Level lz4_level(Effort effort) {
  return effort == Effort::fast ? Lz4Level::fast : Lz4Level::high;
}

}  // namespace fortnight::storage
