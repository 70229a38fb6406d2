#pragma once

#include "base/error.h"
#include "storage/engine/manifest.h"
#include "storage/files/file_system.h"

namespace fortnight::segment {

// Makes `manifest` the newest one of the directory. Its files must be synced and the directory
// locked.
Result<void> publish(storage::FileSystem& files, storage::Manifest manifest);

}  // namespace fortnight::segment
