#include "storage/files/posix_io.h"

#include <cerrno>
#include <string>
#include <system_error>

namespace fortnight::storage {

Error system_error(int error_number, std::string_view what) {
  const ErrorCode code = error_number == ENOSPC || error_number == EDQUOT ? ErrorCode::no_space
                         : error_number == ENOENT                         ? ErrorCode::not_found
                                                                          : ErrorCode::io;
  return {code, std::string(what) + ": " + std::generic_category().message(error_number)};
}

Result<void> write_fully(const WriteCall& call, std::uint64_t offset, std::string_view bytes,
                         std::string_view what) {
  while (!bytes.empty()) {
    const ssize_t written = call(bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0) {
      if (errno == EINTR) continue;
      return system_error(errno, what);
    }
    // A count of 0 for a count above 0 would make this an endless loop.
    if (written == 0) return io_error(std::string(what) + ": nothing was written");
    offset += static_cast<std::uint64_t>(written);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> read_fully(const ReadCall& call, std::uint64_t offset, std::span<char> out,
                        std::string_view what) {
  while (!out.empty()) {
    const ssize_t got = call(out.data(), out.size(), static_cast<off_t>(offset));
    if (got < 0) {
      if (errno == EINTR) continue;
      return system_error(errno, what);
    }
    if (got == 0) return corrupt(std::string(what) + ": the file ends too early");
    offset += static_cast<std::uint64_t>(got);
    out = out.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

}  // namespace fortnight::storage
