// A connection of the web port: requests in, answers out, in order, one at a time.
//
//   reader ─> decide() ─┬─> a reply ──────────────────────────────────────────────> socket
//                       └─> RunningRequest ─> encoder ─> answer buffer ─> chunks ─> socket
//                                  (workers)
//
// The head of an answer is held back until the answer is complete or has many bytes, so that an
// error before that has its status, and short answers have their length. A client that doesn't end
// its request in time is disconnected.
//
// Lifetime and threads: as its base.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "daemon/http/compressor.h"
#include "daemon/http/exchange.h"
#include "daemon/http/http_reader.h"
#include "daemon/http/session_door.h"
#include "daemon/queries/query_port.h"

namespace fortnight::daemon {

class HttpConnection final : public ClientConnection {
 public:
  static constexpr std::string_view kNoMore =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\n"
      "Connection: close\r\n\r\n";
  struct Owner : ClientConnection::Owner {
    CompressorSpace& compressors;
    const Site& site;
    SessionDoor* sessions;  // null: nobody signs in
  };
  // `owner` must outlive it.
  HttpConnection(Stream stream, Owner& owner);

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
  bool feed(std::string_view bytes) override;
  [[nodiscard]] std::size_t held_bytes() const override;
  [[nodiscard]] bool may_read() const override;
  void next() override;
  [[nodiscard]] bool has_unsent() const override { return in_flight_; }
  [[nodiscard]] bool is_receiving() const override { return receiving_; }
  void check_deadlines() override;
  void end_if_done() override;

  void handle(HttpRequest request);
  void write_head(unsigned status, HeaderLines headers, const BodyLength& length);
  void send(const Reply& reply);
  // Sends the problem as the answer to `request`.
  void refuse(const HttpRequest& request, const Problem& problem);
  void run(Execution execution, std::string etag);
  // Answers a request about a session, later.
  void answer_session(SessionRequest request);

  void written() override { write(); }
  void following() override;
  void ended(const query::Closing& closing) override;

  // Whether the head of the answer may be sent now.
  [[nodiscard]] bool may_begin() const;
  void begin();
  void write();
  // Appends what can be sent of the answer.
  void fill();
  void write_rest(std::size_t begin);
  void piece_written();
  // Refuses a request that takes too long to arrive, or ends the connection.
  void check_receiving();

  CompressorSpace& compressors_;
  const Site& site_;
  SessionDoor* const sessions_;
  HttpReader reader_;
  std::optional<Answer> answer_;
  std::string writing_;
  std::span<const std::byte> file_;  // written behind writing_; static storage
  std::size_t piece_ = 0;            // bytes of writing_ that count in answers_
  Clock::time_point receiving_since_ = Clock::now();
  Clock::time_point last_event_ = Clock::now();  // of an event stream

  bool heard_ = false;      // the first bytes have come
  bool receiving_ = false;  // a request has begun and not ended
  bool chunks_ = false;     // the request's version has chunked bodies
  bool keeps_alive_ = true;
  bool in_flight_ = false;  // a write is pending
};

}  // namespace fortnight::daemon
