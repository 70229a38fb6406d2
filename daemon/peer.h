// Whether anybody is at the other end of a connection, where reading from it can't tell: a peer
// that has half-closed and waits for its answer looks like one that is gone.
#pragma once

#include "daemon/listen.h"

namespace fortnight::daemon {

// True where nobody holds the other end any more. It is seen within this host alone: of any other
// peer, and where the kernel doesn't say, it is false, and a write has to find out. Reads the
// kernel's table of connections, so it isn't for every request.
bool peer_is_gone(const StreamSocket& socket);

}  // namespace fortnight::daemon
