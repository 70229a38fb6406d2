// Closes a connection after a last line. Closing a socket with unread bytes resets the connection,
// and the line would be lost; so bytes that still arrive are read and dropped for a moment.
#pragma once

#include <string_view>

#include "daemon/net/stream.h"

namespace fortnight::daemon {

// Sends `line`, if it fits at once, and closes the stream when the peer has closed its side, or
// after one second. Bytes from the peer are ignored. Threads: the stream's loop.
void part_with(Stream stream, std::string_view line);

}  // namespace fortnight::daemon
