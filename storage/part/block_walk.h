// Finds a part's blocks without its block table. Each block has its length, and the checksums of
// its chunks confirm it.
#pragma once

#include <cstdint>
#include <vector>

#include "storage/files/file_system.h"
#include "storage/part/block_entry.h"

namespace fortnight::storage {

// Returns the blocks from the first on, up to `end` or to one that is cut off or has a damaged
// header. Chunks may be damaged, except a block's last one. Values that need whole calls (bytes of
// lines) are 0; so are the bounds of `ts` and `seq` if their chunks are damaged.
std::vector<BlockEntry> walk_blocks(const ReadableFile& file, std::uint64_t end);

}  // namespace fortnight::storage
