// Chunks of numbers: a block's values of one numeric column, packed. docs/format.md, "Number
// chunks".
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace fortnight::storage {

// Appends the smallest chunk of `values` to `out`.
void encode_numbers(std::span<const std::int64_t> values, std::string& out);

struct NumberRange {
  std::int64_t least;
  std::int64_t greatest;
};

// A chunk of numbers, in memory nearly as it is in the file: it takes little memory until its
// numbers are decoded. Refers to the bytes that it was parsed from, which must outlive it.
// Immutable and thread-safe. One implementation a codec.
class NumberChunk {
 public:
  NumberChunk(const NumberChunk&) = delete;
  NumberChunk& operator=(const NumberChunk&) = delete;
  virtual ~NumberChunk() = default;

  [[nodiscard]] std::uint32_t size() const { return size_; }
  // Requires i < size(). Constant time, but for differences: up to a run of them is added up.
  virtual std::int64_t operator[](std::size_t i) const = 0;
  [[nodiscard]] std::vector<std::int64_t> decode() const;
  // Bounds of the values, which need not be reached. {0, 0} where there are no values.
  [[nodiscard]] virtual NumberRange range() const;
  // Every number that the chunk has and no others, in any order, some of them more than once.
  [[nodiscard]] virtual std::vector<std::int64_t> numbers() const { return decode(); }
  // In bytes, without those that it was parsed from.
  [[nodiscard]] virtual std::size_t memory() const = 0;

 protected:
  explicit NumberChunk(std::uint32_t size) : size_(size) {}

 private:
  // Writes size() numbers, which are one at least.
  virtual void decode_to(std::int64_t* out) const = 0;

  std::uint32_t size_;
};

// `rows` is how many values the chunk must have. `bytes` must be readable for kPackPadding bytes
// past its end. ErrorCode::corrupt where the bytes make no sense.
Result<std::unique_ptr<NumberChunk>> parse_number_chunk(std::string_view bytes, std::uint32_t rows);

}  // namespace fortnight::storage
