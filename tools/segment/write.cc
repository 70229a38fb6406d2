#include <cerrno>
#include <system_error>

#include "tools/segment/commands.h"

namespace fortnight::segment {

Result<void> write(std::FILE* out, std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), out) == text.size()) return {};
  return io_error("can't write the output: " + std::generic_category().message(errno));
}

}  // namespace fortnight::segment
