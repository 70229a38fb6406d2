// Looks for what an erasure is about, and makes a version without it. upkeep.h describes what
// happens to the files afterwards.
#pragma once

#include <map>
#include <memory>
#include <roaring/roaring.hh>
#include <set>
#include <string>
#include <vector>

#include "storage/engine/catalog.h"
#include "storage/engine/reject_counts.h"
#include "storage/engine/version.h"
#include "storage/erasure.h"

namespace fortnight::storage {

struct FoundToErase {
  std::map<FileName, Roaring> rows;   // by part
  std::set<std::string> quarantined;  // paths
  Completeness completeness;
};

// Calls in memory are left out. The rows are those of the version's parts, so no merge may be
// published until they are used.
Result<FoundToErase> find_to_erase(FileSystem& files, const std::shared_ptr<const Version>& version,
                                   const ErasureOrder& order, const Budget& budget);

// Publishes a version in which the rows are erased and rejected lines blanked, and which knows of
// the erasure. `counts` are of all rejects in files. After an error the current version stays.
Result<Erasure> publish_erasure(FileSystem& files, Catalog& catalog, const RejectCounts& counts,
                                const FoundToErase& found, const ErasureOrder& order, TimeNs now);

// The certificates of finished erasures, and of the `pending` ones.
Result<std::vector<std::string>> all_certificates(FileSystem& files,
                                                  const std::vector<Erasure>& pending);

}  // namespace fortnight::storage
