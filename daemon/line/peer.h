// What the other end of a connection does, where reading from it can't tell: a peer that has
// half-closed and waits for its answer looks like one that is gone, and a slow reader like one that
// reads nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "daemon/line/listen.h"

namespace fortnight::daemon {

// The peer's address, without its port; empty for a unix socket.
std::string address_of_peer(const StreamSocket& socket);

// The other end of a connection within this host, as the kernel has it.
struct OtherEnd {
  std::uint64_t unread = 0;  // bytes that it was sent and hasn't read
  bool held = true;          // some process has it
};

// The kernel's table of connections, read anew now and then, for all connections at once. It knows
// the other ends within this host alone. Not thread-safe.
class PeerTable {
 public:
  // Nothing where the kernel doesn't say.
  [[nodiscard]] std::optional<OtherEnd> find(const StreamSocket& socket);

 private:
  using Clock = std::chrono::steady_clock;
  void read_if_due();
  void read(const char* path);

  std::unordered_map<std::string, OtherEnd> ends_;  // by "own address, other address"
  Clock::time_point next_;
};

// Whether a reader takes what is written to it, however slowly: by the bytes that its kernel has
// acknowledged, and, within this host, by those that it has read itself, since a kernel
// acknowledges in large pieces what is read slowly.
class ReadingProgress {
 public:
  using Clock = std::chrono::steady_clock;

  // Something is written to a reader that had taken all.
  void begin() { since_ = Clock::now(); }
  // How long the reader has taken no byte. To be called every second at the least while bytes wait
  // for it; `written`: bytes that were written to the socket so far.
  Clock::duration stalled_for(StreamSocket& socket, std::uint64_t written, PeerTable& peers);

 private:
  std::uint64_t acknowledged_ = 0;
  std::uint64_t unread_ = 0;
  Clock::time_point since_ = Clock::now();
};

}  // namespace fortnight::daemon
