// What the names of log files tell: whether one is the rotated form of another.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fortnight::daemon {

enum class Compression { none, gzip, zstd, lz4, xz, other };

// By the name's extension: `.gz`, `.zst`, `.lz4`, `.xz`; `other` are those that are known to be
// compressed and aren't read (`.bz2`, `.Z`, `.zip`).
Compression compression_of(std::string_view name);

// Whether `name` is what a rotation makes of `live` (both file names without their directory):
// `access.log.1`, `access.log-20261120.gz`, `access-2026-11-20T08-15-30.123.log` of `access.log`.
// Only numbers, dates and the words old and bak are taken for a rotation's mark.
bool is_rotated_name(std::string_view live, std::string_view name);

// The names of which `name` may be the rotated form, by is_rotated_name(), the most specific first;
// `name` itself, without its compression's extension, is the first.
std::vector<std::string> base_names(std::string_view name);

// Whether a rotation's mark stands within the name (`api.2.log` of `api.log`) and is a small number
// alone: it may as well be the second of several like files.
bool is_numbered_within(std::string_view live, std::string_view name);

// The word that a name begins with, up to a separator: what rotations of unknown habits keep.
std::string_view name_stem(std::string_view name);

// The parts of a path. The directory of a bare name is ".".
std::string directory_of(std::string_view path);
std::string_view file_name_of(std::string_view path);

}  // namespace fortnight::daemon
