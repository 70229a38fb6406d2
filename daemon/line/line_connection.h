// A connection of an intake port. It receives lines and sends only the answers to `#sync TOKEN`.
//
// Where the source requires an identity, a sender without a client's certificate begins with
// `#auth TOKEN`. A sender that may bring no lines gets one line that says why, and is closed.
//
// It reads only while the commit queue has room, the peer reads its answers, and there is memory
// for a pending line. A full queue therefore pushes back through TCP.
//
// Lifetime: shared by its pending operations. It ends when the peer closes, at close(), or after
// being idle for too long. Threads: the intake thread only.
#pragma once

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "daemon/line/opening.h"
#include "daemon/net/stream.h"
#include "daemon/net/unfinished_lines.h"
#include "daemon/sender_rule.h"
#include "daemon/source_intake.h"

namespace fortnight::daemon {

class LineConnection : public std::enable_shared_from_this<LineConnection> {
 public:
  using Clock = std::chrono::steady_clock;

  // Shared by all connections of a port.
  struct Owner {
    SourceIntake& source;
    UnfinishedLines& lines;
    SenderRule senders;
    std::chrono::milliseconds idle_timeout;         // 0: no timeout
    std::function<void(LineConnection&)> ended;     // called once, when the connection is over
    std::function<void(Opening::Kind)> wrong_port;  // the peer speaks another protocol
  };
  // `owner` and the objects that it refers to must outlive it.
  LineConnection(Stream stream, const Owner& owner);

  void start();
  // Call it every tenth of a second.
  void tick();
  // Processes what the peer has sent so far, up to one read, and ends once the answers that wait
  // for the store are sent.
  void close();
  // Ends the connection at once.
  void cut() { end(); }

  // Returns when the last bytes came. Returns nothing if closing the connection now would cut off a
  // line, lose bytes that are not read or not durable, or leave the peer without an
  // acknowledgement.
  [[nodiscard]] std::optional<Clock::time_point> idle_since() const;
  // Closes it to make room for another connection.
  void give_way();

 private:
  void wait_readable();
  void note_durable();
  void read();
  void rest();
  void take_lines();
  // Returns false if the connection is over.
  bool take(const intake::LineFramer::Line& line);
  // Whether the sender may bring lines; if not, the connection is over.
  bool admitted();
  // Takes the token of the first line `#auth TOKEN`. Returns false if the connection is over.
  bool authenticate(std::string_view token);
  void refuse(const query::RequestError& error);
  void count_lines();
  void sync(std::string_view token);
  void reached_end();
  void answer(std::string_view text);
  void write();
  void write_rest(std::size_t begin);
  // Whether the peer speaks another protocol; the connection is then over.
  bool came_to_wrong_port();
  // Ends the connection with a last line. `line` must have static storage.
  void part(std::string_view line);
  void end_if_done();
  void end();
  void watch_idleness();

  Stream stream_;
  const Owner& owner_;
  SourceIntake& source_;
  const std::uint64_t number_;
  boost::asio::steady_timer idle_;
  UnfinishedLines::Part held_;
  Opening opening_;
  access::Reader sender_;  // null: the source doesn't ask

  using Framing = intake::LineFramer::Framing;
  Framing framing_ = Framing::undecided;
  std::optional<intake::LineFramer> framer_;  // only while it holds bytes: it takes at least 64 KiB
  std::uint64_t received_ = 0;
  std::uint64_t accepted_ = 0;
  std::uint64_t rejected_ = 0;
  std::uint64_t duplicates_ = 0;
  intake::Counters
      counted_;  // the source's counters when this connection's lines were last counted

  std::string out_;  // answers that aren't being written yet
  std::string writing_;
  std::size_t syncs_ = 0;  // requested and not yet answered
  Clock::time_point last_read_ = Clock::now();
  std::uint64_t taken_ = 0;    // lines
  std::uint64_t durable_ = 0;  // of them; updated only after a pause of the peer
  bool awaits_durable_ = false;
  bool began_ = false;       // a line has come
  bool peer_syncs_ = false;  // it has sent a #sync
  bool wants_sync_ = false;  // and lines after it
  bool stalled_ = false;     // not read until the peer has read its answers
  bool short_ = false;       // not read until other connections hold less
  bool closing_ = false;
  bool reading_ended_ = false;
  bool over_ = false;
};

}  // namespace fortnight::daemon
