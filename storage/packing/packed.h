// Packed arrays within chunks. They have no padding on disk: readers allocate kPackPadding more
// readable bytes after a chunk.
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

// Reads packed lengths (the width as u8, then the lengths) and returns the ends of the `count`
// values. An end beyond 32 bits is an error.
Result<std::vector<std::uint32_t>> read_packed_ends(ByteReader& in, std::uint32_t count);

}  // namespace fortnight::storage
