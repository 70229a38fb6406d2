// Listening sockets, opened with errors that a person can act on.
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
  std::uint16_t port = 0;  // the one taken, where it was asked for 0; of a unix socket, 0
  std::string where;       // for people: "127.0.0.1:14001", or the socket's path
};

// Why an address is not one to listen on: its host is unknown, or it isn't a loopback address,
// which are the only ones, since there is no way yet to say whom to let in.
std::optional<std::string> why_not_listen(const config::Address& address);

Result<Listening> listen_tcp(const config::Address& address);
// A socket file that nobody listens on any more is replaced. It is for its owner and group.
Result<Listening> listen_unix(const std::string& path);

// Which file a name leads to; {0, 0}: none.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

// Accepts connections on a listening socket, at most so many at a time: one more is told so, and
// closed.
//
// Threads: its loop's. Must outlive the connections that it counts.
class Listener {
 public:
  using Accept = std::function<void(StreamSocket socket)>;
  Listener(boost::asio::io_context& loop, Listening listening, std::size_t max_connections,
           Accept accept);
  ~Listener() { close(); }

  void start() { accept_next(); }
  void close();
  // Gives the socket to another; it accepts no more itself, and what waits to be accepted stays.
  Listening hand_over();
  // Each connection says when it has ended.
  void released() { --connections_; }
  // A connection was told that there are as many as may be.
  void count_refused() { ++refused_; }
  // A connection began with another protocol: it is told in the log and counted.
  void note_wrong_port(std::string_view protocol);

  // Any thread may ask.
  [[nodiscard]] std::size_t connections() const { return connections_; }
  // Whether what it listens on can be reached by its name: false once a unix socket's file was
  // removed or replaced.
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
  std::uint16_t port_;
  std::string where_;
  std::string unix_path_;       // removed at close(), while it is ours
  FileIdentity unix_identity_;  // of the file there
  std::atomic<std::size_t> connections_ = 0;
  std::atomic<std::uint64_t> refused_ = 0;
  std::atomic<std::uint64_t> wrong_port_ = 0;
};

}  // namespace fortnight::daemon
