// Listening sockets. Errors say what the user can do.
#pragma once

#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/descriptor.h"
#include "base/error.h"
#include "config/config.h"

namespace fortnight::daemon {

using StreamSocket = boost::asio::generic::stream_protocol::socket;

struct Listening {
  Descriptor socket;
  int family = 0;
  int protocol = 0;
  std::uint16_t port = 0;  // the actual port if 0 was requested; 0 for a unix socket
  std::string where;       // for messages: "127.0.0.1:14001", or the socket's path
};

// Why the address can't be listened on: its host is unknown or isn't a loopback address. Only
// loopback is allowed, since clients can't be authenticated yet. Nothing if it can.
std::optional<std::string> why_not_listen(const config::Address& address);

Result<Listening> listen_tcp(const config::Address& address);
// Replaces a socket file that has no listener. The file is accessible to its owner and group.
Result<Listening> listen_unix(const std::string& path);

// The file that a name refers to; {0, 0}: none.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

// Accepts connections on a listening socket, up to a maximum. Further ones get an error line and
// are closed, unless another connection makes room.
//
// Threads: its loop's. Must outlive the connections that it counts.
class Listener {
 public:
  using Accept = std::function<void(StreamSocket socket)>;
  // `make_room`, if any, may end a connection when there are as many as may be.
  Listener(boost::asio::io_context& loop, Listening listening, std::size_t max_connections,
           Accept accept, std::function<void()> make_room = {});
  ~Listener() { close(); }

  void start() { accept_next(); }
  void close();
  // Moves the socket to another owner and stops accepting. Pending connections stay queued.
  Listening hand_over();
  // Called when a connection ends.
  void released() { --connections_; }
  // Counts a connection that was refused because of the maximum.
  void count_refused() { ++refused_; }
  // Logs and counts a connection that began with another protocol.
  void note_wrong_port(std::string_view protocol);

  // Thread-safe.
  [[nodiscard]] std::size_t connections() const { return connections_; }
  // Whether clients can reach the socket by its name. False after a unix socket's file was removed
  // or replaced.
  [[nodiscard]] bool reachable() const;
  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  [[nodiscard]] std::uint64_t wrong_port() const { return wrong_port_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const std::string& where() const { return where_; }

 private:
  void accept_next();
  void wait_and_accept();

  boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol> acceptor_;
  boost::asio::steady_timer retry_;
  std::size_t max_connections_;
  Accept accept_;
  std::function<void()> make_room_;
  std::uint16_t port_;
  std::string where_;
  std::string unix_path_;       // removed at close() if it is still this socket's
  FileIdentity unix_identity_;  // of the file at unix_path_
  std::atomic<std::size_t> connections_ = 0;
  std::atomic<std::uint64_t> refused_ = 0;
  std::atomic<std::uint64_t> wrong_port_ = 0;
};

}  // namespace fortnight::daemon
