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
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/line/opening.h"
#include "daemon/net/listen.h"
#include "daemon/net/peer.h"
#include "daemon/net/unfinished_lines.h"
#include "daemon/queries/query_port.h"
#include "query/request_reader.h"

namespace fortnight::daemon {

class QueryConnection final : public ClientConnection {
 public:
  static constexpr std::string_view kNoMore =
      "ERR limit as many connections are open as may be (query.max_connections); try again "
      "later\n";
  // Shared by all connections of a server.
  struct Owner {
    QueryPort& port;
    Queries& queries;
    UnfinishedLines& lines;
    std::chrono::milliseconds idle_timeout;  // 0: no timeout
    std::array<char, 64 << 10> input{};      // the read buffer, until it is processed
  };
  // `owner` must outlive it.
  QueryConnection(StreamSocket socket, Owner& owner);

  void start(bool limited) override;
  void tick() override;
  void close() override;
  void cut() override { end(); }

  [[nodiscard]] const std::string& peer() const override { return peer_; }
  [[nodiscard]] std::optional<Clock::time_point> idle_since() const override;
  [[nodiscard]] Clock::duration stalled_for() const override { return stalled_for_; }
  [[nodiscard]] std::size_t waiting_sums() const override;
  [[nodiscard]] Clock::duration sums_wait_for() const override {
    return Clock::now() - answered_at_;
  }
  void cut_answer() override;

 private:
  std::shared_ptr<QueryConnection> own() {
    return std::static_pointer_cast<QueryConnection>(shared_from_this());
  }
  void read();
  void readable();
  void received(boost::system::error_code failed, std::size_t count);
  void next();
  void handle(const query::RequestReader::Request& request);
  void done(const query::Closing& closing);

  void written() override { write(); }
  void ended(const query::Closing& closing) override;
  Clock::duration reader_stalls() override {
    return progress_.stalled_for(socket_, written_, owner_.port.peers());
  }

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
  Opening opening_;
  query::RequestReader reader_;
  std::string ahead_;  // read and not yet passed to reader_
  UnfinishedLines::Part held_;
  std::shared_ptr<AnswerBuffer> answers_;
  std::string writing_;
  std::uint64_t written_ = 0;  // bytes written so far
  ReadingProgress progress_;
  Clock::duration stalled_for_{};
  const std::shared_ptr<LineEncoder> encoder_ = std::make_shared<LineEncoder>();
  RunningRequest request_;
  Clock::time_point idle_since_ = Clock::now();
  Clock::time_point busy_since_;
  Clock::time_point answered_at_;

  bool limited_ = false;
  bool reading_ = false;
  bool reading_ended_ = false;
  bool fed_end_ = false;
  bool busy_ = false;      // a request is being answered
  bool quits_ = false;     // it is QUIT
  bool quitting_ = false;  // no more requests are answered
  bool over_ = false;
};

}  // namespace fortnight::daemon
