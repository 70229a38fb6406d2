// Fixed-width bit packing of unsigned integers, with random access.
//
// Value i has the bits [i * width, (i + 1) * width) of the run. Bit b is bit b % 8 (lowest first)
// of byte b / 8. kPackPadding zero bytes follow the values, so that an unaligned 8-byte load of any
// value stays within the run.
//
// Nothing here checks bounds: readers of files compare packed_size() with the file's bytes first.
#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include "base/require.h"

namespace fortnight::storage {

inline constexpr std::size_t kPackPadding = 8;

// The bits that hold every value from 0 to `max`; 0 for 0.
constexpr unsigned bit_width_for(std::uint64_t max) {
  return static_cast<unsigned>(std::bit_width(max));
}

// The bytes of a run of `count` values, including padding. Requires width <= 64 and count * width <
// 2^64.
constexpr std::size_t packed_size(std::size_t count, unsigned width) {
  FORTNIGHT_REQUIRE(width <= 64);
  FORTNIGHT_REQUIRE(width == 0 || count <= ~std::size_t{0} / width);
  return (count * width + 7) / 8 + kPackPadding;
}

namespace bit_pack_detail {

inline std::uint64_t load64(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

inline void store64(char* at, std::uint64_t word) {
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  std::memcpy(at, &word, sizeof word);
}

constexpr std::uint64_t low_bits(unsigned width) {
  return width == 0 ? 0 : ~std::uint64_t{0} >> (64 - width);
}

// The widest value that a single 8-byte load contains at every bit offset.
inline constexpr unsigned kOneLoadWidth = 57;

}  // namespace bit_pack_detail

// Appends the run of the values to `out`. Requires that every value fits in `width` bits and that
// width <= 64.
inline void pack_bits(std::span<const std::uint64_t> values, unsigned width, std::string& out) {
  using namespace bit_pack_detail;
  const std::size_t start = out.size();
  out.resize(start + packed_size(values.size(), width), '\0');
  if (width == 0) return;
  char* at = out.data() + start;
  std::uint64_t pending = 0;  // bits that are not stored yet
  unsigned filled = 0;        // number of pending bits, 0 to 63
  for (const std::uint64_t value : values) {
    FORTNIGHT_REQUIRE(bit_width_for(value) <= width);
    pending |= value << filled;
    filled += width;
    if (filled < 64) continue;
    store64(at, pending);
    at += sizeof pending;
    filled -= 64;
    pending = filled == 0 ? 0 : value >> (width - filled);
  }
  store64(at, pending);  // within the padding if nothing is pending
}

// Returns value `index` of the run at `base`.
inline std::uint64_t unpack_one(const char* base, std::size_t index, unsigned width) {
  using namespace bit_pack_detail;
  const std::size_t bit = index * width;
  const char* at = base + bit / 8;
  const auto shift = static_cast<unsigned>(bit % 8);
  std::uint64_t value = load64(at) >> shift;
  if (shift + width > 64) {
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(at[8])) << (64 - shift);
  }
  return value & low_bits(width);
}

// Unpacks the values [first, first + count) of the run at `base`. Requires width <= 8 * sizeof(T).
template <std::unsigned_integral T>
void unpack_bits(const char* base, std::size_t first, std::size_t count, unsigned width, T* out) {
  using namespace bit_pack_detail;
  FORTNIGHT_REQUIRE(width <= 8 * sizeof(T));
  if (width == 0) {
    std::fill_n(out, count, T{0});
    return;
  }
  if (width == 8 * sizeof(T) && std::endian::native == std::endian::little) {
    std::memcpy(out, base + first * sizeof(T), count * sizeof(T));
    return;
  }
  if (width > kOneLoadWidth) {
    for (std::size_t i = 0; i < count; ++i) {
      out[i] = static_cast<T>(unpack_one(base, first + i, width));
    }
    return;
  }
  const std::uint64_t mask = low_bits(width);
  std::size_t bit = first * width;
  for (std::size_t i = 0; i < count; ++i, bit += width) {
    out[i] = static_cast<T>((load64(base + bit / 8) >> (bit % 8)) & mask);
  }
}

}  // namespace fortnight::storage
