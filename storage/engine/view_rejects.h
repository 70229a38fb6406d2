// Reads rejected lines from files and from the head.
#pragma once

#include <memory>
#include <vector>

#include "storage/engine/rejects.h"
#include "storage/engine/version.h"
#include "storage/files/read_failures.h"
#include "storage/query.h"

namespace fortnight::storage {

// What a query of rejects sees: the version's files, and the rejects that are in none of them.
struct RejectView {
  std::shared_ptr<const Version> version;
  RejectBatches head;
};

// Reads files from the newest on, while they may have rejects of the page. A file that can't be
// read makes the page incomplete, and is reported to `failures`.
Result<RejectPage> view_rejects(FileSystem& files, const RejectView& view, const RejectQuery& query,
                                const Budget& budget, ReadFailures& failures);

// Returns the counts of the newest file. In files of older versions, which have no counts, the
// rejects themselves are counted. Those of damaged files are missing.
RejectCounts load_reject_counts(FileSystem& files, const std::vector<RejectsEntry>& entries);

}  // namespace fortnight::storage
