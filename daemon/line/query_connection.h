// One connection of the query port: requests in, answers out, in order, one at a time.
//
// It reads ahead a little while a request is answered, to see pipelined requests and a peer that
// goes away, and never more than a bound. After a half-close it answers what it has got, and
// closes; while that takes, it looks whether the peer is still there. A reader that takes no byte
// for too long loses its connection.
//
// Lifetime: shared by its pending operations. Threads: the query server's loop; the functions
// marked so are called by workers.
#pragma once

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/line/listen.h"
#include "daemon/line/opening.h"
#include "daemon/line/peer.h"
#include "daemon/line/query_runner.h"
#include "daemon/line/unfinished_lines.h"
#include "query/request_reader.h"

namespace fortnight::daemon {

class QueryConnection : public std::enable_shared_from_this<QueryConnection> {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::string_view kNoMore =
      "ERR limit as many connections are open as may be (query.max_connections); try again "
      "later\n";
  // What all connections of a server have in common.
  struct Owner {
    QueryRunner& runner;
    AnswerSpace& space;
    UnfinishedLines& lines;
    PeerTable peers;
    std::chrono::milliseconds idle_timeout;                          // 0: none
    std::function<std::shared_ptr<const query::Context>()> context;  // as of now
    std::function<void(QueryConnection&)> ended;
    std::function<void(Opening::Kind)> wrong_port;  // another protocol came
    std::function<void()> refused;                  // see start()
    std::function<bool()> make_room;                // for one that is limited; see start()
    std::array<char, 64 << 10> input{};             // what a read gives, until it is looked at
  };
  // `owner` must outlive it.
  QueryConnection(StreamSocket socket, Owner& owner);

  // `limited`: there are as many connections as may be. It is answered what takes no query, for a
  // moment, and an error else, unless there is room by then.
  void start(bool limited);
  // To be called every tenth of a second.
  void tick();
  // Takes no more requests; the answer in progress is ended and sent.
  void close();
  // Ends it as it is.
  void cut() { end(); }

  [[nodiscard]] const std::string& peer() const { return peer_; }
  // Since when it has been asked nothing, and has nothing to send; nothing: it is busy.
  [[nodiscard]] std::optional<Clock::time_point> idle_since() const;
  // How long its reader has taken nothing of an answer.
  [[nodiscard]] Clock::duration stalled_for() const { return stalled_for_; }
  // Bytes of sums that wait for the reader, and for how long they have.
  [[nodiscard]] std::size_t waiting_sums() const;
  [[nodiscard]] Clock::duration sums_wait_for() const { return Clock::now() - answered_at_; }
  // Ends the answer that waits, with an error in place of what isn't on its way yet.
  void cut_answer(std::string_view error);

 private:
  void read();
  void readable();
  void received(boost::system::error_code failed, std::size_t count);
  void next();
  void handle(const query::RequestReader::Request& request);
  void execute(const std::string& line, bool quit);
  void done(const std::string& closing, bool quit);
  void go_on_if_room();

  void follow(const std::string& line);
  void follow_on(query::Follow::State state);
  // All of these while no worker has follow_.
  void proceed_with_follow();
  void wait_to_poll();
  void poll_follow();
  void miss_the_rest();
  void end_follow();

  [[nodiscard]] QueryRunner::Job job();
  void write();
  void write_rest(std::size_t begin);
  void hold();
  void end_if_done();
  void end();
  // Ends it with a last line of static storage.
  void part(std::string_view line);
  // Whether the peer is gone, where reading doesn't tell.
  [[nodiscard]] bool peer_is_gone();

  StreamSocket socket_;
  Owner& owner_;
  const std::string peer_;
  boost::asio::steady_timer follow_timer_;

  Opening opening_;
  query::RequestReader reader_;
  std::string ahead_;  // read, and not yet given to reader_
  UnfinishedLines::Part held_;
  std::shared_ptr<AnswerBuffer> answers_;
  std::string writing_;
  std::uint64_t written_ = 0;  // bytes, so far
  ReadingProgress progress_;
  Clock::duration stalled_for_{};
  std::shared_ptr<QueryRunner::Answer> answer_;  // the one in progress
  std::unique_ptr<query::Follow> follow_;
  Clock::time_point idle_since_ = Clock::now();
  Clock::time_point busy_since_;
  Clock::time_point answered_at_;

  bool limited_ = false;
  bool reading_ = false;
  bool reading_ended_ = false;
  bool fed_end_ = false;
  bool busy_ = false;      // a request is being answered
  bool paused_ = false;    // answer_ waits for its reader
  bool polling_ = false;   // a worker has follow_
  bool quitting_ = false;  // nothing more is answered
  bool over_ = false;
};

}  // namespace fortnight::daemon
