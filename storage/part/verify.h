// Verification of a part: every checksum, and all that one place of the file says of another.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "storage/part/file.h"

namespace fortnight::storage {

// What is wrong, one line each, for a person; empty where all is well. Goes on past damage. Memory:
// one block, and a bitmap for each value of each key.
std::vector<std::string> verify_part(const std::shared_ptr<const PartFile>& part);

}  // namespace fortnight::storage
