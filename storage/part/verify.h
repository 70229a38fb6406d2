// Verifies a part: every checksum, and that the sections of the file agree.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "storage/part/file.h"

namespace fortnight::storage {

// Returns the problems, one line each, for people; empty if there are none. Continues past damage.
// Memory: one block, and a bitmap for each value of each key.
std::vector<std::string> verify_part(const std::shared_ptr<const PartFile>& part);

}  // namespace fortnight::storage
