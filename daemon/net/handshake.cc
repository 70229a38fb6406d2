#include "daemon/net/handshake.h"

#include <openssl/err.h>
#include <sys/socket.h>

#include <boost/asio/error.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

namespace fortnight::daemon {
namespace {

using boost::system::error_code;
constexpr std::chrono::seconds kHandshakeTime{10};

// The certificate's problem says more than that there is one.
std::string failure(const SSL& session) {
  const unsigned long error = ERR_peek_last_error();
  const long verified = SSL_get_verify_result(&session);
  if (ERR_GET_REASON(error) == SSL_R_CERTIFICATE_VERIFY_FAILED && verified != X509_V_OK) {
    return std::string("the client's certificate: ") + X509_verify_cert_error_string(verified);
  }
  const char* const reason = ERR_reason_error_string(error);
  return reason == nullptr ? "unknown error" : reason;
}

}  // namespace

Handshake::Handshake(StreamSocket socket, SslPointer session, Ended ended)
    : socket_(std::move(socket)),
      session_(std::move(session)),
      deadline_(socket_.get_executor()),
      ended_(std::move(ended)) {}

void Handshake::start() {
  error_code failed;
  socket_.non_blocking(true, failed);
  if (failed || SSL_set_fd(session_.get(), socket_.native_handle()) != 1) return end(End::closed);
  deadline_.expires_after(kHandshakeTime);
  deadline_.async_wait([self = shared_from_this()](error_code cancelled) {
    if (!cancelled) self->end(End::late);
  });
  await(StreamSocket::wait_read);
}

void Handshake::await(StreamSocket::wait_type what) {
  socket_.async_wait(what, [self = shared_from_this()](error_code failed) {
    if (!self->ended_) return;
    failed ? self->end(End::closed) : self->proceed();
  });
}

void Handshake::proceed() {
  if (begun_) return shake();
  char first = 0;
  const ssize_t count = ::recv(socket_.native_handle(), &first, 1, MSG_PEEK);
  if (count < 0 && errno == EAGAIN) return await(StreamSocket::wait_read);
  if (count <= 0) return end(End::closed);
  if (first != kTlsHandshake) return end(End::not_tls);
  begun_ = true;
  shake();
}

void Handshake::shake() {
  ERR_clear_error();
  errno = 0;
  const int result = SSL_do_handshake(session_.get());
  if (result == 1) return end(End::established);
  switch (SSL_get_error(session_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return await(StreamSocket::wait_read);
    case SSL_ERROR_WANT_WRITE:
      return await(StreamSocket::wait_write);
    case SSL_ERROR_SYSCALL:
      return end(End::closed);
    default:
      why_ = failure(*session_);
      return end(End::failed);
  }
}

void Handshake::end(End end) {
  if (!ended_) return;
  deadline_.cancel();
  error_code ignored;
  socket_.cancel(ignored);
  const auto self = shared_from_this();  // `ended` may release the last owner
  std::exchange(ended_, {})(end);
}

}  // namespace fortnight::daemon
