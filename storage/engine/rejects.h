// Files of rejected lines: kept with their reasons until they are old or too many.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/base/error.h"
#include "storage/files/file_system.h"
#include "storage/store.h"

namespace fortnight::storage {

// Writes and syncs a file at its final path; returns its bytes. It is live once the manifest names
// it.
Result<std::uint64_t> write_rejects(FileSystem& files, const std::string& path,
                                    const std::vector<Reject>& rejects);
Result<std::vector<Reject>> read_rejects(FileSystem& files, const std::string& path);

}  // namespace fortnight::storage
