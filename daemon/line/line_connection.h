// One connection of an intake port: lines in; out, nothing but the answers to `#sync TOKEN`.
//
// It reads only while the commit queue has room, while its peer takes the answers, and while there
// is memory for a line that has begun: that is how a full queue pushes back.
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

#include "daemon/line/opening.h"
#include "daemon/line/unfinished_lines.h"
#include "daemon/source_intake.h"

namespace fortnight::daemon {

class LineConnection : public std::enable_shared_from_this<LineConnection> {
 public:
  using Socket = boost::asio::generic::stream_protocol::socket;

  // What all connections of a port have in common.
  struct Owner {
    SourceIntake& source;
    UnfinishedLines& lines;
    std::chrono::milliseconds idle_timeout;         // 0: none
    std::function<void(LineConnection&)> ended;     // called once, when it is over
    std::function<void(Opening::Kind)> wrong_port;  // another protocol came
  };
  // `owner` and what it refers to must outlive it.
  LineConnection(Socket socket, const Owner& owner);

  void start();
  // To be called every tenth of a second.
  void tick();
  // Takes what the peer has sent by now, up to one read, and no more; ends once the answers that
  // wait for the store are sent.
  void close();
  // Ends it as it is.
  void cut() { end(); }

 private:
  void wait_readable();
  void read();
  void rest();
  void take_lines();
  void take(const intake::LineFramer::Line& line);
  void count_lines();
  void sync(std::string_view token);
  void reached_end();
  void answer(std::string_view text);
  void write();
  // Whether the connection speaks another protocol, and is over.
  bool came_to_wrong_port();
  // Ends it with a last line of static storage.
  void part(std::string_view line);
  void end_if_done();
  void end();
  void watch_idleness();

  Socket socket_;
  const Owner& owner_;
  SourceIntake& source_;
  boost::asio::steady_timer idle_;
  UnfinishedLines::Part held_;
  Opening opening_;

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
  bool short_ = false;     // not read from until others hold less
  bool closing_ = false;
  bool reading_ended_ = false;
  bool over_ = false;
};

}  // namespace fortnight::daemon
