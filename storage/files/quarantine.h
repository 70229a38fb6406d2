#pragma once

#include <string>

#include "storage/files/file_system.h"

namespace fortnight::storage {

// Moves a file to the quarantine for a person to look at; keeps earlier ones of the same name.
// Returns its new path. If that fails, the file stays where it is, unused.
std::string set_aside(FileSystem& files, const std::string& path);

}  // namespace fortnight::storage
