// Copies of files between file systems.
#pragma once

#include <functional>
#include <string>

#include "base/error.h"
#include "storage/files/file_system.h"

namespace fortnight::storage {

// Called between pieces of a megabyte; its error ends the copy.
using CopyCheck = std::function<Result<void>()>;

// Copies a file under the same path: through a temporary file that is synced and renamed, so that
// the path never has a part of it. The directory must be synced by the caller.
Result<void> copy_file(FileSystem& from, FileSystem& to, const std::string& path,
                       const CopyCheck& check);

// The same, unless the copy has the same bytes already; syncs the directory. A file that isn't
// there is removed from `to`.
Result<void> mirror_file(FileSystem& from, FileSystem& to, const std::string& path,
                         const CopyCheck& check);

}  // namespace fortnight::storage
