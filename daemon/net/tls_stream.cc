#include "daemon/net/tls_stream.h"

#include <openssl/err.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

namespace fortnight::daemon {
namespace {

using boost::system::error_code;
// The largest record, with its header and tag.
constexpr std::size_t kMostOfRecord = SSL3_RT_MAX_PLAIN_LENGTH;
constexpr std::size_t kRecordBuffer = kMostOfRecord + 512;
// A connection that encrypts more at a time would delay the others of its loop.
constexpr std::size_t kMostPerTurn = 256U << 10;

}  // namespace

TlsStream::TlsStream(StreamSocket socket, SslPointer ssl, std::optional<PeerCertificate> peer)
    : socket_(std::move(socket)), ssl_(std::move(ssl)), peer_(std::move(peer)) {}

error_code TlsStream::error_of(int result) {
  const int number = errno;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return boost::asio::error::would_block;
    case SSL_ERROR_ZERO_RETURN:
      return boost::asio::error::eof;
    case SSL_ERROR_SYSCALL:
      broken_ = true;
      if (number == 0) return boost::asio::error::connection_reset;
      return {number, boost::asio::error::get_system_category()};
    default:
      broken_ = true;
      return boost::asio::error::connection_reset;
  }
}

void TlsStream::wait_read(Waited done) {
  const bool ready = reading_ended_ || (!drained_ && SSL_has_pending(ssl_.get()) == 1);
  if (ready) {
    return boost::asio::post(socket_.get_executor(),
                             [self = shared_from_this(), done = std::move(done)] { done({}); });
  }
  socket_.async_wait(
      read_wants_write_ ? StreamSocket::wait_write : StreamSocket::wait_read,
      [self = shared_from_this(), done = std::move(done)](error_code failed) { done(failed); });
}

std::size_t TlsStream::read_some(boost::asio::mutable_buffer into, error_code& failed) {
  failed = reading_ended_;
  if (failed) return 0;
  std::size_t total = 0;
  do {
    std::size_t count = 0;
    ERR_clear_error();
    errno = 0;
    const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &count);
    if (result != 1) {
      const error_code why = error_of(result);
      drained_ = why == boost::asio::error::would_block;
      read_wants_write_ = drained_ && SSL_want_write(ssl_.get());
      if (!drained_) reading_ended_ = why;
      if (total == 0) failed = why;
      return total;
    }
    drained_ = false;
    total += count;
    into += count;
  } while (into.size() != 0 && SSL_has_pending(ssl_.get()) == 1);
  return total;
}

std::size_t TlsStream::write_some(const Buffers& from, error_code& failed) {
  failed = broken_ ? error_code(boost::asio::error::connection_reset) : error_code();
  std::size_t total = 0;
  for (boost::asio::const_buffer rest : from) {
    while (!broken_ && rest.size() != 0 && total < kMostPerTurn) {
      std::size_t count = 0;
      ERR_clear_error();
      errno = 0;
      const int result =
          SSL_write_ex(ssl_.get(), rest.data(), std::min(rest.size(), kMostOfRecord), &count);
      write_is_pending_ = false;
      if (result != 1) {
        const error_code why = error_of(result);
        write_is_pending_ = why == boost::asio::error::would_block;
        if (total == 0) failed = why;
        return total;
      }
      total += count;
      rest += count;
    }
  }
  return total;
}

void TlsStream::async_write_some(const Buffers& from, Written done) {
  error_code failed;
  const std::size_t count = write_some(from, failed);
  if (failed != boost::asio::error::would_block) {
    return boost::asio::post(socket_.get_executor(),
                             [self = shared_from_this(), done = std::move(done), failed, count] {
                               done(failed, count);
                             });
  }
  socket_.async_wait(
      StreamSocket::wait_write,
      [self = shared_from_this(), from, done = std::move(done)](error_code aborted) mutable {
        if (aborted) return done(aborted, 0);
        self->async_write_some(from, std::move(done));
      });
}

void TlsStream::write_at_once(boost::asio::const_buffer from) {
  if (write_is_pending_) return;
  error_code failed;
  if (write_some({from, {}}, failed) != from.size()) broken_ = true;
}

void TlsStream::end_writing() {
  if (broken_ || write_is_pending_) return;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
}

bool TlsStream::has_unread() const {
  error_code failed;
  return SSL_has_pending(ssl_.get()) == 1 || socket_.available(failed) != 0 || failed;
}

std::size_t TlsStream::held() const {
  const std::size_t reading = SSL_has_pending(ssl_.get()) == 1 ? kRecordBuffer : 0;
  return reading + (write_is_pending_ ? kRecordBuffer : 0);
}

std::uint64_t TlsStream::sent() const { return BIO_number_written(SSL_get_wbio(ssl_.get())); }

}  // namespace fortnight::daemon
