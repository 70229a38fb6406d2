// The directory that a daemon keeps everything in.
#pragma once

#include <string>

#include "base/error.h"

namespace fortnight::daemon {

// Where nobody says otherwise: $STATE_DIRECTORY (as systemd sets it), else
// $XDG_STATE_HOME/fortnight, else ~/.local/state/fortnight. An error where none of them is set.
Result<std::string> default_data_directory();

// Makes it, parents too, if it isn't there; for its owner alone. An error where it can't be written
// to, or where others than root and the process' own user could put files there.
Result<void> prepare_data_directory(const std::string& path);

}  // namespace fortnight::daemon
