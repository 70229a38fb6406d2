// An intake port: a listening socket, its connections, and the source of their lines.
//
// Threads: the intake thread only. Its loop must not run after the port is destroyed.
#pragma once

#include <memory>
#include <set>

#include "daemon/intake_port.h"
#include "daemon/line/line_connection.h"
#include "daemon/source_intake.h"

namespace fortnight::daemon {

class LinePort final : public StreamPort {
 public:
  // `source` and `lines` must outlive it.
  LinePort(boost::asio::io_context& loop, Listening listening, SourceIntake& source,
           const config::Limits& limits, UnfinishedLines& lines, SenderRule senders);

  void close() override;
  void cut() override;

 private:
  void accept(Stream stream);
  // Ends the connection that has been idle for longest, if ending one loses nothing.
  void make_room();
  void tick_later();

  LineConnection::Owner owner_;
  boost::asio::steady_timer tick_;
  std::set<std::shared_ptr<LineConnection>> connections_;
};

}  // namespace fortnight::daemon
