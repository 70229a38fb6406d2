// The handshake of one accepted connection: from its first byte to an established session, or to
// what else it is.
#pragma once

#include <openssl/ssl.h>

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "daemon/net/tls_stream.h"

namespace fortnight::daemon {

// Lifetime: shared by its pending operations. Threads: the socket's loop.
class Handshake : public std::enable_shared_from_this<Handshake> {
 public:
  enum class End : std::uint8_t {
    established,
    not_tls,  // the first byte, which is still in the socket, doesn't begin a TLS record
    failed,
    late,    // it took more than ten seconds
    closed,  // by the peer, or by cut()
  };
  // Called once.
  using Ended = std::function<void(End end)>;

  // `session` accepts and has no descriptor yet. The socket becomes non-blocking.
  Handshake(StreamSocket socket, SslPointer session, Ended ended);

  void start();
  // Ends it at once.
  void cut() { end(End::closed); }

  // Once it has ended, until they are taken.
  StreamSocket& socket() { return socket_; }
  SslPointer& session() { return session_; }
  // Why it failed.
  [[nodiscard]] const std::string& why() const { return why_; }

 private:
  void await(StreamSocket::wait_type what);
  void proceed();
  void shake();
  void end(End end);

  StreamSocket socket_;
  SslPointer session_;
  boost::asio::steady_timer deadline_;
  Ended ended_;
  std::string why_;
  bool begun_ = false;
};

}  // namespace fortnight::daemon
