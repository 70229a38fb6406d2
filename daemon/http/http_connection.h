// A connection of the web port: requests in, answers out, in order, one at a time.
//
//   reader ─> decide() ─┬─> a reply ──────────────────────────────────────────────> socket
//                       └─> RunningRequest ─> encoder ─> answer buffer ─> chunks ─> socket
//                                  (workers)
//
// The head of an answer is held back until the answer is complete or has kHold bytes, so that an
// error before that has its status, and short answers have their length. While a request is
// answered it reads ahead, up to a bound. A client that takes no byte for too long, or doesn't end
// its request in time, is disconnected.
//
// Lifetime: shared by its pending operations. Threads: the web server's loop.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "daemon/http/compressor.h"
#include "daemon/http/exchange.h"
#include "daemon/http/http_reader.h"
#include "daemon/net/unfinished_lines.h"
#include "daemon/queries/query_port.h"

namespace fortnight::daemon {

class HttpConnection final : public ClientConnection {
 public:
  static constexpr std::string_view kNoMore =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\n"
      "Connection: close\r\n\r\n";
  // Shared by all connections of a server.
  struct Owner {
    QueryPort& port;
    Queries& queries;
    UnfinishedLines& lines;
    CompressorSpace& compressors;
    const Site& site;
    std::array<char, 64 << 10> input{};  // the read buffer, until it is processed
  };
  // `owner` must outlive it.
  HttpConnection(StreamSocket socket, Owner& owner);

  void start(bool limited) override;
  void tick() override;
  void close() override;
  void cut() override { end(); }

  [[nodiscard]] const std::string& peer() const override { return peer_; }
  [[nodiscard]] std::optional<Clock::time_point> idle_since() const override;
  [[nodiscard]] Clock::duration stalled_for() const override { return stalled_for_; }
  [[nodiscard]] std::size_t waiting_sums() const override;
  [[nodiscard]] Clock::duration sums_wait_for() const override { return Clock::now() - ended_at_; }
  void cut_answer() override { end(); }

 private:
  // The answer of a running request.
  struct Answer {
    explicit Answer(Execution of) : execution(std::move(of)) {}
    Execution execution;
    std::shared_ptr<AnswerEncoder> encoder;
    bool begun = false;  // its head is written or being written
    bool chunked = false;
    bool complete = false;  // all of its body is in the buffer or written
    bool cut = false;  // the body ends without its last chunk, so that the client sees an error
    std::string etag;  // of an answer that doesn't change; empty: it may
    std::string next;  // the cursor of the next page, if there is one
  };

  std::shared_ptr<HttpConnection> own() {
    return std::static_pointer_cast<HttpConnection>(shared_from_this());
  }
  void read();
  void readable();
  void received(boost::system::error_code failed, std::size_t count);
  void next();
  void handle(HttpRequest request);
  void send(const Reply& reply);
  void run(Execution execution, std::string etag);

  void written() override { write(); }
  void following() override;
  void ended(const query::Closing& closing) override;
  Clock::duration reader_stalls() override {
    return progress_.stalled_for(socket_, written_, owner_.port.peers());
  }

  // Whether the head of the answer may be sent now.
  [[nodiscard]] bool may_begin() const;
  void begin();
  void write();
  // Appends what can be sent of the answer.
  void fill();
  void write_rest(std::size_t begin);
  void piece_written();
  void hold();
  void check_deadlines();
  void end_if_done();
  void end();
  void part(std::string_view last);

  StreamSocket socket_;
  Owner& owner_;
  const std::string peer_;
  HttpReader reader_;
  UnfinishedLines::Part held_;
  std::shared_ptr<AnswerBuffer> answers_;
  RunningRequest request_;
  std::optional<Answer> answer_;
  std::string writing_;
  std::span<const std::byte> file_;  // written behind writing_; static storage
  std::size_t piece_ = 0;            // bytes of writing_ that count in answers_
  std::uint64_t written_ = 0;        // bytes written so far
  ReadingProgress progress_;
  Clock::duration stalled_for_{};
  Clock::time_point idle_since_ = Clock::now();
  Clock::time_point begun_at_ = Clock::now();  // of the request that is being received or answered
  Clock::time_point ended_at_ = Clock::now();  // when the answer was complete
  Clock::time_point last_event_ = Clock::now();  // of an event stream

  bool limited_ = false;
  bool reading_ = false;
  bool reading_ended_ = false;
  bool receiving_ = false;  // a request has begun and not ended
  bool busy_ = false;       // a request is being answered, until its last byte is written
  bool chunks_ = false;     // the request's version has chunked bodies
  bool keeps_alive_ = true;
  bool in_flight_ = false;  // a write is pending
  bool quitting_ = false;   // no more requests are answered
  bool over_ = false;
};

}  // namespace fortnight::daemon
