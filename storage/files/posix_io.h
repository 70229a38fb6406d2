// pread and pwrite until all bytes are done: they continue after short counts and EINTR. The system
// call is passed in so that tests can make it short, interrupted or failing.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "base/error.h"

namespace fortnight::storage {

using WriteCall = std::function<ssize_t(const void* bytes, std::size_t count, off_t offset)>;
using ReadCall = std::function<ssize_t(void* bytes, std::size_t count, off_t offset)>;

// `what` names the operation and the file in error messages.
Result<void> write_fully(const WriteCall& call, std::uint64_t offset, std::string_view bytes,
                         std::string_view what);
// ErrorCode::corrupt if the file ends before `out` is full.
Result<void> read_fully(const ReadCall& call, std::uint64_t offset, std::span<char> out,
                        std::string_view what);

// Converts an errno value: ENOSPC and EDQUOT are no_space, ENOENT is not_found.
Error system_error(int error_number, std::string_view what);

}  // namespace fortnight::storage
