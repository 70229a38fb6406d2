#include "tests/support/project_file.h"

namespace fortnight {

std::string project_file(std::string_view path) {
  return std::string(FORTNIGHT_SOURCE_DIR "/").append(path);
}

}  // namespace fortnight
