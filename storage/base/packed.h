// Packed arrays inside chunks. On disk they bear no padding: whatever is read into memory for them
// is followed by kPackPadding readable bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "storage/base/bit_pack.h"
#include "storage/base/bytes.h"
#include "storage/base/error.h"

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

// Where `count` values end whose lengths are packed: the width (u8), the lengths. An end beyond 32
// bits is an error.
Result<std::vector<std::uint32_t>> read_packed_ends(ByteReader& in, std::uint32_t count);

}  // namespace fortnight::storage
