// Writes a rollup file: the sum of its sources, merged name by name and folded to the caps.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/time.h"
#include "storage/files/file_system.h"
#include "storage/packing/compression.h"
#include "storage/rollup/caps.h"
#include "storage/rollup/source.h"

namespace fortnight::storage {

// Writes and syncs the file; returns its size in bytes. Memory: the keys and the totals of all
// sources, the rows of one account, and a page of each source. If there may be more accounts than
// the cap, also 16 bytes per account.
Result<std::uint64_t> write_rollup(FileSystem& files, const std::string& path, Day day,
                                   std::span<const std::unique_ptr<RollupSource>> sources,
                                   const RollupRules& rules, Lz4Level level);

}  // namespace fortnight::storage
