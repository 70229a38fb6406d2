// The query port of the line protocol.
#pragma once

#include "config/config.h"
#include "daemon/line/query_connection.h"
#include "daemon/queries/query_port.h"

namespace fortnight::daemon {

// Threads: the owner's, except where noted.
class QueryServer {
 public:
  // `listening` is config.listen, opened; the other settings of `config` hold until the end.
  // `queries` and `lines` must outlive it.
  QueryServer(Listening listening, const config::Query& config, Queries& queries,
              UnfinishedLines& lines);
  QueryServer(const QueryServer&) = delete;
  QueryServer& operator=(const QueryServer&) = delete;

  void start() { port_.start(); }
  // Ends running requests with an error.
  void stop() { port_.stop(); }

  [[nodiscard]] std::uint16_t port() const { return port_.port(); }
  // The member `"queries":{…}` of STATUS. Thread-safe.
  void write_status(JsonWriter& json) const;

 private:
  QueryConnection::Owner owner_;
  QueryPort port_;
};

}  // namespace fortnight::daemon
