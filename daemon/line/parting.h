// The end of a connection whose peer is to read a last line: what it still sends is read and thrown
// away for a moment, since closing a socket with unread bytes would reset the connection, and the
// line would be lost with it.
#pragma once

#include <string_view>

#include "daemon/line/listen.h"

namespace fortnight::daemon {

// Sends `line`, of static storage, as far as it fits at once, and closes the socket once the peer
// has, after a second at the latest. Whatever the peer sent is not looked at. Threads: the socket's
// loop.
void part_with(StreamSocket socket, std::string_view line);

}  // namespace fortnight::daemon
