// An intake port for datagrams: UDP, or a unix socket. Each datagram has a syslog message, or
// lines. Pieces of a line in several datagrams aren't joined: datagrams get lost, and overtake each
// other.
//
// While the commit queue is full it doesn't read: the kernel keeps what fits into its buffer. Of
// UDP it drops the rest, and counts what it drops (SO_RXQ_OVFL); senders to a unix socket have to
// wait or to drop.
//
// Threads: the intake thread only.
#pragma once

#include <boost/asio/generic/datagram_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "daemon/intake_port.h"
#include "daemon/source_intake.h"

namespace fortnight::daemon {

class DatagramPort final : public IntakePort {
 public:
  // `source` must outlive it.
  DatagramPort(boost::asio::io_context& loop, Listening listening, SourceIntake& source);
  ~DatagramPort() override { close(); }

  void start() override { wait_readable(); }
  // Takes what the kernel holds, and closes the socket.
  void close() override;
  Listening hand_over() override;
  void cut() override { close(); }

  [[nodiscard]] bool reachable() const override;
  [[nodiscard]] bool idle() const override { return true; }
  [[nodiscard]] std::uint16_t port() const override { return listening_.port; }
  [[nodiscard]] PortCounts counts() const override { return {0, 0, datagrams_, dropped_}; }
  void write_status(JsonWriter& json, const PortCounts& earlier) const override;

 private:
  void wait_readable();
  void read();
  // Reads one datagram; false: there is none.
  bool read_one();
  void take(std::size_t size, bool cut);
  void release();

  boost::asio::generic::datagram_protocol::socket socket_;
  SourceIntake& source_;
  const std::uint64_t delivery_;
  Listening listening_;  // without its socket
  FileIdentity unix_identity_;
  std::vector<char> buffer_;
  std::uint64_t received_ = 0;  // bytes
  std::uint64_t datagrams_ = 0;
  std::uint64_t dropped_ = 0;  // as the kernel has counted them
  // Expires with this, for the gatherer's call.
  std::shared_ptr<DatagramPort*> self_ = std::make_shared<DatagramPort*>(this);
};

}  // namespace fortnight::daemon
