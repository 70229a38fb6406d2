// Verification of a rollup file: every checksum, and that its tables count the same calls.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "storage/rollup/file.h"

namespace fortnight::storage {

// What is wrong, one line each, for a person; empty where all is well. Goes on past damage as far
// as that makes sense.
std::vector<std::string> verify_rollup(const std::shared_ptr<const RollupFile>& file);

}  // namespace fortnight::storage
