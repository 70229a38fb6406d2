#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace fortnight::storage {

// Makes the directories of the store in `root`, and moves what is in the way of its files to the
// quarantine: files with names of directories, and directories with names of files. Returns their
// paths. The directory must be locked.
Result<std::vector<std::string>> clear_obstacles(const std::string& root);

}  // namespace fortnight::storage
