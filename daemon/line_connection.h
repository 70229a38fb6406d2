// One connection of an intake port: lines in; out, nothing but the answers to `#sync TOKEN`.
//
// It reads only while the commit queue has room, and while its peer takes the answers: that is how
// a full queue pushes back.
//
// Lifetime: shared by its pending operations; it ends when the peer does, at close(), or when it
// was idle for too long. Threads: the intake thread alone.
#pragma once

#include <array>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "daemon/source_intake.h"

namespace fortnight::daemon {

class LineConnection : public std::enable_shared_from_this<LineConnection> {
 public:
  using Socket = boost::asio::generic::stream_protocol::socket;

  // `source` must outlive it; `idle_timeout` 0: none. `ended` is called once, when it is over.
  LineConnection(Socket socket, SourceIntake& source, std::chrono::milliseconds idle_timeout,
                 std::function<void(LineConnection&)> ended);

  void start();
  // Takes what the peer has sent by now, up to one read, and no more; ends once the answers that
  // wait for the store are sent.
  void close();
  // Ends it as it is.
  void cut() { end(); }

 private:
  void wait_readable();
  void read();
  void take_lines();
  void take(const intake::LineFramer::Line& line);
  void count_lines();
  void sync(std::string_view token);
  void reached_end();
  void answer(std::string_view text);
  void write();
  void end_if_done();
  void end();
  void watch_idleness();

  Socket socket_;
  SourceIntake& source_;
  const std::chrono::milliseconds idle_timeout_;
  boost::asio::steady_timer idle_;
  std::function<void(LineConnection&)> ended_;

  std::optional<intake::LineFramer>
      framer_;  // only while it holds something: it is 64 KiB and more
  std::uint64_t received_ = 0;
  std::uint64_t accepted_ = 0;
  std::uint64_t rejected_ = 0;
  intake::Counters
      counted_;  // the source's counters when this connection's lines were last counted

  std::string out_;  // answers not yet being written
  std::string writing_;
  std::size_t syncs_ = 0;  // asked for and not yet answered
  bool stalled_ = false;   // not read from until answers were taken
  bool closing_ = false;
  bool reading_ended_ = false;
  bool over_ = false;
};

}  // namespace fortnight::daemon
