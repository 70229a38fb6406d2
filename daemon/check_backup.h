// fortnightd --restore-check: whether a daemon could be started on a backup.
#pragma once

#include <cstdio>
#include <string>

#include "base/error.h"

namespace fortnight::daemon {

// Checks every checksum of a backup, or of any data directory, and compares its files with each
// other. Changes nothing. Writes a line for each problem to `out`, then one about the whole.
// Returns whether all is well; an error if it can't be checked.
Result<bool> check_backup(const std::string& directory, std::FILE* out);

}  // namespace fortnight::daemon
