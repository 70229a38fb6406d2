// Chunks of numbers: a block's values of one numeric column, packed. docs/format.md, "Number
// chunks".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/bytes.h"
#include "storage/base/error.h"
#include "storage/base/ranks.h"

namespace fortnight::storage {

// Appends the smallest encoding of `values` to `out`.
void encode_numbers(std::span<const std::int64_t> values, std::string& out);

struct NumberRange {
  std::int64_t least;
  std::int64_t greatest;
};

// A chunk of numbers as it stands in the file, or nearly: a block's numbers take little memory
// until they are asked for. `bytes` must outlive it and be readable for kPackPadding bytes past its
// end. Immutable, thread-safe.
class NumberChunk {
 public:
  // `rows` is how many values there have to be.
  static Result<NumberChunk> parse(std::string_view bytes, std::uint32_t rows);

  // One of a chunk of differences takes the time of up to kNumberRun of them.
  [[nodiscard]] std::int64_t operator[](std::size_t i) const;
  [[nodiscard]] std::vector<std::int64_t> decode() const;
  [[nodiscard]] std::uint32_t size() const { return rows_; }
  // What no value is below, and none above.
  [[nodiscard]] NumberRange range() const;
  // The numbers that the chunk lists, each once; none where it lists none.
  [[nodiscard]] const std::vector<std::int64_t>& distinct() const { return distinct_; }
  [[nodiscard]] std::size_t memory() const {
    return sizeof(*this) + distinct_.capacity() * sizeof(std::int64_t) +
           runs_.capacity() * sizeof(Run) + decimals_.capacity() * sizeof(Decimals) +
           (zeros_ ? zeros_->memory() : 0);
  }

 private:
  // Differences of one width.
  struct Run {
    std::int64_t before;  // the value before its first
    std::int64_t min;
    unsigned width;
    const char* packed;
    // The sum of the first `count` differences, in steps. `room` has to hold as many numbers.
    [[nodiscard]] std::uint64_t distance(std::size_t count, std::span<std::uint64_t> room) const;
  };

  // Those that end in the same number of zeros, without them.
  struct Decimals {
    std::int64_t min = 0;
    std::uint64_t power = 1;
    unsigned width = 0;
    const char* packed = nullptr;
    [[nodiscard]] std::int64_t at(std::uint32_t index) const;
  };

  bool parse_delta(ByteReader& in);
  bool parse_decimals(ByteReader& in);
  bool parse_distinct(ByteReader& in);
  void decode_runs(std::vector<std::int64_t>& out) const;

  std::uint32_t rows_ = 0;
  std::int64_t base_ = 0;
  std::uint64_t step_ = 0;
  unsigned width_ = 0;
  const char* packed_ = nullptr;
  std::vector<std::int64_t> distinct_;  // packed_ has their numbers
  std::vector<Run> runs_;
  std::optional<Ranks> zeros_;      // of decimals: how many each ends in
  std::vector<Decimals> decimals_;  // by zeros
};

// Numbers among which all of a chunk's are, and no others: each once where the chunk lists them.
// `bytes` and `rows` as for NumberChunk::parse.
Result<std::vector<std::int64_t>> numbers_among(std::string_view bytes, std::uint32_t rows);

}  // namespace fortnight::storage
