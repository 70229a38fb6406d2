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
#include "storage/repair/inspection.h"

namespace fortnight::storage {

struct Salvage {
  std::uint64_t saved = 0;  // number of calls
  std::vector<DamagedBlock> lost;
  std::uint64_t lost_calls = 0;     // in lost blocks and in blocks that aren't found
  std::uint64_t unfound_calls = 0;  // in blocks that aren't found
};

DamagedBlock damaged_block(std::uint32_t number, const BlockEntry& entry, std::string reason);

// Sequence numbers of a day's calls, ascending.
using Seqs = std::vector<std::uint64_t>;

// Adds the numbers in readable blocks.
void add_seqs(const std::shared_ptr<const PartFile>& part, Seqs& seqs);
// Adds the numbers of these rows, as far as their blocks are readable.
void add_seqs(const std::shared_ptr<const PartFile>& part, const ErasedRows& rows, Seqs& seqs);
// The numbers in readable blocks of the day's live files.
Seqs live_seqs(const Inspection& store, Day day);

// Adds the calls of all readable blocks, except those in `known`, to `writer`. If `writer` is null,
// only counts them.
Result<Salvage> salvage(const std::shared_ptr<const PartFile>& part, const Seqs& known,
                        PartWriter* writer);

// Writes the rollups of a day's parts: several if the counts exceed the memory limit.
Result<std::vector<RollupEntry>> count_calls(FileSystem& files, Day day,
                                             const std::vector<std::string>& parts,
                                             const std::function<FileName()>& new_name);

}  // namespace fortnight::storage
