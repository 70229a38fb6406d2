// A block's header: which chunks it has, and where they are.
//
//   |<------------- header -------------->|<------- chunks ------>|
//   | rows | chunks | entry | ... | entry | chunk | ... | chunk   |
//                     column, length, checksum
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "storage/part/block_entry.h"

namespace fortnight::storage {

struct ChunkEntry {
  std::uint32_t column = 0;
  std::uint64_t offset = 0;  // in the file
  std::uint64_t length = 0;
  std::uint32_t checksum = 0;
};

struct BlockHeader {
  std::uint32_t rows = 0;
  std::vector<ChunkEntry> chunks;  // by column
  [[nodiscard]] const ChunkEntry* find(std::uint32_t column) const;

  // Reads a header from `in`. The chunks' offsets are relative to the first one; `block_bytes` is
  // the most that header and chunks may take. On damage the reader has an error.
  static BlockHeader take(ByteReader& in, std::uint64_t block_bytes);
  // Parses the header of the block that `entry` describes.
  static Result<BlockHeader> parse(std::string_view bytes, const BlockEntry& entry);

  // The bytes of all chunks.
  [[nodiscard]] std::uint64_t chunk_bytes() const;
};

}  // namespace fortnight::storage
