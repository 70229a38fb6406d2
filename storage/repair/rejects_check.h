// Checks files of rejects against the manifest.
#pragma once

#include <vector>

#include "base/error.h"
#include "storage/engine/manifest.h"
#include "storage/files/file_system.h"

namespace fortnight::storage {

struct DamagedRejects {
  RejectsEntry entry;
  Error error;
};

// Reads all files of rejects in `manifest`; returns those that are unreadable or not the same file.
std::vector<DamagedRejects> check_rejects(FileSystem& files, const Manifest& manifest);

}  // namespace fortnight::storage
