// A client's connection to a port that answers requests: it reads requests, one of which runs at a
// time, and ends with its peer. Protocols (daemon/line/, daemon/http/) derive from it.
//
//   socket ─> feed() ─> next(): a request runs ─> answer buffer ─> written(): socket
//                           └─ meanwhile reads ahead, while may_read()
//
// Reading ahead receives pipelined requests, and notices that the peer is gone. After a half-close
// the pending requests are answered; meanwhile it checks that the peer still exists. A reader that
// takes no byte for too long is disconnected.
//
// Lifetime: shared by its pending operations. Threads: the port's loop.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/net/peer.h"
#include "daemon/net/stream.h"
#include "daemon/net/unfinished_lines.h"
#include "daemon/queries/running_request.h"

namespace fortnight::daemon {

class QueryPort;

class ClientConnection : public std::enable_shared_from_this<ClientConnection>,
                         protected RunningRequest::Client {
 public:
  using Clock = std::chrono::steady_clock;
  // Shared by all connections of a port.
  struct Owner {
    QueryPort& port;
    Queries& queries;
    UnfinishedLines& lines;
    std::array<char, 64 << 10> input{};  // the read buffer, until it is processed
  };
  // `owner` must outlive it.
  ClientConnection(Stream stream, Owner& owner);
  virtual ~ClientConnection() = default;

  // `limited`: the maximum of connections is reached. Requests that run no query are answered for a
  // moment; others get an error unless there is room by then.
  void start(bool limited);
  // Called every tenth of a second.
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
  [[nodiscard]] Clock::duration sums_wait_for() const { return Clock::now() - ended_at_; }
  // Ends the waiting answer: rows that aren't being written yet are dropped, and the client learns
  // that others need their memory.
  virtual void cut_answer() = 0;

 protected:
  // ---- what a protocol does ----

  // Takes received bytes. Returns false if the connection is over.
  virtual bool feed(std::string_view bytes) = 0;
  // Bytes of requests that it holds.
  [[nodiscard]] virtual std::size_t held_bytes() const = 0;
  // Whether more bytes of requests are read now.
  [[nodiscard]] virtual bool may_read() const = 0;
  // Begins the next request, if there is one and no other is being answered.
  virtual void next() = 0;
  // Whether bytes wait to be sent.
  [[nodiscard]] virtual bool has_unsent() const = 0;
  // Whether a request has begun to arrive, as far as this keeps the connection from being idle.
  [[nodiscard]] virtual bool is_receiving() const { return false; }
  // Refuses or ends what lasts too long. Part of tick().
  virtual void check_deadlines() = 0;
  virtual void end_if_done() = 0;

  // ---- for protocols ----

  std::shared_ptr<void> keep_alive() override { return shared_from_this(); }
  Clock::duration reader_stalls() override;

  void read();
  // Counts the bytes that it holds.
  void hold() { held_.hold(held_bytes() + stream_.held()); }
  void begin_request();
  void end_request();
  // Whether it may run a query; if not, the refusal is counted.
  bool has_room_to_query();
  // Whether it has been above the maximum without a request for too long; if so, that is counted.
  bool overstays_limit();
  void end();
  // Ends the connection with some last bytes. `last` must have static storage.
  void part(std::string_view last);

  Stream stream_;
  Owner& owner_;
  const std::string peer_;
  access::Reader user_;  // who sends the requests
  UnfinishedLines::Part held_;
  std::shared_ptr<AnswerBuffer> answers_;
  RunningRequest request_;
  std::uint64_t written_ = 0;                    // bytes written so far
  Clock::time_point busy_since_ = Clock::now();  // when the last request began
  Clock::time_point idle_since_ = Clock::now();
  Clock::time_point ended_at_ = Clock::now();  // when the last answer was complete

  bool reading_ended_ = false;
  bool busy_ = false;      // a request is being answered
  bool quitting_ = false;  // no more requests are answered
  bool over_ = false;

 private:
  void readable();
  void received(boost::system::error_code failed, std::size_t count);
  // Whether the peer is gone, in cases where reading doesn't show it.
  [[nodiscard]] bool peer_is_gone();

  ReadingProgress progress_;
  Clock::duration stalled_for_{};
  bool limited_ = false;
  bool reading_ = false;
};

}  // namespace fortnight::daemon
