// A copy of what the manifest knows of erased calls: the file `erased`. It counts only if no
// manifest is readable. Without it, erased calls that are still in files would come back then.
#pragma once

#include <string_view>

#include "storage/engine/manifest.h"
#include "storage/files/file_system.h"

namespace fortnight::storage {

inline constexpr std::string_view kErasedMarksFile = "erased";

// Replaces the file, or removes it if the manifest knows of none. Durable when it returns.
Result<void> keep_erased_marks(FileSystem& files, const Manifest& manifest);
// The copy: a manifest that has nothing else, and of the parts only those with erased calls. Empty
// if there is no readable file.
Manifest read_erased_marks(FileSystem& files);

}  // namespace fortnight::storage
