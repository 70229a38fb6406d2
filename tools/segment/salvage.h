// Writing files anew from what can be read of a day's calls.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "storage/engine/manifest.h"
#include "tools/segment/target.h"

namespace fortnight::segment {

struct Salvage {
  storage::PartSummary summary;  // of the new part; no file is left where it has no calls
  std::uint64_t lost_blocks = 0;
  std::uint64_t lost_calls = 0;
};

// Writes a part of the calls of all blocks that can be read, with indices of its own.
storage::Result<Salvage> salvage_part(storage::FileSystem& files, const StoredFile& damaged,
                                      const std::string& path);

// Writes the rollups of a day's parts. Several, where the counts take more memory than they may.
storage::Result<std::vector<storage::RollupEntry>> count_calls(
    storage::FileSystem& files, storage::Day day, const std::vector<std::string>& parts,
    const std::function<storage::FileName()>& new_name);

}  // namespace fortnight::segment
