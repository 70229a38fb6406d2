// A connection's request in progress, of any verb: it is started on the runner, pauses while its
// reader makes no room, and ends.
//
// Lifetime: a part of its connection, which it keeps alive while workers use it. Threads: the
// connection's loop.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "daemon/queries/queries.h"

namespace fortnight::daemon {

class RunningRequest {
 public:
  // The connection. All functions are called on its loop.
  class Client {
   public:
    Client() = default;
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // Something that keeps the connection alive.
    virtual std::shared_ptr<void> keep_alive() = 0;
    // The buffer has new bytes.
    virtual void written() = 0;
    // A FOLLOW has begun.
    virtual void following() {}
    // The request has ended. `closing` isn't in the buffer yet.
    virtual void ended(const query::Closing& closing) = 0;
    // How long the reader has taken no byte.
    virtual std::chrono::steady_clock::duration reader_stalls() = 0;

   protected:
    ~Client() = default;
  };

  // All must outlive it. `peer`: the client's address.
  RunningRequest(boost::asio::any_io_executor loop, Client& client, Queries& queries,
                 std::shared_ptr<AnswerBuffer> buffer, std::string peer);

  // Requires that no request is running. `encoder` makes its rows.
  void start(query::RequestLine line, std::shared_ptr<AnswerEncoder> encoder);
  [[nodiscard]] bool running() const { return running_; }
  // Whether it waits until its reader takes bytes.
  [[nodiscard]] bool waits_for_room() const { return paused_; }
  // The reader has taken bytes.
  void room_made();
  // The peer sends nothing more: a FOLLOW ends with the calls that have arrived.
  void finish();
  // The daemon stops: the request ends without waiting for its reader.
  void hurry();
  // The reader is gone: the request is cancelled, and ended() isn't called.
  void abandon();
  // Where another FOLLOW would continue; empty unless a FOLLOW waits for calls.
  [[nodiscard]] std::string follow_position() const;

 private:
  void execute(query::RequestLine line);
  void done(const query::Closing& closing);
  void follow(query::RequestLine line);
  void follow_on(query::Follow::State state);
  // Require that no worker uses follow_.
  void proceed_with_follow();
  void wait_to_poll();
  void poll_follow();
  void miss_the_rest();
  [[nodiscard]] QueryRunner::Job job();
  // Returns a function that runs `then` on the loop, with the connection kept alive until then.
  template <typename Then>
  auto on_loop(Then then);

  boost::asio::any_io_executor loop_;
  Client& client_;
  Queries& queries_;
  std::shared_ptr<AnswerBuffer> buffer_;
  const std::string peer_;
  boost::asio::steady_timer follow_timer_;
  std::shared_ptr<AnswerEncoder> encoder_;
  std::shared_ptr<QueryRunner::Answer> answer_;  // the answer in progress
  std::unique_ptr<query::Follow> follow_;
  bool running_ = false;
  bool paused_ = false;   // answer_ waits for the reader
  bool polling_ = false;  // a worker uses follow_
  bool last_ = false;     // see finish()
  bool hurries_ = false;  // see hurry()
  bool abandoned_ = false;
};

}  // namespace fortnight::daemon
