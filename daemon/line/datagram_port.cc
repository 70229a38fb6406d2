#include "daemon/line/datagram_port.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "daemon/log.h"

namespace fortnight::daemon {
namespace {

// UDP has at most 64 KiB; a unix socket what its sender's buffer allows.
constexpr std::size_t kMaxDatagram = std::size_t{256} << 10;
// Datagrams read in one turn, so that other sources get theirs.
constexpr int kDatagramsATurn = 64;
// Bytes that the kernel should hold for bursts.
constexpr int kKernelBuffer = 4 << 20;

}  // namespace

DatagramPort::DatagramPort(boost::asio::io_context& loop, Listening listening, SourceIntake& source)
    : socket_(loop),
      source_(source),
      delivery_(source.new_delivery()),
      listening_(std::move(listening)),
      unix_identity_(listening_.family == AF_UNIX ? identity_of_file(listening_.where)
                                                  : FileIdentity{}),
      buffer_(kMaxDatagram + intake::LineFramer::kPadding) {
  const int handle = listening_.socket.get();
  const int on = 1;
  ::setsockopt(handle, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
  // The first needs a capability, and isn't bounded by net.core.rmem_max.
  if (::setsockopt(handle, SOL_SOCKET, SO_RCVBUFFORCE, &kKernelBuffer, sizeof kKernelBuffer) != 0) {
    ::setsockopt(handle, SOL_SOCKET, SO_RCVBUF, &kKernelBuffer, sizeof kKernelBuffer);
  }
  socket_.assign({listening_.family, listening_.protocol}, listening_.socket.release());
  socket_.non_blocking(true);
}

void DatagramPort::wait_readable() {
  if (!socket_.is_open()) return;
  socket_.async_wait(boost::asio::socket_base::wait_read,
                     [alive = std::weak_ptr(self_)](boost::system::error_code failed) {
                       const auto self = alive.lock();
                       if (!failed && self) (*self)->read();
                     });
}

void DatagramPort::read() {
  if (!socket_.is_open()) return;
  if (!source_.gatherer().has_room()) {
    source_.gatherer().when_room([alive = std::weak_ptr(self_)] {
      if (const auto self = alive.lock()) (*self)->read();
    });
    return;
  }
  source_.begin(nullptr, delivery_);
  for (int count = 0; count < kDatagramsATurn && read_one(); ++count) {
  }
  source_.gatherer().added();
  wait_readable();
}

bool DatagramPort::read_one() {
  iovec space{buffer_.data(), kMaxDatagram};
  std::array<char, CMSG_SPACE(sizeof(std::uint32_t))> control{};
  msghdr message{};
  message.msg_iov = &space;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t size = ::recvmsg(socket_.native_handle(), &message, 0);
  if (size < 0) {
    if (errno != EAGAIN && errno != EINTR) {
      log_warning("can't receive datagrams",
                  {{"source", source_.name()}, {"error", std::strerror(errno)}});
    }
    return false;
  }
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SO_RXQ_OVFL) continue;
    std::uint32_t dropped = 0;  // in all, modulo 2^32
    std::memcpy(&dropped, CMSG_DATA(part), sizeof dropped);
    dropped_ += static_cast<std::uint32_t>(dropped - static_cast<std::uint32_t>(dropped_));
  }
  ++datagrams_;
  take(static_cast<std::size_t>(size), (message.msg_flags & MSG_TRUNC) != 0);
  return true;
}

// Most datagrams have one message, but a message of JSON has no LF in it.
void DatagramPort::take(std::size_t size, bool cut) {
  std::string_view left(buffer_.data(), size);
  while (!left.empty()) {
    const std::size_t end = std::min(left.find('\n'), left.size());
    intake::LineFramer::Line line;
    line.bytes = left.substr(0, end);
    line.offset = received_ + size - left.size();
    left.remove_prefix(std::min(end + 1, left.size()));
    line.too_long = (cut && left.empty()) || line.bytes.size() > source_.max_line_bytes();
    line.bytes = line.bytes.substr(0, source_.max_line_bytes());
    if (line.bytes.ends_with('\r')) line.bytes.remove_suffix(1);
    source_.take(line);
  }
  source_.end_delivery();
  received_ += size;
}

void DatagramPort::close() {
  if (!socket_.is_open()) return;
  source_.begin(nullptr, delivery_);
  while (source_.gatherer().has_room() && read_one()) {
  }
  source_.gatherer().added();
  if (listening_.family == AF_UNIX && reachable()) ::unlink(listening_.where.c_str());
  release();
}

void DatagramPort::release() {
  boost::system::error_code ignored;
  socket_.close(ignored);
  self_.reset();
}

Listening DatagramPort::hand_over() {
  Listening handed{Descriptor(::fcntl(socket_.native_handle(), F_DUPFD_CLOEXEC, 0)),
                   listening_.family,
                   listening_.protocol,
                   listening_.port,
                   listening_.where,
                   {}};
  release();
  return handed;
}

bool DatagramPort::reachable() const {
  return listening_.family != AF_UNIX || identity_of_file(listening_.where) == unix_identity_;
}

void DatagramPort::write_status(JsonWriter& json, const PortCounts& earlier) const {
  PortCounts total = earlier;
  total += counts();
  json.key("datagrams").number(total.datagrams).key("kernel_drops").number(total.kernel_drops);
}

}  // namespace fortnight::daemon
