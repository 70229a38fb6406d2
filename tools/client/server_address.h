// Which server the client asks unless --connect says so.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "tools/client/options.h"

namespace fortnight::client {

// The first of
//   $FORTNIGHT_CONNECT;
//   query.sock in $FORTNIGHT_DATA_DIR;
//   without that variable, query.sock in the user's data directory ($XDG_STATE_HOME/fortnight, or
//   ~/.local/state/fortnight) or in /var/lib/fortnight, if such a socket is there and the user may
//   use it: then the kernel tells the daemon who asks;
//   127.0.0.1:14002.
// `environment` returns a variable's value, empty if it isn't set. `usable` tells whether a socket
// is there and the user may use it.
std::string server_address(const std::function<std::string(std::string_view name)>& environment,
                           const std::function<bool(const std::string& path)>& usable);

// The server of this process's environment.
Server usual_server();

}  // namespace fortnight::client
