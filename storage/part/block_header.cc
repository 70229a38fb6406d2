#include "storage/part/block_header.h"

#include <algorithm>

#include "storage/encoding/format.h"
#include "storage/packing/limits.h"

namespace fortnight::storage {

const ChunkEntry* BlockHeader::find(std::uint32_t column) const {
  const auto found = std::lower_bound(
      chunks.begin(), chunks.end(), column,
      [](const ChunkEntry& entry, std::uint32_t wanted) { return entry.column < wanted; });
  return found != chunks.end() && found->column == column ? &*found : nullptr;
}

std::uint64_t BlockHeader::chunk_bytes() const {
  return chunks.empty() ? 0 : chunks.back().offset + chunks.back().length - chunks.front().offset;
}

BlockHeader BlockHeader::take(ByteReader& in, std::uint64_t block_bytes) {
  BlockHeader header;
  header.rows = static_cast<std::uint32_t>(in.varint());
  header.chunks.resize(in.count(6));
  std::uint64_t offset = 0;
  std::uint64_t column = 0;
  for (ChunkEntry& chunk : header.chunks) {
    column += in.varint();
    chunk.column = static_cast<std::uint32_t>(column);
    chunk.offset = offset;
    chunk.length = in.varint();
    chunk.checksum = in.u32();
    if (chunk.length > block_bytes || column > kFieldColumns + kMaxPartColumns) in.fail();
    offset += chunk.length;
  }
  if (offset > block_bytes) in.fail();
  return header;
}

Result<BlockHeader> BlockHeader::parse(std::string_view bytes, const BlockEntry& entry) {
  ByteReader in(bytes);
  BlockHeader header = take(in, entry.bytes - entry.header_bytes);
  if (!in.ok() || header.rows != entry.rows) return corrupt("damaged block header");
  for (ChunkEntry& chunk : header.chunks) chunk.offset += entry.offset + entry.header_bytes;
  return header;
}

}  // namespace fortnight::storage
