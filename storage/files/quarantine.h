#pragma once

#include <string>

#include "storage/files/file_system.h"

namespace fortnight::storage {

// Moves a file to the quarantine, for a person to look at; beside those of its name that are there.
// Where that fails the file stays where it is: nothing reads it any more.
void set_aside(FileSystem& files, const std::string& path);

}  // namespace fortnight::storage
