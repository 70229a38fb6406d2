#pragma once

#include <memory>

#include "storage/engine/manifest.h"
#include "storage/files/block_cache.h"
#include "storage/files/file_system.h"

namespace fortnight::storage {

// A manifest made from the parts' and rollups' own footers, for when none can be read. Where a
// merged part and what it was merged from are both there, the merged one counts; rollups of days
// that have parts are made anew from them. Positions, counters and what was dropped can't be known:
// the journal tells the newest positions.
Result<Manifest> rebuild_manifest(FileSystem& files, const std::shared_ptr<BlockCache>& cache);

}  // namespace fortnight::storage
