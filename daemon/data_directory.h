// The directory of all data of a daemon.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace fortnight::daemon {

// Names in it: the ports in use, and the unix socket for queries unless query.socket says another.
inline constexpr const char* kPortsFile = "ports.json";
inline constexpr const char* kQuerySocket = "query.sock";

// The default: $STATE_DIRECTORY (set by systemd), else $XDG_STATE_HOME/fortnight, else
// ~/.local/state/fortnight. An error if none of the variables is set.
Result<std::string> default_data_directory();

// The file with the key of hashed values.
inline constexpr std::string_view kHashKeyFile = "redact-key";

// Creates the directory and its parents if missing, accessible to the owner only. An error if it
// isn't writable, or if users other than root and the process' own could put files there. `what`
// the directory is, for messages: "the data directory".
Result<void> prepare_directory(const std::string& path, const std::string& what);

}  // namespace fortnight::daemon
