// Which versions of the program read a data directory: the file `version` in it, a JSON object.
//
//   {"version":1,"written_by":"0.2.0","readable_from":"0.1.0"}
//
// It is read before anything else of a store, so that an older program refuses the store of a newer
// one before it changes or misreads anything, and can name the version that is needed. What single
// files have of versions and feature bits (docs/format.md) is for files that are met alone.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "storage/files/file_system.h"

namespace fortnight::storage {

inline constexpr std::string_view kVersionFile = "version";

// ErrorCode::unsupported: this program is too old for the store. A missing or damaged file, as of
// stores from before it existed, permits all.
Result<void> check_store_version(FileSystem& files);

// What to install to read a file that this program is too old for: "Fortnight 0.2.0, which wrote
// here last".
std::string version_to_install(FileSystem& files);

// Notes that this version has written to the store. Durable when it returns.
Result<void> keep_store_version(FileSystem& files);

// Whether the version `a` comes before `b`: "0.9" before "0.10.1".
bool is_older_version(std::string_view a, std::string_view b);

}  // namespace fortnight::storage
