// `fortnightd --reload`: asks the daemon that runs to load its configuration again.
#pragma once

#include <string>

#include "base/error.h"

namespace fortnight::daemon {

// Finds the daemon by its data directory, sends RELOAD over its unix socket, and returns once the
// configuration is in force: with the changed sections that wait for a restart, or empty. `io`: no
// daemon answers; `invalid`: it refuses, with the reason, and nothing has changed.
Result<std::string> request_reload(const std::string& data_directory);

}  // namespace fortnight::daemon
