// A part's blocks, found without its block table: each says how long it is, and its chunks'
// checksums tell whether that is so.
#pragma once

#include <cstdint>
#include <vector>

#include "storage/files/file_system.h"
#include "storage/part/block_builder.h"

namespace fortnight::storage {

// The blocks from the first one on, up to `end`, or to where one is cut off or its header damaged.
// Chunks may be damaged, but for a block's last. What only whole calls tell (bytes of lines) is 0;
// so are the bounds of `ts` and `seq` where their chunks are damaged.
std::vector<BlockEntry> walk_blocks(const ReadableFile& file, std::uint64_t end);

}  // namespace fortnight::storage
