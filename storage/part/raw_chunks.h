// A block's text columns as stored, for searches that decide from the bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "storage/part/block_reader.h"

namespace fortnight::storage {

struct RawChunk {
  std::uint32_t column = 0;
  std::uint32_t values = 0;
  std::string_view bytes;
};

// The block's text columns for which `wanted` is true, with checked checksums, ascending. Bypasses
// the cache: reads into `bytes`, which must outlive the result.
Result<std::vector<RawChunk>> read_raw_chunks(
    const BlockReader& block, const std::function<bool(std::uint32_t column)>& wanted,
    std::string& bytes);

}  // namespace fortnight::storage
