// A connection of the query port: lines in, answers out, in order, one at a time.
//
// Lifetime and threads: as its base.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/line/opening.h"
#include "daemon/queries/query_port.h"
#include "query/request_reader.h"

namespace fortnight::daemon {

class QueryConnection final : public ClientConnection {
 public:
  static constexpr std::string_view kNoMore =
      "ERR limit as many connections are open as may be (query.max_connections); try again "
      "later\n";
  struct Owner : ClientConnection::Owner {
    std::chrono::milliseconds idle_timeout;  // 0: no timeout
  };
  // `owner` must outlive it.
  QueryConnection(Stream stream, Owner& owner);

  void cut_answer() override;

 private:
  std::shared_ptr<QueryConnection> own() {
    return std::static_pointer_cast<QueryConnection>(shared_from_this());
  }
  bool feed(std::string_view bytes) override;
  [[nodiscard]] std::size_t held_bytes() const override;
  [[nodiscard]] bool may_read() const override;
  void next() override;
  [[nodiscard]] bool has_unsent() const override { return answers_->held() != 0; }
  void check_deadlines() override;
  void end_if_done() override;

  void handle(const query::RequestReader::Request& request);
  void done(const query::Closing& closing);
  // Answers AUTH.
  [[nodiscard]] query::Closing authenticate(std::string_view token);

  void written() override { write(); }
  void ended(const query::Closing& closing) override;

  void write();
  void write_rest(std::size_t begin);

  const std::chrono::milliseconds idle_timeout_;
  Opening opening_;
  query::RequestReader reader_;
  std::string ahead_;  // read and not yet passed to reader_
  std::string writing_;
  const std::shared_ptr<LineEncoder> encoder_ = std::make_shared<LineEncoder>();

  bool fed_end_ = false;
  bool quits_ = false;  // the request is QUIT
};

}  // namespace fortnight::daemon
