// Recognises names of rotated log files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fortnight::daemon {

enum class Compression { none, gzip, zstd, lz4, xz, other };

// By extension: `.gz`, `.zst`, `.lz4`, `.xz`; `other` for known compressions that aren't supported
// (`.bz2`, `.Z`, `.zip`).
Compression compression_of(std::string_view name);

// Whether `name` is a rotated form of `live` (file names without directory): `access.log.1`,
// `access.log-20261120.gz`, `access-2026-11-20T08-15-30.123.log` of `access.log`. Only numbers,
// dates and the words old and bak count as marks of a rotation.
bool is_rotated_name(std::string_view live, std::string_view name);

// The names that `name` may be a rotated form of, by is_rotated_name(), most specific first. The
// first is `name` itself, without its compression's extension.
std::vector<std::string> base_names(std::string_view name);

// Whether the mark of the rotation is within the name (`api.2.log` of `api.log`) and is just a
// small number: it may also be the second of several equal files.
bool is_numbered_within(std::string_view live, std::string_view name);

// The first word of a name, up to a separator: unknown rotation schemes usually keep it.
std::string_view name_stem(std::string_view name);

// The directory of a bare name is ".".
std::string directory_of(std::string_view path);
std::string_view file_name_of(std::string_view path);

}  // namespace fortnight::daemon
