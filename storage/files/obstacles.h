#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace fortnight::storage {

// Moves what is in the way of the store's files in `root` to the quarantine: files with names of
// directories, and directories with names of files. Returns their paths. Changes nothing if nothing
// is in the way. The directory must be locked.
Result<std::vector<std::string>> clear_obstacles(const std::string& root);

}  // namespace fortnight::storage
