// Finds and restores misplaced files: swapped with others, or in the quarantine because another
// file had their name.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "storage/files/file_names.h"
#include "storage/repair/inspection.h"
#include "storage/repair/rejects_check.h"

namespace fortnight::storage {

struct Misplaced {
  FileName name;     // in the manifest
  std::string path;  // where it was found
};

// The live files that aren't at their names, identified by their checksums.
// `rejects` are the files of rejects that aren't at their names.
std::vector<Misplaced> find_misplaced(FileSystem& files, const Inspection& store,
                                      const std::vector<DamagedRejects>& rejects);

// Moves them to their names. Other files at these names go to the quarantine.
Result<void> put_back(FileSystem& files, const std::vector<Misplaced>& misplaced);

}  // namespace fortnight::storage
