// Verifies a rollup file: every checksum, and that its tables count the same calls.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "storage/rollup/file.h"

namespace fortnight::storage {

// Returns the problems, one line each, for people; empty if there are none. Continues past damage
// if possible.
std::vector<std::string> verify_rollup(const std::shared_ptr<const RollupFile>& file);

}  // namespace fortnight::storage
