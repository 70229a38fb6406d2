#include "daemon/net/stream.h"

namespace fortnight::daemon {

using boost::system::error_code;

void Stream::prepare() {
  error_code ignored;
  socket().non_blocking(true, ignored);
}

void Stream::write_at_once(boost::asio::const_buffer from) {
  if (tls_) return tls_->write_at_once(from);
  error_code ignored;
  socket_.write_some(boost::asio::buffer(from), ignored);
}

void Stream::end_writing() {
  if (tls_) tls_->end_writing();
  error_code ignored;
  socket().shutdown(StreamSocket::shutdown_send, ignored);
}

void Stream::cancel() {
  error_code ignored;
  socket().cancel(ignored);
}

void Stream::close() {
  if (!is_open()) return;
  if (tls_) tls_->end_writing();
  error_code ignored;
  socket().shutdown(StreamSocket::shutdown_both, ignored);
  socket().close(ignored);
  place_.reset();
}

bool Stream::has_unread() const {
  if (tls_) return tls_->has_unread();
  error_code failed;
  return socket_.available(failed) != 0 || failed;
}

}  // namespace fortnight::daemon
