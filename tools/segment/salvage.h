// Saves the readable calls of a day.
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

// An unreadable block.
struct LostBlock {
  std::uint32_t number = 0;
  storage::BlockEntry entry;
  std::string reason;
  bool partly_readable = false;  // some of its columns are readable for queries
};

struct Salvage {
  std::uint64_t saved = 0;  // number of calls
  std::vector<LostBlock> lost;
  std::uint64_t lost_calls = 0;     // in lost blocks and in blocks that aren't found
  std::uint64_t unfound_calls = 0;  // in blocks that aren't found
};

// Sequence numbers of a day's calls, ascending.
using Seqs = std::vector<std::uint64_t>;

// Adds the numbers in readable blocks.
void add_seqs(const std::shared_ptr<const storage::PartFile>& part, Seqs& seqs);
// The numbers in readable blocks of the day's live files.
Seqs live_seqs(const Target& target, Day day);

// Adds the calls of all readable blocks, except those in `known`, to `writer`. If `writer` is null,
// only counts them.
Result<Salvage> salvage(const std::shared_ptr<const storage::PartFile>& part, const Seqs& known,
                        storage::PartWriter* writer);

// Writes the rollups of a day's parts: several if the counts exceed the memory limit.
Result<std::vector<storage::RollupEntry>> count_calls(
    storage::FileSystem& files, Day day, const std::vector<std::string>& parts,
    const std::function<storage::FileName()>& new_name);

}  // namespace fortnight::segment
