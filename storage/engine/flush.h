// Writes the head to files: a part and a rollup for each kept day, a late rollup for each dropped
// day, and files of rejects.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "storage/append.h"
#include "storage/engine.h"
#include "storage/engine/catalog.h"
#include "storage/engine/head.h"
#include "storage/engine/manifest.h"
#include "storage/engine/rejects.h"

namespace fortnight::storage {

// Everything that was appended up to one record of the journal and isn't in files yet.
struct FrozenHead {
  HeadBatches batches;
  std::size_t bytes = 0;
  RejectBatches rejects;
  RejectCounts reject_counts;  // only of `rejects`
  // As of the last record.
  std::uint64_t lsn = 0;
  std::uint64_t next_seq = 1;
  std::uint64_t next_reject = 0;  // the number of the next reject
  Counters counters;
  std::map<std::string, std::string> positions;
};

// Adds the content of a journal record, whose calls are `calls`, except the rows themselves.
void add_to(FrozenHead& head, const Append& append, const Batch& calls, std::uint64_t lsn);

// Writes the files and publishes a manifest that names them and covers `head.lsn`. On failure
// nothing has changed, except that files may be left, which a later publication removes; the caller
// may try again. `counts` are of all rejects up to the head's last. `now` is stored as the newest
// time that retention trusted. `memory` is kept from flush to flush. Of `options`,
// the executor, the caps and the error codes are used. Returns the days that got calls.
Result<std::vector<Day>> flush_head(FileSystem& files, Catalog& catalog, const FrozenHead& head,
                                    const RejectCounts& counts, TimeNs now,
                                    std::shared_ptr<PartMemory> memory,
                                    const EngineOptions& options);

}  // namespace fortnight::storage
