// Finds the paths that match a pattern.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/glob.h"

namespace fortnight::daemon {

// Calls `found` for each matching path, in the order of the pattern's alternatives and of names. A
// path may be any directory entry, and may be found twice (by two alternatives or two `**`). Each
// alternative reads a directory once, below a `**` twice. `**` doesn't follow symbolic links to
// directories, so it can't loop; other components do. `problem` receives each directory that can't
// be read; a missing one is not a problem.
void find_files(const config::Glob& glob, const std::function<void(const std::string& path)>& found,
                const std::function<void(const std::string& problem)>& problem);

// The literal start of each alternative: matches lie in or below these directories.
std::vector<std::string> base_directories(const config::Glob& glob);

}  // namespace fortnight::daemon
