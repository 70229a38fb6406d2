// A connection of the query port: requests in, answers out, in order, one at a time.
//
// While a request is answered it reads ahead, up to a bound, to receive pipelined requests and to
// notice that the peer is gone. After a half-close it answers the pending requests and closes;
// meanwhile it checks that the peer still exists. A reader that takes no byte for too long is
// disconnected.
//
// Lifetime: shared by its pending operations. Threads: the query server's loop; functions marked so
// are called by workers.
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
  // Shared by all connections of a server.
  struct Owner {
    QueryRunner& runner;
    AnswerSpace& space;
    UnfinishedLines& lines;
    PeerTable peers;
    std::chrono::milliseconds idle_timeout;                          // 0: no timeout
    std::function<std::shared_ptr<const query::Context>()> context;  // returns the current one
    std::function<void(QueryConnection&)> ended;
    std::function<void(Opening::Kind)> wrong_port;  // the peer speaks another protocol
    std::function<void()> refused;                  // see start()
    std::function<bool()> make_room;                // for a limited connection; see start()
    std::array<char, 64 << 10> input{};             // the read buffer, until it is processed
  };
  // `owner` must outlive it.
  QueryConnection(StreamSocket socket, Owner& owner);

  // `limited`: the maximum of connections is reached. Requests that run no query are answered for a
  // moment; others get an error unless there is room by then.
  void start(bool limited);
  // Call it every tenth of a second.
  void tick();
  // Accepts no more requests; the answer in progress is ended and sent.
  void close();
  // Ends the connection at once.
  void cut() { end(); }

  [[nodiscard]] const std::string& peer() const { return peer_; }
  // Since when it has had no request and nothing to send; nothing if it is busy.
  [[nodiscard]] std::optional<Clock::time_point> idle_since() const;
  // How long its reader has taken no byte of an answer.
  [[nodiscard]] Clock::duration stalled_for() const { return stalled_for_; }
  // Bytes of aggregates that wait for the reader; and how long they have waited.
  [[nodiscard]] std::size_t waiting_sums() const;
  [[nodiscard]] Clock::duration sums_wait_for() const { return Clock::now() - answered_at_; }
  // Ends the waiting answer: rows that aren't being written yet are replaced by an error.
  void cut_answer(std::string_view error);

 private:
  void read();
  void readable();
  void received(boost::system::error_code failed, std::size_t count);
  void next();
  void handle(const query::RequestReader::Request& request);
  void execute(query::RequestLine line, bool quit);
  void done(const std::string& closing, bool quit);
  void go_on_if_room();

  void follow(query::RequestLine line);
  void follow_on(query::Follow::State state);
  // Require that no worker uses follow_.
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
  // Ends the connection with a last line. `line` must have static storage.
  void part(std::string_view line);
  // Whether the peer is gone, in cases where reading doesn't show it.
  [[nodiscard]] bool peer_is_gone();

  StreamSocket socket_;
  Owner& owner_;
  const std::string peer_;
  boost::asio::steady_timer follow_timer_;

  Opening opening_;
  query::RequestReader reader_;
  std::string ahead_;  // read and not yet passed to reader_
  UnfinishedLines::Part held_;
  std::shared_ptr<AnswerBuffer> answers_;
  std::string writing_;
  std::uint64_t written_ = 0;  // bytes written so far
  ReadingProgress progress_;
  Clock::duration stalled_for_{};
  std::shared_ptr<QueryRunner::Answer> answer_;  // the answer in progress
  std::unique_ptr<query::Follow> follow_;
  Clock::time_point idle_since_ = Clock::now();
  Clock::time_point busy_since_;
  Clock::time_point answered_at_;

  bool limited_ = false;
  bool reading_ = false;
  bool reading_ended_ = false;
  bool fed_end_ = false;
  bool busy_ = false;      // a request is being answered
  bool paused_ = false;    // answer_ waits for the reader
  bool polling_ = false;   // a worker uses follow_
  bool quitting_ = false;  // no more requests are answered
  bool over_ = false;
};

}  // namespace fortnight::daemon
