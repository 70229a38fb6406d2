// Which paths there are that match a pattern.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/glob.h"

namespace fortnight::daemon {

// Calls `found` with each path that matches, in the order of the pattern's alternatives and of
// names; a path may be anything that stands in a directory, and may be found twice (by two
// alternatives, by two `**`). Each alternative reads a directory once, below a `**` twice. `**`
// doesn't follow symbolic links to directories, so it can't run in circles; other components do.
// `problem` gets each directory that can't be read; one that isn't there is no problem.
void find_files(const config::Glob& glob, const std::function<void(const std::string& path)>& found,
                const std::function<void(const std::string& problem)>& problem);

// The literal beginning of each alternative: what matches stands in or below these.
std::vector<std::string> base_directories(const config::Glob& glob);

}  // namespace fortnight::daemon
