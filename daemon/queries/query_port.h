// A port that answers requests: it accepts connections on its own thread, up to a maximum, and
// closes those that hold what others need.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string_view>
#include <thread>

#include "daemon/net/listen.h"
#include "daemon/net/peer.h"
#include "daemon/queries/client_connection.h"

namespace fortnight::daemon {

// Threads: the owner's, except where noted.
class QueryPort {
 public:
  using Make = std::function<std::shared_ptr<ClientConnection>(Stream stream)>;

  // `make` makes a connection on the port's loop. `no_more` (static storage) is the last that a
  // connection above the maximum gets. `queries` must outlive it.
  QueryPort(Listening listening, std::size_t max_connections, Queries& queries,
            std::string_view no_more, Make make);
  // Stops `queries` too, whose workers may use connections.
  ~QueryPort();
  QueryPort(const QueryPort&) = delete;
  QueryPort& operator=(const QueryPort&) = delete;

  void start();
  // Ends running requests with an error.
  void stop();
  [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
  // Thread-safe.
  [[nodiscard]] const Listener& listener() const { return listener_; }

  // ---- for its connections, on its loop ----
  void ended(ClientConnection& connection);
  void note_wrong_port(std::string_view protocol) { listener_.note_wrong_port(protocol); }
  void count_refused() { listener_.count_refused(); }
  // Whether a limited connection may run queries now.
  [[nodiscard]] bool has_room();
  [[nodiscard]] PeerTable& peers() { return peers_; }

 private:
  void accept(Stream stream);
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
  Queries& queries_;
  const std::string_view no_more_;
  const Make make_;
  PeerTable peers_;
  Listener listener_;
  std::set<std::shared_ptr<ClientConnection>> connections_;
  boost::asio::steady_timer tick_timer_{loop_};
  boost::asio::steady_timer close_timer_{loop_};
  std::thread thread_;
};

}  // namespace fortnight::daemon
