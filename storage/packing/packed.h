// Packed arrays inside chunks. They have no padding on disk: the memory that a chunk is read into
// has kPackPadding readable bytes behind it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "storage/packing/bit_pack.h"

namespace fortnight::storage {

inline void append_packed(std::span<const std::uint64_t> values, unsigned width, std::string& out) {
  pack_bits(values, width, out);
  out.resize(out.size() - kPackPadding);
}

inline const char* read_packed(ByteReader& in, std::uint64_t count, unsigned width) {
  if (width > 64) {
    in.fail();
    return nullptr;
  }
  return in.bytes(packed_size(count, width) - kPackPadding).data();
}

// The ends of `count` values, of which the lengths are packed: the width (u8), the lengths. An end
// beyond 32 bits is an error.
Result<std::vector<std::uint32_t>> read_packed_ends(ByteReader& in, std::uint32_t count);

}  // namespace fortnight::storage
