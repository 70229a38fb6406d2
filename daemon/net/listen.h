// Listening sockets, and what they accept. Errors say what the user can do.
#pragma once

#include <sys/socket.h>

#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/descriptor.h"
#include "base/error.h"
#include "config/config.h"
#include "config/load.h"
#include "daemon/net/stream.h"
#include "daemon/net/tls_server.h"

namespace fortnight::daemon {

// How a port speaks TLS.
struct TlsDoor {
  TlsServer* server = nullptr;  // null: it doesn't; must outlive the listener
  TlsProtocol protocol = TlsProtocol::lines;
  ClientCertificate client = ClientCertificate::optional;
};

struct Listening {
  Descriptor socket;
  int family = 0;
  int protocol = 0;
  std::uint16_t port = 0;  // the actual port if 0 was requested; 0 for a unix socket
  std::string where;       // for messages: "127.0.0.1:14001", or the socket's path
  TlsDoor tls;
};

// Who can connect to the address. ErrorCode::io: its host is unknown.
Result<config::Reach> reach_of(const config::Address& address);

// Refuses an address beyond this host if its connections would be without TLS.
Result<Listening> listen_tcp(const config::Address& address, TlsDoor tls = {});
// Replaces a socket file that has no listener. The file is accessible to its owner and group.
// `type`: SOCK_STREAM or SOCK_DGRAM.
Result<Listening> listen_unix(const std::string& path, int type = SOCK_STREAM);
// Binds a socket for datagrams. Refuses an address beyond this host.
Result<Listening> listen_udp(const config::Address& address);

// The file that a name refers to; {0, 0}: none.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

FileIdentity identity_of_file(const std::string& path);

// Accepts connections on a listening socket, up to a maximum. Further ones get an error line and
// are closed, unless another connection makes room. With TLS a connection is accepted after its
// handshake, and one address may have half of the connections.
//
// Threads: its loop's. Must outlive the connections that it counts.
class Listener {
 public:
  using Accept = std::function<void(Stream stream)>;
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
  void accepted(StreamSocket socket);
  void shake_hands(StreamSocket socket);
  void handshaken(Handshaken done);
  void admit(Stream stream);
  void refuse(Stream stream);
  // Counts the peer's connection for as long as the stream is open; false if it has too many.
  bool count(Stream& stream);
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
  const TlsDoor tls_;
  // Connections of each network; kept by the streams that it counts.
  const std::shared_ptr<std::map<std::string, std::size_t>> of_peer_ =
      std::make_shared<std::map<std::string, std::size_t>>();
  // Expires with this, for handshakes that end later.
  std::shared_ptr<Listener*> self_ = std::make_shared<Listener*>(this);
  std::atomic<std::size_t> connections_ = 0;
  std::atomic<std::uint64_t> refused_ = 0;
  std::atomic<std::uint64_t> wrong_port_ = 0;
};

}  // namespace fortnight::daemon
