// Files of the project that tests read.
#pragma once

#include <string>
#include <string_view>

namespace fortnight {

// The absolute path of "docs/format.md" and the like. One translation unit knows the place of the
// project, so that the objects of all other tests are the same in every clone (and ccache has
// them).
std::string project_file(std::string_view path);

}  // namespace fortnight
