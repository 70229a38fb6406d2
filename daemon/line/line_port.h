// An intake port: a listening socket, its connections, and the source whose lines they bring.
//
// Threads: the intake thread alone. Its loop must not run on after it is gone.
#pragma once

#include <memory>
#include <set>

#include "daemon/line/line_connection.h"
#include "daemon/line/listen.h"
#include "daemon/source_intake.h"

namespace fortnight::daemon {

class LinePort {
 public:
  // `lines` must outlive it.
  LinePort(boost::asio::io_context& loop, Listening listening, SourceIntake& source,
           const config::Limits& limits, UnfinishedLines& lines);

  void start() { listener_.start(); }
  // Listens no more and ends the connections once what they sent is durable and told.
  void close();
  // Its listening socket, for another port of the same address; it listens no more.
  Listening hand_over() { return listener_.hand_over(); }
  // Ends them as they are.
  void cut();
  [[nodiscard]] const Listener& listener() const { return listener_; }

 private:
  void accept(StreamSocket socket);
  void tick_later();

  LineConnection::Owner owner_;
  boost::asio::steady_timer tick_;
  Listener listener_;
  std::set<std::shared_ptr<LineConnection>> connections_;
};

}  // namespace fortnight::daemon
