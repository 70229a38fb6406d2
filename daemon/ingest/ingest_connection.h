// A connection of a source for HTTP requests: requests in, answers out, in order, one at a time.
//
//   socket ─> HttpReader ─> understand_ingest() ─┬─> a reply ────────────────────────> socket
//                                                └─> body ─> LineTaker ─> gatherer
//                                                                            └─ durable ─> socket
//
// A body is taken in whole, in one append, once all of it has come. While the commit queue is full,
// a request waits for some seconds, then it is answered with 429, or 503 if the store has no room.
//
// Lifetime: shared by its pending operations. Threads: the intake thread only.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "access/identity.h"
#include "daemon/http/http_reader.h"
#include "daemon/http/reply.h"
#include "daemon/ingest/batches.h"
#include "daemon/ingest/body.h"
#include "daemon/ingest/ingest_request.h"
#include "daemon/ingest/named_sources.h"
#include "daemon/line/opening.h"
#include "daemon/net/stream.h"
#include "daemon/net/unfinished_lines.h"
#include "daemon/sender_rule.h"

namespace fortnight::daemon {

class IngestConnection : public std::enable_shared_from_this<IngestConnection> {
 public:
  using Clock = std::chrono::steady_clock;

  // Shared by all connections of a port.
  struct Owner {
    NamedSources& sources;
    Gatherer& gatherer;
    Batches& batches;
    UnfinishedLines& bodies;
    BodyLimits limits;
    SenderRule senders;
    std::span<char> input;                          // to read into, until it is processed
    std::function<std::string()> paused;            // why no lines are taken in; empty: they are
    std::function<void(IngestConnection&)> ended;   // called once, when the connection is over
    std::function<void(Opening::Kind)> wrong_port;  // the peer speaks another protocol
  };
  // `owner` and the objects that it refers to must outlive it.
  IngestConnection(Stream stream, const Owner& owner);

  void start() { wait_readable(); }
  // Call it every tenth of a second.
  void tick();
  // Takes no more requests. It ends once the answer to the present one is sent.
  void close();
  // Ends the connection at once.
  void cut() { end(); }
  // Since when it has had no request; nothing if it has one.
  [[nodiscard]] std::optional<Clock::time_point> idle_since() const;

 private:
  struct Pending {
    IngestRequest asked;
    access::Reader sender;  // null: anybody
    std::string body;
    std::string coding;
    Clock::time_point since = Clock::now();
  };

  void wait_readable();
  void read();
  void next();
  void handle(HttpRequest request);
  // Who sends the request; an error if it may bring no lines.
  [[nodiscard]] query::Parsed<access::Reader> sender_of(const HttpRequest& request) const;
  // Takes the pending request's body in, once the queue has room.
  void take();
  void take_body(Pending pending);
  void answer_when_durable(Reply reply);
  void refuse(const Problem& problem);
  void send(const Reply& reply);
  void write_rest(std::size_t begin);
  void written();
  void check_deadlines();
  void end_if_done();
  void end();
  // Ends the connection with some last bytes. `last` must have static storage.
  void part(std::string_view last);

  Stream stream_;
  const Owner& owner_;
  const std::string peer_;
  const access::Reader connected_;  // null: the source doesn't ask
  UnfinishedLines::Part held_;
  HttpReader reader_;
  std::optional<Pending> pending_;  // waits for room in the queue
  std::string writing_;
  Clock::time_point idle_since_ = Clock::now();
  Clock::time_point receiving_since_ = Clock::now();
  Clock::time_point last_read_ = Clock::now();

  bool heard_ = false;      // the first bytes have come
  bool receiving_ = false;  // a request has begun and not ended
  bool busy_ = false;       // a request is being answered
  bool short_ = false;      // not read until other connections hold less
  bool keeps_alive_ = true;
  bool closing_ = false;
  bool reading_ended_ = false;
  bool over_ = false;
};

}  // namespace fortnight::daemon
