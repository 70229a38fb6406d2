// A source for HTTP requests: a listening socket and its connections.
//
// Threads: the intake thread only. Its loop must not run after the port is destroyed.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "config/config.h"
#include "daemon/ingest/ingest_connection.h"
#include "daemon/intake_port.h"

namespace fortnight::daemon {

class IngestPort final : public StreamPort {
 public:
  // What the ports of an intake share. All must outlive it.
  struct Shared {
    Gatherer& gatherer;
    Batches& batches;
    UnfinishedLines& bodies;
    std::function<std::string()> paused;
  };
  IngestPort(boost::asio::io_context& loop, Listening listening, NamedSources& sources,
             const Shared& shared, const config::Limits& limits, SenderRule senders);

  void close() override;
  void cut() override;

 private:
  void accept(Stream stream);
  // Ends the connection that has been idle for longest.
  void make_room();
  void tick_later();

  std::vector<char> input_;
  IngestConnection::Owner owner_;
  boost::asio::steady_timer tick_;
  std::set<std::shared_ptr<IngestConnection>> connections_;
};

}  // namespace fortnight::daemon
