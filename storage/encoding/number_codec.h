// The codecs of number chunks: one object each, in one table. Internal to storage/encoding/.
//
// To add a codec: see text_codec.h; it works the same way.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "storage/encoding/format.h"
#include "storage/encoding/number_chunk.h"

namespace fortnight::storage {

// The numbers of one column of one block, and what all codecs want to know of them.
struct NumberInput {
  std::span<const std::int64_t> values;
  std::int64_t least = 0;
  std::int64_t greatest = 0;
  // The greatest number that divides all distances from `least`; 0 where all values are the same.
  std::uint64_t step = 0;

  [[nodiscard]] bool constant() const { return step == 0; }
};

struct NumberCodec {
  Encoding id;
  std::string_view name;  // as in docs/format.md
  // Appends the chunk and returns true; or returns false and leaves `out` as it was, where the
  // values don't fit or another codec's chunk is sure to be smaller.
  bool (*encode)(const NumberInput& input, std::string& out);
  // Reads the bytes after the base: `count` values. Null if they are damaged; a read
  // past the end may also show in the reader's sticky error, which the caller checks.
  std::unique_ptr<NumberChunk> (*parse)(ByteReader& in, std::uint32_t count, std::int64_t base);
};

// Each is defined in the file of its name in codecs/.
extern const NumberCodec kNumberConstantCodec, kNumberFrameCodec, kNumberDictionaryCodec;
extern const NumberCodec kNumberDecimalCodec, kNumberDeltaCodec;

// Of chunks of the same size, the first in this order is taken.
inline constexpr std::array kNumberCodecs = {
    &kNumberConstantCodec, &kNumberFrameCodec, &kNumberDictionaryCodec,
    &kNumberDecimalCodec,  &kNumberDeltaCodec,
};

// The codec of a chunk's first byte; null where no number codec has that number.
const NumberCodec* number_codec(std::uint8_t id);

// What every number chunk begins with.
void write_number_header(Encoding id, std::size_t count, std::int64_t base, std::string& out);

// Numbers are signed, their distances are not; both wrap around instead of overflowing.
constexpr std::uint64_t number_difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b);
}
constexpr std::int64_t number_sum(std::int64_t base, std::uint64_t distance) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(base) + distance);
}

}  // namespace fortnight::storage
