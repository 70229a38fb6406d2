// The query port: accepts connections on its own thread and answers requests on worker threads.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "base/mutex.h"
#include "config/config.h"
#include "daemon/line/listen.h"
#include "daemon/line/query_connection.h"
#include "daemon/line/query_runner.h"

namespace fortnight::daemon {

// Threads: the owner's, except where noted.
class QueryServer {
 public:
  // `listening` is config.listen, opened; the other settings of `config` hold until the end.
  // `memory` is limits.memory, from which it takes its shares. `lines` and `computing`, which
  // counts the computing queries, must outlive it.
  QueryServer(Listening listening, const config::Query& config, std::uint64_t memory,
              UnfinishedLines& lines, ActiveQueries& active_queries);
  ~QueryServer() { stop(); }
  QueryServer(const QueryServer&) = delete;
  QueryServer& operator=(const QueryServer&) = delete;

  // Later requests use this context.
  void set_context(std::shared_ptr<const query::Context> context);
  void start();
  // Ends running requests with an error.
  void stop();

  [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
  // The member `"queries":{…}` of STATUS. Thread-safe.
  void write_status(JsonWriter& json) const;

 private:
  void accept(StreamSocket socket);
  void tick_later();
  void tick();
  // Closes a connection that has been idle for this long, or whose reader takes nothing. Returns
  // false if there is none.
  bool make_room(std::chrono::milliseconds idle);
  // Ends the largest answer that waits for its reader and holds memory that others need.
  void free_memory();
  void finish_when_closed(std::chrono::steady_clock::time_point deadline);

  boost::asio::io_context loop_{1};
  const std::size_t max_connections_;
  AnswerSpace space_;
  QueryRunner runner_;
  mutable Mutex context_mutex_;
  std::shared_ptr<const query::Context> context_ GUARDED_BY(context_mutex_);
  QueryConnection::Owner owner_;
  Listener listener_;
  std::set<std::shared_ptr<QueryConnection>> connections_;
  boost::asio::steady_timer tick_timer_{loop_};
  boost::asio::steady_timer close_timer_{loop_};
  std::thread thread_;
};

}  // namespace fortnight::daemon
