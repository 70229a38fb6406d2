// The state of a connection's other end, for cases that reading from the socket can't distinguish:
// a peer that has half-closed and waits looks like one that is gone, and a slow reader looks like
// one that doesn't read.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "daemon/net/stream.h"

namespace fortnight::daemon {

// The peer's address, without its port, as text; an IPv4 address that is mapped into IPv6 is the
// IPv4 one. Empty for a unix socket.
std::string address_of_peer(const StreamSocket& socket);

// The other end of a connection within this host, as the kernel reports it.
struct OtherEnd {
  std::uint64_t unread = 0;  // bytes that it has received and not read
  bool held = true;          // some process holds the socket
};

// A cached copy of the kernel's table of connections, for all connections. It contains only other
// ends on this host. Not thread-safe.
class PeerTable {
 public:
  // Returns nothing if the kernel doesn't list it.
  [[nodiscard]] std::optional<OtherEnd> find(const StreamSocket& socket);

 private:
  using Clock = std::chrono::steady_clock;
  void read_if_due();
  void read(const char* path);

  std::unordered_map<std::string, OtherEnd> ends_;  // by "own address, other address"
  Clock::time_point next_;
};

// Measures whether a reader makes progress, however slowly: by bytes that its kernel has
// acknowledged and, within this host, by bytes that it has read, since kernels acknowledge slow
// reading in large steps.
class ReadingProgress {
 public:
  using Clock = std::chrono::steady_clock;

  // Call it when bytes are written to a reader that had read everything.
  void begin() { since_ = Clock::now(); }
  // How long the reader has taken no byte. Call it at least every second while bytes are pending.
  // `written`: bytes written to the stream so far.
  Clock::duration stalled_for(Stream& stream, std::uint64_t written, PeerTable& peers);

 private:
  std::uint64_t acknowledged_ = 0;
  std::uint64_t unread_ = 0;
  Clock::time_point since_ = Clock::now();
};

}  // namespace fortnight::daemon
