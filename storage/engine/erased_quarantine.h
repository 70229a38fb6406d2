// Finds files of the quarantine that have calls or rejected lines to erase.
#pragma once

#include <set>
#include <string>

#include "storage/budget.h"
#include "storage/completeness.h"
#include "storage/erasure.h"
#include "storage/files/file_system.h"

namespace fortnight::storage {

// Returns their paths, relative to the store's directory. A file of calls is read as far as it can
// be; where it can't, and in files of unknown form, the bytes are searched for the order's text. A
// file that may have more than was found counts as damage. Rollups and manifests are left out: they
// have counts only. Holds one block of calls, or one journal record, at a time.
Result<std::set<std::string>> find_quarantined_erasures(FileSystem& files,
                                                        const ErasureOrder& order,
                                                        const Budget& budget,
                                                        Completeness& completeness);

}  // namespace fortnight::storage
