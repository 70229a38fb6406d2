// The web port: the HTTP API and the page.
#pragma once

#include <functional>
#include <string>

#include "config/config.h"
#include "daemon/http/http_connection.h"

namespace fortnight::daemon {

// Threads: the owner's, except where noted.
class WebServer {
 public:
  // `listening` is config.listen, opened; the other settings of `config` hold until the end.
  // What the port needs to know of intake. Thread-safe.
  struct Intake {
    std::function<std::string()> paused;  // why no lines are taken in; empty: they are
    std::function<TimeHistogram::Snapshot()> sync_times;
    std::function<std::vector<CallCounters::Series>()> calls;
  };
  // `memory` is limits.memory, from which compressors take their share. `queries`, `lines`,
  // `sign_in` and `clock` must outlive it.
  WebServer(Listening listening, const config::Web& config, std::uint64_t memory, Queries& queries,
            UnfinishedLines& lines, Intake intake, access::SignIn& sign_in, const Clock& clock);
  ~WebServer() { stop(); }
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  void start() { port_.start(); }
  // Ends running requests with an error.
  void stop() {
    sessions_.stop();  // its last answers need the port's loop
    port_.stop();
  }

  [[nodiscard]] std::uint16_t port() const { return port_.port(); }
  // The member `"web":{…}` of STATUS. Thread-safe.
  void write_status(JsonWriter& json) const;

 private:
  SessionDoor sessions_;
  const Site site_;
  CompressorSpace compressors_;
  HttpConnection::Owner owner_;
  QueryPort port_;
};

}  // namespace fortnight::daemon
