// The bytes of an accepted connection: over TCP or a unix socket as they are, or over TLS. What
// reads and writes them doesn't know which.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/socket_base.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "daemon/net/tls_stream.h"

namespace fortnight::daemon {

// Movable. Pending operations end with an error when it is closed or cancelled, unless they are
// complete already. Threads: its loop's.
class Stream {
 public:
  // Without blocking from now on.
  explicit Stream(StreamSocket socket) : socket_(std::move(socket)) { prepare(); }
  explicit Stream(std::shared_ptr<TlsStream> tls)
      : socket_(tls->socket().get_executor()), tls_(std::move(tls)) {
    prepare();
  }

  [[nodiscard]] StreamSocket::executor_type get_executor() { return socket_.get_executor(); }
  // For what concerns the connection, not its bytes: addresses, options, the kernel's queues.
  [[nodiscard]] StreamSocket& socket() { return tls_ ? tls_->socket() : socket_; }
  [[nodiscard]] const StreamSocket& socket() const { return tls_ ? tls_->socket() : socket_; }
  [[nodiscard]] bool encrypted() const { return tls_ != nullptr; }
  // The peer's verified certificate; null if it has none.
  [[nodiscard]] const PeerCertificate* certificate() const { return tls_ ? tls_->peer() : nullptr; }

  // Keeps `place` until the stream is closed or destroyed: what counts the connection.
  void hold(std::shared_ptr<void> place) { place_ = std::move(place); }

  // Calls `done` once read_some() probably returns without error::would_block.
  template <typename Done>
  void async_wait_read(Done done) {
    if (tls_) return tls_->wait_read(std::move(done));
    socket_.async_wait(StreamSocket::wait_read, std::move(done));
  }
  // Reads what is there. error::eof: the peer has ended its side; it may still read.
  std::size_t read_some(boost::asio::mutable_buffer into, boost::system::error_code& failed) {
    return tls_ ? tls_->read_some(into, failed)
                : socket_.read_some(boost::asio::buffer(into), failed);
  }
  // Writes the bytes, if they fit at once; for a few last ones, or a notice that may be lost.
  // Requires that nothing is being written.
  void write_at_once(boost::asio::const_buffer from);
  // Writes some of the bytes, in their order. What is written next must begin with what is left of
  // each buffer.
  template <typename Done>
  void async_write_some(const TlsStream::Buffers& from, Done done) {
    if (tls_) return tls_->async_write_some(from, std::move(done));
    socket_.async_write_some(from, std::move(done));
  }

  // Ends this side: the peer reads the end.
  void end_writing();
  // Ends what is pending.
  void cancel();
  // Ends both sides. Harmless if it is closed.
  void close();
  [[nodiscard]] bool is_open() const { return socket().is_open(); }

  // Whether received bytes wait to be read.
  [[nodiscard]] bool has_unread() const;
  // Bytes that went into the kernel's buffers, of which `written` were passed to this.
  [[nodiscard]] std::uint64_t sent(std::uint64_t written) const {
    return tls_ ? tls_->sent() : written;
  }
  // Bytes that it holds besides the kernel's buffers.
  [[nodiscard]] std::size_t held() const { return tls_ ? tls_->held() : 0; }

 private:
  void prepare();

  StreamSocket socket_;  // not open if tls_ is set
  std::shared_ptr<TlsStream> tls_;
  std::shared_ptr<void> place_;
};

}  // namespace fortnight::daemon
