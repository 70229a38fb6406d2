// Keys of hashes, in files of the data directory.
#pragma once

#include <string>

#include "base/keyed_hash.h"
#include "storage/files/file_system.h"

namespace fortnight::storage {

// Reads the key; creates it if there is none. A damaged file goes to the quarantine, and a new key
// replaces it: earlier hashes can't be compared with later ones any more.
Result<KeyedHash> open_key_file(FileSystem& files, const std::string& path);

}  // namespace fortnight::storage
