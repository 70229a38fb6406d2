// Files that were moved: swapped with others, or set aside because another had their name.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "storage/files/file_names.h"
#include "tools/segment/target.h"

namespace fortnight::segment {

struct Misplaced {
  storage::FileName name;  // that the manifest knows it by
  std::string path;        // where it is
};

// The live files that are elsewhere than the manifest says, and are known by their checksums.
std::vector<Misplaced> find_misplaced(const Target& target);

// Moves them to where they belong; other files of those names go to the quarantine.
Result<void> put_back(const Target& target, const std::vector<Misplaced>& misplaced);

}  // namespace fortnight::segment
