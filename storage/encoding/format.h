// The numbers on disk of a block's columns and of its chunks' encodings. docs/format.md describes
// them; a test compares the two.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "storage/call/batch.h"
#include "storage/packing/compression.h"

namespace fortnight::storage {

// The columns that every part has. The columns of holes have the next numbers.
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

// The dictionary of words, which all columns share, has the section of column seq, which has no
// dictionary of its own.
inline constexpr std::uint32_t kWordsDictionary = static_cast<std::uint32_t>(FieldColumn::seq);

// How a chunk's values are written: its first byte. Each has a codec: text_codec.h, number_codec.h.
enum class Encoding : std::uint8_t {
  // Numbers.
  number_constant = 1,
  number_frame = 2,       // base + step * a value of fixed width
  number_dictionary = 4,  // codes of a few distinct numbers
  number_decimal = 5,     // in groups by the count of zeros at their end, each packed
  number_delta = 3,       // differences, in runs that each have a width
  // Text.
  constant = 16,
  dictionary = 17,       // codes into the column's dictionary, which the whole part shares
  integer = 18,          // canonical decimal integers, packed to their range
  decimal = 19,          // fixed-point decimals, packed to their range
  positional = 20,       // one length; every position has its own alphabet
  alphabet = 21,         // any length; one small alphabet
  words = 22,            // tokens as codes of the part's dictionary of words
  pattern = 23,          // a dictionary's text with integers and other tokens in it
  field = 24,            // repeats a canonical field of the call
  sibling = 25,          // repeats another column of the call
  by_shape = 26,         // groups of shapes, each with a chunk of its own
  timestamp = 27,        // RFC 3339 or HTTP dates, as a distance from the call's ts
  plain = 28,            // lengths and bytes, with LZ4 where it helps
  patched = 29,          // another encoding, and the values that don't fit it
  shared_constant = 30,  // one entry of the column's dictionary
};
// The encoding's name in docs/format.md; "unknown" for a number that no codec has.
std::string_view encoding_name(Encoding encoding);

// How much time is spent on small chunks.
enum class Effort : std::uint8_t {
  fast,    // at intake: LZ4, few codecs
  sealed,  // all codecs, LZ4-HC
};

constexpr Lz4Level lz4_level(Effort effort) {
  return effort == Effort::fast ? Lz4Level::fast : Lz4Level::high;
}

}  // namespace fortnight::storage
