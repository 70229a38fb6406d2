// What the names of log files tell: whether one is the rotated form of another.
#pragma once

#include <string>
#include <string_view>

namespace fortnight::daemon {

enum class Compression { none, gzip, other };

// By the name's extension: `.gz` is read, `.zst`, `.lz4`, `.bz2` and `.xz` are known but not read.
Compression compression_of(std::string_view name);

// Whether `name` is what a rotation makes of `live` (both file names without their directory):
// `access.log.1`, `access.log-20261120.gz`, `access-2026-11-20T08-15-30.123.log` of `access.log`.
// Only numbers, dates and the words old and bak are taken for a rotation's mark.
bool is_rotated_name(std::string_view live, std::string_view name);

// Whether both begin with the same word up to a separator: a rotation of unknown habits.
bool shares_stem(std::string_view live, std::string_view name);

// The parts of a path. The directory of a bare name is ".".
std::string directory_of(std::string_view path);
std::string_view file_name_of(std::string_view path);

}  // namespace fortnight::daemon
