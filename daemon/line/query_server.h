// The query port of the line protocol.
#pragma once

#include <list>
#include <vector>

#include "config/config.h"
#include "daemon/line/query_connection.h"
#include "daemon/queries/query_port.h"

namespace fortnight::daemon {

// Threads: the owner's, except where noted.
class QueryServer {
 public:
  // `doors` are config.listen and the unix socket, opened; the other settings of `config` hold for
  // each of them until the end. `queries` and `lines` must outlive it.
  QueryServer(std::vector<Listening> doors, const config::Query& config, Queries& queries,
              UnfinishedLines& lines);
  QueryServer(const QueryServer&) = delete;
  QueryServer& operator=(const QueryServer&) = delete;

  void start();
  // Ends running requests with an error.
  void stop();

  // Of the first door.
  [[nodiscard]] std::uint16_t port() const { return doors_.front().port.port(); }
  // The member `"queries":{…}` of STATUS. Thread-safe.
  void write_status(JsonWriter& json) const;

 private:
  struct Door {
    Door(Listening listening, const config::Query& config, Queries& queries,
         UnfinishedLines& lines);
    QueryConnection::Owner owner;
    QueryPort port;
  };
  Queries& queries_;
  UnfinishedLines& lines_;
  std::list<Door> doors_;  // at least one
};

}  // namespace fortnight::daemon
