// Chunks of numbers: a block's values of one numeric column, packed. docs/format.md, "Number
// chunks".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/error.h"

namespace fortnight::storage {

// Appends the smallest encoding of `values` to `out`.
void encode_numbers(std::span<const std::int64_t> values, std::string& out);

struct NumberRange {
  std::int64_t least;
  std::int64_t greatest;
};

// A decoded view of a chunk of numbers. `bytes` must outlive it and be readable for kPackPadding
// bytes past its end. Immutable, thread-safe.
class NumberChunk {
 public:
  // `rows` is how many values there have to be.
  static Result<NumberChunk> parse(std::string_view bytes, std::uint32_t rows);

  [[nodiscard]] std::int64_t operator[](std::size_t i) const;
  // out.size() values from `first`.
  void decode(std::size_t first, std::span<std::int64_t> out) const;
  [[nodiscard]] std::uint32_t size() const { return rows_; }
  // What no value is below, and none above.
  [[nodiscard]] NumberRange range() const;
  [[nodiscard]] std::size_t memory() const { return sizeof(*this) + decoded_.capacity() * 8; }

 private:
  std::uint32_t rows_ = 0;
  std::int64_t base_ = 0;
  std::uint64_t step_ = 0;
  unsigned width_ = 0;
  const char* packed_ = nullptr;
  std::vector<std::int64_t> decoded_;  // of delta chunks, which have no random access
};

// Numbers among which all of a chunk's are, and no others: each once where the chunk lists them.
// `bytes` and `rows` as for NumberChunk::parse.
Result<std::vector<std::int64_t>> numbers_among(std::string_view bytes, std::uint32_t rows);

}  // namespace fortnight::storage
