// Reads of rejected lines, over files and head.
#pragma once

#include <memory>
#include <vector>

#include "storage/engine/rejects.h"
#include "storage/engine/version.h"
#include "storage/store.h"

namespace fortnight::storage {

// What a query of rejects sees: the version's files, and what none of them holds.
struct RejectView {
  std::shared_ptr<const Version> version;
  RejectBatches head;
};

// Reads files from the newest on, for as long as they may hold what belongs on the page. A file
// that can't be read makes the page incomplete.
Result<RejectPage> view_rejects(FileSystem& files, const RejectView& view, const RejectQuery& query,
                                const Budget& budget);

// The counts that the newest file bears. Of files that bear none, since an older version wrote
// them, the rejects themselves are counted; those of damaged files are missing.
RejectCounts load_reject_counts(FileSystem& files, const std::vector<RejectsEntry>& entries);

}  // namespace fortnight::storage
