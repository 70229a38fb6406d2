// Finds and restores misplaced files: swapped with others, or in the quarantine because another
// file had their name.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "storage/files/file_names.h"
#include "tools/segment/target.h"

namespace fortnight::segment {

struct Misplaced {
  storage::FileName name;  // its name in the manifest
  std::string path;        // where it is
};

// The live files that aren't at their names, identified by their checksums.
std::vector<Misplaced> find_misplaced(const Target& target);

// Moves them to their names. Other files at these names go to the quarantine.
Result<void> put_back(const Target& target, const std::vector<Misplaced>& misplaced);

}  // namespace fortnight::segment
