// An established TLS session over a non-blocking socket.
//
//   Stream ─> TlsStream ─> OpenSSL ─> the socket's descriptor
//
// OpenSSL reads and writes the descriptor itself; Asio only says when it is ready. So no buffers
// are held besides OpenSSL's own, which are released while they are empty.
#pragma once

#include <openssl/ssl.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace fortnight::daemon {

// The first byte of a TLS record with a handshake, of which no other protocol's text begins.
inline constexpr char kTlsHandshake = 0x16;

using StreamSocket = boost::asio::generic::stream_protocol::socket;

// A name in a certificate (subjectAltName).
struct CertificateName {
  enum class Kind : std::uint8_t { dns, email, uri };
  Kind kind = Kind::dns;
  std::string text;  // of `dns` in lower case
  friend bool operator==(const CertificateName&, const CertificateName&) = default;
};

// The certificate of a client, which the configured authority has signed.
struct PeerCertificate {
  std::vector<CertificateName> names;
  TimeNs not_after = 0;  // kMaxTime: later than a TimeNs can be
};

struct SslDeleter {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using SslPointer = std::unique_ptr<SSL, SslDeleter>;

// Lifetime: shared by its pending operations. Threads: the socket's loop.
class TlsStream : public std::enable_shared_from_this<TlsStream> {
 public:
  // Up to two buffers, of which the first may be empty.
  using Buffers = std::array<boost::asio::const_buffer, 2>;
  using Waited = std::function<void(boost::system::error_code)>;
  using Written = std::function<void(boost::system::error_code, std::size_t)>;

  // `ssl` has completed its handshake on `socket`.
  TlsStream(StreamSocket socket, SslPointer ssl, std::optional<PeerCertificate> peer);
  ~TlsStream() = default;
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  [[nodiscard]] StreamSocket& socket() { return socket_; }
  [[nodiscard]] const PeerCertificate* peer() const { return peer_ ? &*peer_ : nullptr; }

  // Calls `done` once read_some() probably returns bytes, the end, or an error.
  void wait_read(Waited done);
  // Reads what is there. error::eof: the peer has ended its side with close_notify. A stream that
  // ends without it may have been cut by somebody else, and is error::connection_reset.
  std::size_t read_some(boost::asio::mutable_buffer into, boost::system::error_code& failed);
  // Writes some of the bytes, in their order. What is written next must begin with what is left of
  // each buffer: OpenSSL may hold a record of its first bytes, and compares lengths.
  void async_write_some(const Buffers& from, Written done);
  // Writes the bytes, if they fit at once. If not, nothing can be written any more. Requires that
  // nothing is being written, else it does nothing.
  void write_at_once(boost::asio::const_buffer from);
  // Sends close_notify, if that is possible at once.
  void end_writing();

  // Whether received bytes wait to be read, here or in the kernel.
  [[nodiscard]] bool has_unread() const;
  // Bytes of records that OpenSSL holds.
  [[nodiscard]] std::size_t held() const;
  // Bytes written to the socket since the connection began.
  [[nodiscard]] std::uint64_t sent() const;

 private:
  // The error of the last call, which returned `result`.
  boost::system::error_code error_of(int result);
  // Writes what fits. After error::would_block OpenSSL holds a record of the first bytes, and
  // expects them again.
  std::size_t write_some(const Buffers& from, boost::system::error_code& failed);

  StreamSocket socket_;
  const SslPointer ssl_;
  const std::optional<PeerCertificate> peer_;
  boost::system::error_code reading_ended_;
  bool drained_ = false;  // the last read found no complete record
  bool read_wants_write_ = false;
  bool write_is_pending_ = false;  // OpenSSL holds a record that didn't fit
  bool broken_ = false;            // nothing can be sent any more
};

}  // namespace fortnight::daemon
