// One connection of the query port: requests in, answers out, in order, one at a time.
//
// It reads ahead a little while a request is answered, to see pipelined requests and a peer that
// goes away, and never more than a bound. After a half-close it answers what it has got, and
// closes; while that takes, it looks whether the peer is still there.
//
// Lifetime: shared by its pending operations. Threads: the query server's loop; the functions
// marked so are called by workers.
#pragma once

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "daemon/listen.h"
#include "daemon/query_runner.h"
#include "query/request_reader.h"

namespace fortnight::daemon {

class QueryConnection : public std::enable_shared_from_this<QueryConnection> {
 public:
  struct Owner {
    QueryRunner& runner;
    std::chrono::milliseconds idle_timeout;                          // 0: none
    std::function<std::shared_ptr<const query::Context>()> context;  // as of now
    std::function<void(QueryConnection&)> ended;
  };
  // `owner` must outlive it.
  QueryConnection(StreamSocket socket, const Owner& owner);

  void start();
  // Takes no more requests; the answer in progress is ended and sent.
  void close();
  // Ends it as it is.
  void cut() { end(); }

 private:
  void read();
  void received(boost::system::error_code failed, std::size_t count);
  void next();
  void handle(const query::RequestReader::Request& request);
  void execute(const std::string& line, bool quit);
  void done(const std::string& closing, bool quit);

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
  void end_if_done();
  void end();
  void watch_idleness();
  // Ends it once the peer is gone, where reading doesn't tell, for as long as a request is
  // answered.
  void watch_peer();

  StreamSocket socket_;
  const Owner& owner_;
  boost::asio::steady_timer idle_;
  boost::asio::steady_timer follow_timer_;
  boost::asio::steady_timer peer_timer_;

  std::array<char, 16 << 10> input_{};
  query::RequestReader reader_;
  std::string ahead_;  // read, and not yet given to reader_
  std::shared_ptr<AnswerBuffer> answers_ = std::make_shared<AnswerBuffer>();
  std::string writing_;
  std::unique_ptr<query::Follow> follow_;
  int waits_for_room_ = 0;  // of follow_, one after the other

  bool reading_ = false;
  bool reading_ended_ = false;
  bool fed_end_ = false;
  bool busy_ = false;      // a request is being answered
  bool polling_ = false;   // a worker has follow_
  bool quitting_ = false;  // nothing more is answered
  bool over_ = false;
};

}  // namespace fortnight::daemon
