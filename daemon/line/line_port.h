// An intake port: a listening socket, its connections, and the source of their lines.
//
// Threads: the intake thread only. Its loop must not run after the port is destroyed.
#pragma once

#include <memory>
#include <set>

#include "daemon/line/line_connection.h"
#include "daemon/net/listen.h"
#include "daemon/source_intake.h"

namespace fortnight::daemon {

class LinePort {
 public:
  // `lines` must outlive it.
  LinePort(boost::asio::io_context& loop, Listening listening, SourceIntake& source,
           const config::Limits& limits, UnfinishedLines& lines);

  void start() { listener_.start(); }
  // Stops listening. Connections end once their lines are durable and acknowledged.
  void close();
  // Moves the listening socket to another port of the same address. This one stops listening.
  Listening hand_over() { return listener_.hand_over(); }
  // Ends all connections at once.
  void cut();
  [[nodiscard]] const Listener& listener() const { return listener_; }

 private:
  void accept(Stream stream);
  // Ends the connection that has been idle for longest, if ending one loses nothing.
  void make_room();
  void tick_later();

  LineConnection::Owner owner_;
  boost::asio::steady_timer tick_;
  Listener listener_;
  std::set<std::shared_ptr<LineConnection>> connections_;
};

}  // namespace fortnight::daemon
