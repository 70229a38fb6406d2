// Saving what can be read of a day's calls.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "storage/engine/manifest.h"
#include "storage/part/file.h"
#include "storage/part/part.h"
#include "tools/segment/target.h"

namespace fortnight::segment {

// A block that can't be read.
struct LostBlock {
  std::uint32_t number = 0;
  storage::BlockEntry entry;
  std::string reason;
  bool partly_readable = false;  // queries that don't need all of its columns may read it
};

struct Salvage {
  std::uint64_t saved = 0;  // calls
  std::vector<LostBlock> lost;
  std::uint64_t lost_calls = 0;     // of them, and of blocks that aren't found
  std::uint64_t unfound_calls = 0;  // of blocks that aren't found
};

// The numbers of a day's calls, ascending.
using Seqs = std::vector<std::uint64_t>;

// Adds those of the blocks that can be read.
void add_seqs(const std::shared_ptr<const storage::PartFile>& part, Seqs& seqs);
// Those of the day's live files, as far as they can be read.
Seqs live_seqs(const Target& target, Day day);

// Adds the calls of all blocks that can be read, but for those of `known`, to `writer`; where that
// is null, says what could be added.
Result<Salvage> salvage(const std::shared_ptr<const storage::PartFile>& part, const Seqs& known,
                        storage::PartWriter* writer);

// Writes the rollups of a day's parts. Several, where the counts take more memory than they may.
Result<std::vector<storage::RollupEntry>> count_calls(
    storage::FileSystem& files, Day day, const std::vector<std::string>& parts,
    const std::function<storage::FileName()>& new_name);

}  // namespace fortnight::segment
